"""Ruled tables that go on on the next page: one table again, its repeated heading left out with a record.

A cell is joined with its rest only where nothing else can be meant: the row on the next page has no
first cell, and above each of its cells stands a line that fills its column and ends within a sentence.
A cell under a merged one is neither, and figures are never joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol, TypeVar

SAME_FRAME = 5.0  # points by which the columns of both parts may differ
OPEN_END = re.compile(r"[\u4e00-\u9fff，、：（“《a-z,]$")
GOES_ON = re.compile(
    r"(?![一二三四五六七八九十]+、)(?:[\u4e00-\u9fff，、；。）”》a-z]|[0-9.]+[\u4e00-\u9fff])"
)
# A line is full if less than this is free beside it: ems, and the padding of both sides in points.
FREE_EMS, PADDING = 1.6, 12.0


class Cell(Protocol):
    """A line of a table: `cell` is (table, row, column), `frame` where the columns of it begin and end."""

    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int: ...
    @property
    def rule(self) -> str: ...
    @property
    def cell(self) -> tuple[int, int, int] | None: ...
    @property
    def frame(self) -> tuple[float, ...]: ...
    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def em(self) -> float: ...


L = TypeVar("L", bound=Cell)


@dataclass(slots=True)
class _Stretch:
    """The lines of a table on one page, by row and column."""

    table: int
    page: int
    frame: tuple[float, ...]
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
        if line.cell is None or not line.frame:
            continue
        table, row, column = line.cell
        if not found or (found[-1].table, found[-1].page) != (table, line.page):
            found.append(_Stretch(table, line.page, line.frame, n))
        found[-1].rows.setdefault(row, {}).setdefault(column, []).append(n)
    return found


def _goes_on(lines: Sequence[Cell], before: _Stretch, after: _Stretch) -> bool:
    """Same columns, the next page, and nothing between them but headers and footers."""
    return (
        after.page == before.page + 1
        and len(before.frame) == len(after.frame)
        and all(abs(a - b) <= SAME_FRAME for a, b in zip(before.frame, after.frame, strict=True))
        and all(line.rule for line in lines[before.last + 1 : after.first])
    )


def _join(made: list[L], order: list[int], before: _Stretch, after: _Stretch) -> None:
    """Number the rows of `after` on from those of `before`, in place."""
    rows = sorted(after.rows)
    heading = min(before.rows)
    if len(rows) > 1 and _texts(made, after.rows[rows[0]]) == _texts(made, before.rows[heading]):
        for n in _all(after.rows.pop(rows.pop(0))):
            made[n] = replace(made[n], rule="table_header", cell=None)  # type: ignore[type-var]
    end = max(before.rows)
    rest = _is_rest(made, before.rows[end], after.rows[rows[0]])
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


def _is_rest(made: Sequence[Cell], above: dict[int, list[int]], row: dict[int, list[int]]) -> bool:
    """Whether a row holds nothing but the ends of cells of the row above."""
    if min(row) == 1 or len(row) >= len(above) or not row.keys() <= above.keys():
        return False
    ends, starts = _texts(made, above), _texts(made, row)
    return all(
        OPEN_END.search(ends[column])
        and GOES_ON.match(starts[column])
        and _is_full(made[above[column][-1]], column, starts[column])
        for column in row
    )


def _is_full(line: Cell, column: int, following: str) -> bool:
    """Whether nothing more found room in the line: what follows would not have been broken."""
    if column >= len(line.frame):
        return False
    width = line.frame[column] - line.frame[column - 1]
    word = re.match(r"[!-~]*", following)
    wanted = FREE_EMS + 0.6 * (word.end() if word else 0)
    return width - (line.x1 - line.x0) < wanted * line.em + PADDING


def _texts(made: Sequence[Cell], row: dict[int, list[int]]) -> dict[int, str]:
    return {column: "".join(made[n].text for n in members) for column, members in row.items()}


def _all(row: dict[int, list[int]]) -> list[int]:
    return [n for members in row.values() for n in members]
