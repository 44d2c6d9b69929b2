"""Enumerations inside running text: 一是…二是…, 首先…其次…, 第一，…第二，…, （1）…；（2）…, 一、…；二、…."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.prepare.markers import NUMERAL, parse_marker, parse_number

_ORDERED = re.compile(
    rf"(?P<n>[{NUMERAL[2:-2]}]{{1,3}})(?P<verb>是|要|靠|抓|看)(?!(?P=n)[，,、。是就])"
    rf"|第(?P<ordinal>[{NUMERAL[2:-2]}]{{1,3}})(?:(?=[，,、：:])|(?P<be>是|要))"
    rf"|其(?P<of>[{NUMERAL[2:-2]}])(?=[，,、：:是])"
    r"|(?P<word>首先|其次|再次|再者|最后)"
)
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 99}
_LAST = 99
_MIN_CLAUSE = 6  # items parted by commas only are cut apart when each is a clause of its own


@dataclass(frozen=True, slots=True)
class Mention:
    """An enumerator at the start of a clause: `at` is its place, `strong` after a full stop."""

    at: int
    family: str
    number: int
    marker: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Enumerators that count on from one another, in the order of the text."""

    members: tuple[Mention, ...]


def find_mentions(
    text: str, starts: Sequence[int], end: int, protected: Sequence[tuple[int, int]]
) -> Iterator[Mention]:
    """Enumerators at the sentence starts of a paragraph and after the commas and colons inside."""
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        if found := _mention(text, start, stop, strong=True):
            yield found
        for at in _clause_starts(text, start, stop, protected):
            if found := _mention(text, at, stop, strong=text[at - 1] in "：；:;"):
                yield found


def is_inside(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a place lies within one of the spans, which are sorted and disjoint."""
    i = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return i >= 0 and spans[i][0] < at < spans[i][1]


_CLAUSE = re.compile(r"[，：；,:;]\s*(?=\S)")


def _clause_starts(text: str, start: int, end: int, protected: Sequence[tuple[int, int]]) -> Iterator[int]:
    for mark in _CLAUSE.finditer(text, start, end):
        if mark.end() < end and not is_inside(protected, mark.start()):
            yield mark.end()


def _mention(text: str, at: int, end: int, *, strong: bool) -> Mention | None:
    if found := _ORDERED.match(text, at, end):
        return _of_match(found, strong=strong)
    # Bare numbers (一、 and 1.) stand too often in lists of other things to count after a comma.
    bare = text[at] in NUMERAL or text[at].isdigit()
    mark = parse_marker(text, at, end) if (strong and bare) or text[at] in "(（①②③④⑤⑥⑦⑧⑨⑩" else None
    if mark is None or mark.family not in ("ar_paren", "cn_paren", "circled", "cn_dot", "ar_dot"):
        return None
    return Mention(at, mark.family, mark.ordinal, mark.text, strong)


def _of_match(found: re.Match[str], *, strong: bool) -> Mention | None:
    if word := found["word"]:
        return Mention(found.start(), "word", _WORDS[word], word, strong)
    digits = found["n"] or found["ordinal"] or found["of"]
    number = parse_number(digits)
    family = found["verb"] or ("其" if found["of"] else "第")
    return Mention(found.start(), family, number, found[0], strong) if number else None


def find_chains(mentions: Sequence[Mention]) -> list[Chain]:
    """Group enumerators that count on; one that stands alone is no enumeration."""
    open_chains: dict[str, list[Mention]] = {}
    done: list[list[Mention]] = []
    for mention in mentions:
        chain = open_chains.get(mention.family)
        if chain is None or not _continues(chain[-1], mention):
            chain = open_chains[mention.family] = []
            done.append(chain)
        chain.append(mention)
    return [Chain(tuple(chain)) for chain in done if _is_enumeration(chain)]


def _continues(before: Mention, mention: Mention) -> bool:
    """Duplicates and small steps back are slips of the pen; a fresh 一是 opens a new list."""
    if mention.family == "word":
        return mention.number > before.number
    return mention.number != 1 and mention.number <= before.number + 3


def _is_enumeration(chain: list[Mention]) -> bool:
    if len(chain) < 2 or chain[0].number > 2:
        return False
    if chain[0].family == "word" and chain[0].number != 1:
        return False
    weak = [m for m in chain if not m.strong]
    if not weak:
        return True
    steps = [after.number - before.number for before, after in pairwise(chain)]
    clauses = all(after.at - before.at >= _MIN_CLAUSE for before, after in pairwise(chain))
    counted = chain[0].number == 1 and (all(step == 1 for step in steps) or chain[0].family == "word")
    return counted and clauses


def chain_findings(chain: Chain) -> Iterator[tuple[str, Mention, Mention | None]]:
    """Check codes for what is wrong with the count, with the enumerator and the one before it."""
    before: Mention | None = None
    for mention in chain.members:
        expected = before.number + 1 if before else 1
        if mention.number == _LAST or chain.members[0].family == "word":
            pass
        elif mention.number > expected:
            yield "structure.gap", mention, before
        elif mention.number < expected:
            same = before is not None and mention.number == before.number
            yield ("structure.duplicate" if same else "structure.order"), mention, before
        before = mention
