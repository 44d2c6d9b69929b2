"""Which English words a Chinese sentence makes likely, by a dictionary.

Vectors of sentences say what a sentence is about; they tell a sentence from its neighbour in the same
scene poorly. Single words do: 靴 and “boots”. Words are weighed by how rare they are in the text, and a
Chinese word with many renderings says less of each.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.prepare.cedict import cedict_text

Floats = NDArray[np.float64]
Lexicon = Mapping[str, frozenset[str]]

LONGEST = 6  # characters of a Chinese word
MOST_WORDS = 6  # of one English definition; longer ones explain rather than render
STOP = frozenset(
    "a an the of to in on at for with and or be is are was were been being as by from that this these those it "
    "its his her him he she they them their you your i me my we us our one one's sb sth esp abbr variant old also "
    "see used not no do does did has have had so but if then than into out up etc classifier cl surname tw idiom "
    "lit fig which who whom what when where there here will would can could may might shall should very more most "
    "such".split()
)
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*")
_HAN = re.compile("[\u4e00-\u9fff]+|\\d+(?:[.,]\\d+)*")
_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[^\x00-\x7f]+")
_ENDINGS = (
    "ingly", "edly", "ations", "ation", "ings", "ing", "ies", "ied", "ness", "ment", "ers", "ed", "es", "er",
    "ly", "s", "e", "y",
)  # fmt: skip


@cache
def load_lexicon() -> Lexicon:
    """The renderings of the words of CC-CEDICT."""
    return parse(cedict_text())


def parse(text: str) -> Lexicon:
    """The stems of the renderings of each word of a dictionary in the format of CC-CEDICT."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        match = _ENTRY.match(line)
        for definition in match[2].split("/") if match else ():
            if definition.startswith(("CL:", "variant", "old variant", "see ")):
                continue
            words = stems(_ASIDE.sub("", definition))
            if match and words and len(words) <= MOST_WORDS:
                found.setdefault(match[1], set()).update(words)
    return {word: frozenset(renderings) for word, renderings in found.items()}


def stems(text: str) -> list[str]:
    """The words of an English text that mean something, without their endings."""
    words = (word.lower() for word in _WORD.findall(text.replace("’", "'")))
    return [_stem(word) for word in words if word not in STOP]


def words_of(text: str, lexicon: Lexicon) -> list[str]:
    """The Chinese words of a text, the longest that the dictionary knows at each place; figures too."""
    found: list[str] = []
    for run in _HAN.findall(text):
        at = 0
        while at < len(run):
            if run[0].isdigit():
                size = len(run)
            else:
                sizes = range(min(LONGEST, len(run) - at), 0, -1)
                size = next((n for n in sizes if n == 1 or run[at : at + n] in lexicon), 1)
            found.append(run[at : at + size])
            at += size
    return found


def bags(source: Sequence[str], target: Sequence[str], lexicon: Lexicon) -> tuple[Floats, Floats]:
    """Both sides as weights of the English stems of the target.

    Shapes:  (len(source), stems), (len(target), stems).
    """
    english = [stems(text) for text in target]
    texts = Counter(word for words in english for word in set(words))
    place = {word: n for n, word in enumerate(texts)}
    weight = {word: math.log(1 + len(target) / n) for word, n in texts.items()}
    en = np.zeros((len(target), len(place)))
    for row, words in zip(en, english, strict=True):
        for word in words:
            row[place[word]] = weight[word]
    zh = np.zeros((len(source), len(place)))
    for row, text in zip(zh, source, strict=True):
        for word in words_of(text, lexicon):
            known = [stem for stem in lexicon.get(word, (word,)) if stem in place]
            for stem in known:
                row[place[stem]] = max(row[place[stem]], weight[stem] / math.sqrt(len(known)))
    return zh, en


def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 4:
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
        word = word.removesuffix(ending)
    elif len(word) == 4:
        word = word.removesuffix("s")
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou"
    return word[:-1] if doubled else word
