"""Tables that go on on the next page: one table again, its repeated heading left out with a record.

Ruled ones have the same columns. Where only white divides, the rows that a page begins with are read in
the columns of the table that the page before ends with, as long as they keep to them.

A cell is joined with its rest only where nothing else can be meant: the row on the next page has no
first cell, and above each of its cells stands a line that fills its column and ends within a sentence.
A cell under a merged one is neither, and figures are never joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Protocol, TypeVar

from pipeline.read.columns import Box, Strip, column_of

SAME_FRAME = 5.0  # points by which the columns of both parts may differ
OPEN_END = re.compile(r"[\u4e00-\u9fff，、：（“《a-z,]$")
GOES_ON = re.compile(
    r"(?![一二三四五六七八九十]+、)(?:[\u4e00-\u9fff，、；。）”》a-z]|[0-9.]+[\u4e00-\u9fff])"
)
# A line is full if less than this is free beside it: ems, and the padding of both sides in points.
FREE_EMS, PADDING = 1.6, 12.0
ALIGNED_EMS = 0.6  # a line by itself begins as near to the edge of its column
LIKE_SIZE = 0.1  # by which the sizes of a table may differ from page to page
HEADING_EMS = 2.2  # a heading stands nearer than this above its table, a page header farther away


class Printed(Protocol):
    """A line of a page; `cell` is (table, row, column) where it is part of a table."""

    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int: ...
    @property
    def rule(self) -> str: ...
    @property
    def cell(self) -> tuple[int, int, int] | None: ...


class Cell(Printed, Protocol):
    """A line of a table: `frame` is where ruled columns begin and end, `strips` the white between others."""

    @property
    def frame(self) -> tuple[float, ...]: ...
    @property
    def strips(self) -> tuple[Strip, ...]: ...
    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def em(self) -> float: ...


L = TypeVar("L", bound=Cell)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """The table that a page ends with, if only white divides its columns; `lefts` is where they begin."""

    strips: tuple[Strip, ...]
    lefts: dict[int, float]
    em: float

    @property
    def cores(self) -> list[Strip]:
        """The middle of each strip: cells of the next page may be wider than those of this one."""
        return [((low + high) / 2 - 0.5, (low + high) / 2 + 0.5) for low, high in self.strips]


def open_table(lines: Sequence[Cell]) -> OpenTable | None:
    """The table that lines of a page end with, header and footer aside."""
    body = [line for line in lines if not line.rule]
    if not body or body[-1].cell is None or not body[-1].strips:
        return None
    last, lefts = body[-1], dict[int, float]()
    for line in body:
        if line.cell is not None and line.strips == last.strips:
            column = line.cell[2] - 1
            lefts[column] = min(lefts.get(column, line.x0), line.x0)
    return OpenTable(last.strips, lefts, last.em)


def n_rows_of(opened: OpenTable, rows: Sequence[Sequence[Box]]) -> int:
    """How many of the first rows of a page keep to the columns of a table.

    A row of one cell is a row of it only as what a broken cell leaves: not in the first column, and
    at the edge of its own.
    """

    def fits(row: Sequence[Box]) -> bool:
        columns = {column_of(box, opened.strips) for box in row}
        crossing = any(box.x0 < low and box.x1 > high for box in row for low, high in opened.cores)
        size = max(box.em for box in row)
        if crossing or abs(size - opened.em) > LIKE_SIZE * opened.em:
            return False
        (column, *others) = sorted(columns)
        left = opened.lefts.get(column)
        aligned = left is not None and abs(row[0].x0 - left) <= ALIGNED_EMS * opened.em
        return bool(others) or (column > 0 and aligned)

    return sum(1 for _ in takewhile(fits, rows))


def heads_a_table(row: Sequence[Box], first: Sequence[Box]) -> bool:
    """Whether what looks like a page header is the heading of the table that the page begins with.

    It has a name for each cell of the row below, three at least, and stands near.
    """
    if len(row) < 3 or len(row) != len(first):
        return False
    white = min(box.y0 for box in first) - max(box.y1 for box in row)
    over = all(
        under.x0 < box.x1 + box.em and under.x1 > box.x0 - box.em
        for box, under in zip(row, first, strict=True)
    )
    return white <= HEADING_EMS * row[0].em and over


@dataclass(slots=True)
class _Stretch:
    """The lines of a table on one page, by row and column."""

    table: int
    page: int
    frame: tuple[float, ...]
    strips: tuple[Strip, ...]
    first: int
    rows: dict[int, dict[int, list[int]]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return max(n for row in self.rows.values() for cell in row.values() for n in cell)


def joined_tables(lines: Sequence[L]) -> list[L]:
    """The lines, those of a table that goes on numbered on, and a broken cell's rest after its beginning."""
    made = list(lines)
    order = list(range(len(made)))
    stretches = _stretches(lines)
    for before, after in pairwise(stretches):
        if _goes_on(lines, before, after):
            _join(made, order, before, after)
    return [made[n] for n in order]


