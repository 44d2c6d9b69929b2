"""Names that a text and its translation share, learnt from a first alignment: no dictionary has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.prepare.dictionary import stems

OFTEN = 3  # links in which a name must come
SURE = 0.6  # of the links that have either, so many have both (Dice)
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_WITHIN = re.compile(r"(?<=[a-z,;] )[A-Z][A-Za-z]*(?:-[A-Za-z]+)*")


def shared_names(pairs: Sequence[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """What Chinese strings of two to four characters are called in English, as stems.

    A word that has a capital within a sentence too, and never goes without, is a name. It renders the
    string that comes in the same links most surely, and of several such strings the longest.
    """
    chinese = [set(_strings(zh)) for zh, _ in pairs]
    english = [set(_WORD.findall(en)) for _, en in pairs]
    small = {word for words in english for word in words if word[0].islower()}
    names = {word for _, en in pairs for word in _WITHIN.findall(en)}
    often = {text for text, n in Counter(text for texts in chinese for text in texts).items() if n >= OFTEN}
    holds = Counter(text for texts in chinese for text in texts & often)
    found: dict[str, set[str]] = {}
    for word, n in Counter(word for words in english for word in words).items():
        if n < OFTEN or word not in names or word.lower() in small or not stems(word):
            continue
        both = Counter(
            text for zh, en in zip(chinese, english, strict=True) if word in en for text in zh & often
        )
        text, dice = max(
            ((text, 2 * together / (n + holds[text])) for text, together in both.items()),
            key=lambda one: (one[1], len(one[0]), one[0]),
            default=("", 0.0),
        )
        if dice >= SURE:
            found.setdefault(text, set()).update(stems(word))
    return {text: frozenset(words) for text, words in found.items()}


def _strings(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        for size in (2, 3, 4):
            yield from (run[at : at + size] for at in range(len(run) - size + 1))
