"""Terms found in the pairs themselves: Chinese and English word runs that nearly always come together.

A user's glossary holds other words than the shipped one; these stand for it. Found by counting, they
are right often enough to teach that a line is to be obeyed, and too rough for a glossary to ship.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import jieba

from training.pairs import Pair

LENGTHS = range(3, 11)
MAX_WORDS = 4
WORDS = range(1, 6)
MIN_COUNT, MAX_COUNT = 3, 300
# Dice's coefficient of the pairs that hold the one and those that hold the other.
ALIKE = 0.7

jieba.setLogLevel(logging.WARNING)
_HAN = re.compile(r"[\u4e00-\u9fff]{3,}")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_LITTLE = frozenset(
    "a an the of and or to in on for with by at from as is are was were be been that which this these those it its "
    "shall will must not no we have has had all each such who where when their other under into than more s".split()
)


def mined_phrases(pairs: Sequence[Pair]) -> dict[str, str]:
    """Chinese phrases with the English that comes along with them."""
    chinese = _places(pairs)
    english: dict[str, set[int]] = defaultdict(set)
    runs = [set(_runs(pair.en)) for pair in pairs]
    for number, found in enumerate(runs):
        for run in found:
            english[run.lower()].add(number)
    written = Counter(run for found in runs for run in found)
    out = {}
    for zh, places in chinese.items():
        best = _best(places, runs, english)
        if best is not None:
            out[zh] = max(
                (run for i in places for run in runs[i] if run.lower() == best), key=written.__getitem__
            )
    return out


def _places(pairs: Sequence[Pair]) -> dict[str, set[int]]:
    """Runs of characters by the pairs that hold them; none that always stands in a longer one."""
    places: dict[str, set[int]] = defaultdict(set)
    for number, pair in enumerate(pairs):
        for match in _HAN.finditer(pair.zh):
            for run in _word_runs(jieba.lcut(match[0])):
                places[run].add(number)
    frequent = {run: found for run, found in places.items() if MIN_COUNT <= len(found) <= MAX_COUNT}
    inside = {
        part
        for run, found in frequent.items()
        for part in (
            run[i:j] for i in range(len(run)) for j in range(i + 1, len(run) + 1) if j - i < len(run)
        )
        if len(frequent.get(part, ())) == len(found)
    }
    return {run: found for run, found in frequent.items() if run not in inside}


def _word_runs(words: Sequence[str]) -> Iterator[str]:
    """Runs of whole words, the outer ones of two characters or more: 的, 和 and 等 hold nothing together."""
    for first in range(len(words)):
        for last in range(first, min(first + MAX_WORDS, len(words))):
            run = "".join(words[first : last + 1])
            if len(run) in LENGTHS and len(words[first]) > 1 and len(words[last]) > 1:
                yield run


def _runs(text: str) -> Iterator[str]:
    """Runs of words that neither begin nor end with a little one, within the marks of a sentence."""
    for clause in re.split(r"[,.;:!?()\"“”—]", text):
        words = _WORD.findall(clause)
        for length in WORDS:
            for at in range(len(words) - length + 1):
                if words[at].lower() not in _LITTLE and words[at + length - 1].lower() not in _LITTLE:
                    yield " ".join(words[at : at + length])


def _best(places: set[int], runs: Sequence[set[str]], english: dict[str, set[int]]) -> str | None:
    """The English run that shares most pairs with these; the longer of equals."""
    together = Counter(run for i in places for run in {r.lower() for r in runs[i]})
    ranked = [
        (2 * count / (len(places) + len(english[run])), len(run), run)
        for run, count in together.items()
        if count >= MIN_COUNT
    ]
    alike, _, run = max(ranked, default=(0.0, 0, ""))
    return run if alike >= ALIKE else None