def _stretches(lines: Sequence[Cell]) -> list[_Stretch]:
    found: list[_Stretch] = []
    for n, line in enumerate(lines):
        if line.cell is None or not (line.frame or line.strips):
            continue
        table, row, column = line.cell
        if not found or (found[-1].table, found[-1].page) != (table, line.page):
            found.append(_Stretch(table, line.page, line.frame, line.strips, n))
        found[-1].rows.setdefault(row, {}).setdefault(column, []).append(n)
    return found


def _goes_on(lines: Sequence[Cell], before: _Stretch, after: _Stretch) -> bool:
    """Same columns, the next page, and nothing between them but headers and footers."""
    return (
        after.page == before.page + 1
        and before.strips == after.strips
        and not (after.strips and _has_own_heading(lines, before, after))
        and len(before.frame) == len(after.frame)
        and all(abs(a - b) <= SAME_FRAME for a, b in zip(before.frame, after.frame, strict=True))
        and all(line.rule for line in lines[before.last + 1 : after.first])
    )


def _has_own_heading(lines: Sequence[Cell], before: _Stretch, after: _Stretch) -> bool:
    """Whether the part on the next page begins with names of columns, and other ones."""
    heading, *rows = (_texts(lines, after.rows[n]) for n in sorted(after.rows))
    above = _texts(lines, before.rows[min(before.rows)])
    return (
        len(heading) > 1
        and heading != above
        and len(rows) > 1
        and not _has_figures(heading.values())
        and not _has_figures(above.values())
        and all(_has_figures(row.values()) for row in rows)
    )


def _has_figures(texts: Iterable[str]) -> bool:
    return any(re.search("[0-9０-９]", text) for text in texts)


def _join(made: list[L], order: list[int], before: _Stretch, after: _Stretch) -> None:
    """Number the rows of `after` on from those of `before`, in place."""
    rows = sorted(after.rows)
    heading = min(before.rows)
    if len(rows) > 1 and _texts(made, after.rows[rows[0]]) == _texts(made, before.rows[heading]):
        for n in _all(after.rows.pop(rows.pop(0))):
            made[n] = replace(made[n], rule="table_header", cell=None)  # type: ignore[type-var]
    end = max(before.rows)
    widths = _widths(made, before, after)
    rest = _is_rest(made, before.rows[end], after.rows[rows[0]], widths)
    shift = end + (0 if rest else 1) - rows[0]
    for row in rows:
        for column, members in after.rows[row].items():
            for n in members:
                made[n] = replace(made[n], cell=(before.table, row + shift, column))  # type: ignore[type-var]
    if rest:
        for column, members in after.rows.pop(rows[0]).items():
            at = order.index(before.rows[end][column][-1]) + 1
            for n in members:
                order.remove(n)
            order[at:at] = members
            before.rows[end][column] += members
    after.table = before.table
    after.rows = {row + shift: cells for row, cells in after.rows.items()} or {end: before.rows[end]}
    after.rows.setdefault(heading, before.rows[heading])


def _widths(made: Sequence[Cell], *parts: _Stretch) -> dict[int, float]:
    """How wide a line of each column may be."""
    if frame := parts[0].frame:
        return {n: right - left - PADDING for n, (left, right) in enumerate(pairwise(frame), 1)}
    edges: dict[int, tuple[float, float]] = {}
    for part in parts:
        for row in part.rows.values():
            for column, members in row.items():
                for line in (made[n] for n in members):
                    left, right = edges.get(column, (line.x0, line.x1))
                    edges[column] = min(left, line.x0), max(right, line.x1)
    return {column: right - left for column, (left, right) in edges.items()}


def _is_rest(
    made: Sequence[Cell], above: dict[int, list[int]], row: dict[int, list[int]], widths: dict[int, float]
) -> bool:
    """Whether a row holds nothing but the ends of cells of the row above."""
    if min(row) == 1 or len(row) >= len(above) or not row.keys() <= above.keys():
        return False
    ends, starts = _texts(made, above), _texts(made, row)
    return all(
        OPEN_END.search(ends[column])
        and GOES_ON.match(starts[column])
        and _is_full(made[above[column][-1]], widths.get(column, 0.0), starts[column])
        for column in row
    )


def _is_full(line: Cell, width: float, following: str) -> bool:
    """Whether nothing more found room in the line: what follows would not have been broken."""
    word = re.match(r"[!-~]*", following)
    wanted = FREE_EMS + 0.6 * (word.end() if word else 0)
    return width > 0 and width - (line.x1 - line.x0) < wanted * line.em


def _texts(made: Sequence[Cell], row: dict[int, list[int]]) -> dict[int, str]:
    return {column: "".join(made[n].text for n in members) for column, members in row.items()}


def _all(row: dict[int, list[int]]) -> list[int]:
    return [n for members in row.values() for n in members]
