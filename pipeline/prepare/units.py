"""Units of a text: the lines and blocks that structure and sentences are looked for in."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.document import Block, BlockKind
from pipeline.prepare.markers import parse_marker
from pipeline.traced import TracedText

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
END = "。！？!?；;：:…"
_CLOSERS = "”’」』）)】》〉〕]\"'"
# Half-width columns. Narrower lines are verse or lists, wider ones are whole paragraphs.
_WRAP_MIN, _WRAP_MAX, _WRAP_SLACK, _WRAP_EVIDENCE = 28, 120, 4, 3


@dataclass(frozen=True, slots=True)
class Unit:
    """A line, or the lines of one paragraph: `text[start:end]` of the working text, trimmed.

    `indent` is in half-width columns.
    """

    start: int
    end: int
    kind: BlockKind = "line"
    level: int | None = None
    indent: int = 0
    after_blank: bool = False


def find_units(text: TracedText, blocks: Sequence[Block]) -> list[Unit]:
    """The units of a text in order; together they hold every character that is no white space."""
    return _join_continued(text, _join_wrapped(text, list(_pieces(text, blocks))))


def ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the unit ends as a sentence or clause does, closing quotes and brackets aside."""
    at = end - 1
    while at > start and text[at] in _CLOSERS:
        at -= 1
    return text[at] in END


def span_of(text: TracedText, start: int, end: int) -> tuple[int, int]:
    """The working text that came from `original[start:end]`."""
    return bisect_left(text.starts, start), bisect_right(text.ends, end)


def separable(text: TracedText, at: int) -> bool:
    """Whether a cut before character `at` gives two spans of the original that do not overlap."""
    return at <= 0 or at >= len(text) or text.starts[at] >= text.ends[at - 1]


def _pieces(text: TracedText, blocks: Sequence[Block]) -> Iterator[Unit]:
    cuts = _cuts(text, blocks)
    done = 0
    for line in _LINE.finditer(text.text):
        edges = [line.start(), *_between(cuts, line.start(), line.end()), line.end()]
        for first, last in pairwise(edges):
            if unit := _trimmed(text, first, last, blocks):
                blank = text.text.count("\n", done, unit.start) > 1
                done = unit.end
                yield replace(unit, after_blank=blank)


def _cuts(text: TracedText, blocks: Sequence[Block]) -> list[int]:
    cuts: set[int] = set()
    for block in blocks:
        cuts.update(span_of(text, block.start, block.end))
    return sorted(cut for cut in cuts if separable(text, cut))


def _between(cuts: list[int], start: int, end: int) -> list[int]:
    return cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]


def _trimmed(text: TracedText, start: int, end: int, blocks: Sequence[Block]) -> Unit | None:
    piece = text.text[start:end]
    bare = piece.strip()
    if not bare:
        return None
    first = start + len(piece) - len(piece.lstrip())
    block = _block_at(blocks, text.starts[first])
    indent = _columns(text.text[start:first])
    kind, level = (block.kind, block.level) if block else ("line", None)
    return Unit(first, first + len(bare), kind, level, indent)


def _block_at(blocks: Sequence[Block], place: int) -> Block | None:
    at = bisect_right(blocks, place, key=lambda block: block.start) - 1
    return blocks[at] if at >= 0 and blocks[at].end > place else None


def _join_wrapped(text: TracedText, units: list[Unit]) -> list[Unit]:
    """Join the lines of paragraphs that were broken at a fixed width, run by run."""
    joined: list[Unit] = []
    run: list[Unit] = []
    for unit in units:
        if run and (unit.after_blank or unit.kind != "line"):
            joined += _unwrap(text, run)
            run = []
        run.append(unit)
    return joined + _unwrap(text, run)


def _unwrap(text: TracedText, run: list[Unit]) -> list[Unit]:
    widths = [_width(text.text, unit) for unit in run]
    widest = max(widths, default=0)
    if not _WRAP_MIN <= widest <= _WRAP_MAX or run[0].kind != "line":
        return run
    full = [
        w >= widest - _WRAP_SLACK and not ends_sentence(text.text, u.start, u.end)
        for w, u in zip(widths, run, strict=True)
    ]
    broken = [not ends_sentence(text.text, u.start, u.end) for u in run]
    if sum(full) < _WRAP_EVIDENCE or sum(full) < 0.6 * sum(broken):
        return run
    joined = [run[0]]
    for before, unit in zip(range(len(run)), run[1:], strict=False):
        if full[before] and not unit.indent and not parse_marker(text.text, unit.start, unit.end):
            joined[-1] = replace(joined[-1], end=unit.end)
        else:
            joined.append(unit)
    return joined


def _width(text: str, unit: Unit) -> int:
    if unit.end - unit.start > _WRAP_MAX:
        return _WRAP_MAX + 1
    return unit.indent + _columns(text[unit.start : unit.end])


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _join_continued(text: TracedText, units: list[Unit]) -> list[Unit]:
    """Join a unit that breaks off at a comma with the one that goes on, and what cannot be parted."""
    joined: list[Unit] = []
    for unit in units:
        if joined and _continues(text, joined[-1], unit):
            joined[-1] = replace(joined[-1], end=unit.end)
        else:
            joined.append(unit)
    return joined


def _continues(text: TracedText, before: Unit, unit: Unit) -> bool:
    if text.ends[before.end - 1] > text.starts[unit.start]:
        return True
    if {before.kind, unit.kind} & {"cell", "heading", "item"} or unit.after_blank:
        return False
    breaks_off = text.text[before.end - 1] in "，、" and before.end - before.start > 1
    return breaks_off and not unit.indent and not parse_marker(text.text, unit.start, unit.end)
