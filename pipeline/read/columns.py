"""Tables that only white space divides: their columns, and which lines make up one row.

What is not certain is not guessed: two figures are never put into one cell, a line is joined with the one
above only where that filled its column, and numbered paragraphs with a hanging indent are no table.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, median_high
from typing import Generic, Protocol, TypeVar

STRIP_EMS = 0.8  # the narrowest white strip from top to bottom
SUPPORT_EMS = 1.0  # a gap in a row that wide speaks for a strip; a space between two words does not
STEP_POINTS = 1.2  # white between rows and white between the lines of a cell differ by more than this
FULL_EMS = 1.6  # a line that ends nearer to the edge of its column is full
LONG_CELL = 12  # characters that nobody would take for a name
CLOSED = re.compile(r"[。！？；.!?;]$")
FIGURE = re.compile(r"[-+−±]?[\d.,，\s]+[%％‰]?|[-–—…/／]+")
LISTED = re.compile(
    r"[●○■□◆◇▲★•·▪▫–—-]|[（(]?(?:[0-9０-９]{1,3}|[a-zA-Z]|[一二三四五六七八九十]{1,3})[.、．)）]|[①-⑳]|第[一二三四五六七八九十\d]+条"
)
SPACED = re.compile(
    "目录|前言|引言|序言|附件|附录|附表|摘要|通知|公告|决定|决议|意见|报告|说明|总则|批复|命令"
)


class Placed(Protocol):
    """Something written, where it stands; `em` is the width of a Chinese character of its size."""

    @property
    def text(self) -> str: ...
    @property
    def x0(self) -> float: ...
    @property
    def y0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def y1(self) -> float: ...
    @property
    def em(self) -> float: ...


class Box(Placed, Protocol):
    """A stretch of one line; `gaps` are the places (offset, left, right) of its inner spaces."""

    @property
    def gaps(self) -> tuple[tuple[int, float, float], ...]: ...


F = TypeVar("F", bound=Box)
Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Table(Generic[F]):
    """The cells by (row, column), both from 1, each with its lines from top to bottom."""

    cells: dict[tuple[int, int], list[list[F]]]


def is_spaced_heading(row: Sequence[Box], below: Sequence[Box] | None) -> bool:
    """Whether the fragments of a row are the letters of one word: 目　　录."""
    word = "".join(box.text for box in row)
    if len(row) < 2 or any(len(box.text) > 1 for box in row):
        return False
    larger = below is not None and row[0].em > 1.1 * below[0].em
    return SPACED.fullmatch(word) is not None or (larger and len(word) <= 4 and not word.isascii())


def is_list(rows: Sequence[Sequence[Box]], strips: Sequence[Strip]) -> bool:
    """Whether all that stands before the only strip are marks of a list: 1., （一）, ●."""
    if len(strips) != 1:
        return False
    marks = [box.text.strip() for row in rows for box in row if column_of(box, strips) == 0]
    return bool(marks) and all(LISTED.fullmatch(mark) for mark in marks)


def find_strips(rows: Sequence[Sequence[Box]]) -> list[Strip]:
    """The white strips that part the columns of all rows below the heading, left to right."""
    pieces = [[piece for box in row for piece in _pieces(box)] for row in rows]
    usual = median_high([len(row) for row in pieces if len(row) > 1] or [1])
    first = next(n for n, row in enumerate(pieces) if len(row) >= usual)
    # Rows above the first full one may have cells over several columns, and so may rows of one cell.
    body = [row for n, row in enumerate(pieces) if n >= first and len(row) > 1]
    em = median(box.em for row in rows for box in row)
    return [
        strip
        for strip in _white(body)
        if strip[1] - strip[0] >= STRIP_EMS * em and _is_supported(strip, body, SUPPORT_EMS * em)
    ]


def white_strips(rows: Sequence[Sequence[Box]]) -> list[Strip]:
    """What no box of any row covers, between the first and the last."""
    return _white([[(box.x0, box.x1) for box in row] for row in rows])


def parted(row: Sequence[F], strips: Sequence[Strip]) -> list[F]:
    """The boxes of a row, one that only a space parts at a strip cut there."""
    return [part for box in row for part in _parted(box, strips)]


def read_table(
    rows: Sequence[Sequence[F]], strips: Sequence[Strip], *, continued: bool = False
) -> Table[F] | None:
    """The cells of rows with these strips; None if it is one row, or a heading is no cell of it.

    What is `continued` from the page before may be a row, or the rest of one.
    """
    lines = [_cells(row, strips) for row in rows]
    if not continued and (len(rows) < 2 or sum(len(line) > 1 for line in lines) < 2):
        return None
    starts = _row_starts(rows, lines, strips)
    cells: dict[tuple[int, int], list[list[F]]] = {}
    for n, line in enumerate(lines):
        for column, boxes in line.items():
            cells.setdefault((bisect.bisect(starts, n), column + 1), []).append(boxes)
    return Table(cells)


# Columns


def _pieces(box: Box) -> Iterator[Strip]:
    left = box.x0
    for _, end, start in box.gaps:
        yield left, end
        left = start
    yield left, box.x1


def _white(rows: Sequence[Sequence[Strip]]) -> list[Strip]:
    """What no piece of any row covers, between the first and the last."""
    strips: list[Strip] = []
    right: float | None = None
    for left, end in sorted(piece for row in rows for piece in row):
        if right is not None and left > right:
            strips.append((right, left))
        right = end if right is None else max(right, end)
    return strips


def _is_supported(strip: Strip, rows: Sequence[Sequence[Strip]], wide: float) -> bool:
    """Whether at least half of the rows with words on both sides have a real gap there, two at least."""
    gaps = [
        b[0] - a[1] for row in rows for a, b in pairwise(sorted(row)) if a[1] <= strip[0] and b[0] >= strip[1]
    ]
    return len(gaps) >= min(2, len(rows)) and 2 * sum(gap >= wide for gap in gaps) >= len(gaps)


def column_of(box: Box, strips: Sequence[Strip]) -> int:
    """The column of a box; of one over several columns, the first."""
    return bisect.bisect([(low + high) / 2 for low, high in strips], box.x0)


def _cells(row: Sequence[F], strips: Sequence[Strip]) -> dict[int, list[F]]:
    """The boxes of a row by column."""
    cells: dict[int, list[F]] = {}
    for box in row:
        cells.setdefault(column_of(box, strips), []).append(box)
    return cells


def _parted(box: F, strips: Sequence[Strip]) -> Iterator[F]:
    for at, end, start in box.gaps:
        if any(end <= low + 1 and start >= high - 1 for low, high in strips):
            shifted = tuple((n - at - 1, a, b) for n, a, b in box.gaps if n > at)
            before = tuple(gap for gap in box.gaps if gap[0] < at)
            yield replace(box, text=box.text[:at], x1=end, gaps=before)  # type: ignore[type-var]
            yield from _parted(replace(box, text=box.text[at + 1 :], x0=start, gaps=shifted), strips)  # type: ignore[type-var]
            return
    yield box


# Rows


def _row_starts(
    rows: Sequence[Sequence[F]], lines: Sequence[dict[int, list[F]]], strips: Sequence[Strip]
) -> list[int]:
    """The numbers of the lines that begin a row: all of them, unless white space groups them for certain."""
    every = list(range(len(rows)))
    white = [_gap(rows[: n + 1], rows[n + 1]) for n in range(len(rows) - 1)]
    limit = _threshold(white)
    if limit is None:
        return [n for n in every if not (n and _goes_on(lines[n - 1], lines[n], _edges(lines)))]
    starts = [0, *(n + 1 for n, gap in enumerate(white) if gap > limit)]
    if len(starts) < 2:
        return every
    edges = _edges(lines)
    groups = [lines[a:b] for a, b in pairwise([*starts, len(lines)])]
    return starts if all(_is_one_row(group, edges) for group in groups) else every


def _goes_on(above: dict[int, list[F]], line: dict[int, list[F]], edges: dict[int, float]) -> bool:
    """Where rows are as near as lines: whether a line holds only what cells above it break off.

    It has no first cell, and one of the cells is a long stretch of a sentence.
    """
    if 0 in line or not line.keys() <= above.keys() or not _is_one_row([above, line], edges):
        return False
    return any(
        len(text := "".join(box.text for box in above[column])) >= LONG_CELL and not CLOSED.search(text)
        for column in line
    )


def _gap(above: Sequence[Sequence[Box]], row: Sequence[Box]) -> float:
    """The white between a row and all that stands above it."""
    lowest = max(box.y1 for line in above[-3:] for box in line)
    return min(box.y0 for box in row) - lowest


def _threshold(gaps: Sequence[float]) -> float | None:
    """The middle of the widest step between the white of lines and of rows; None if there is no step."""
    ordered = sorted(gaps)
    steps = [(b - a, (a + b) / 2) for a, b in pairwise(ordered)]
    step, middle = max(steps, default=(0.0, 0.0))
    return middle if step > STEP_POINTS else None


def _edges(lines: Sequence[dict[int, list[F]]]) -> dict[int, float]:
    """How far each column reaches to the right."""
    edges: dict[int, float] = {}
    for line in lines:
        for column, boxes in line.items():
            edges[column] = max(edges.get(column, 0.0), boxes[-1].x1)
    return edges


def _is_one_row(group: Sequence[dict[int, list[F]]], edges: dict[int, float]) -> bool:
    """Whether lines are one row: in no cell do figures stand one over the other, and its lines are full."""
    for column in {column for line in group for column in line}:
        boxes = [line[column] for line in group if column in line]
        for above, below in pairwise(boxes):
            if _is_figure(above) and _is_figure(below):
                return False
            if edges[column] - above[-1].x1 > (FULL_EMS + _word(below[0].text)) * above[-1].em:
                return False
    return True


def _is_figure(boxes: Iterable[Box]) -> bool:
    return all(FIGURE.fullmatch(box.text.strip()) for box in boxes)


def _word(text: str) -> float:
    """The width, in ems, of the letters or figures that a line begins with and that cannot be parted."""
    found = re.match(r"[!-~]*", text)
    return 0.6 * (found.end() if found else 0)
