"""Tables drawn with ruled lines: their grid, and which cells were merged."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TOUCH = 2.5  # points between two lines that are meant to meet
MAX_RULES = 600  # more lines than this are a drawing

Rule = tuple[float, float, float]  # position, from, to


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a table: where they run across (`ys`) and down (`xs`), and the walls that are there."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies inside."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column, from 1, of the cell around a place: of a merged cell its first ones."""
        row = min(max(bisect.bisect(self.ys, y), 1), len(self.ys) - 1)
        column = min(max(bisect.bisect(self.xs, x), 1), len(self.xs) - 1)
        while column > 1 and not _walled(self.down, self.xs[column - 1], self.ys[row - 1], self.ys[row]):
            column -= 1
        while row > 1 and not _walled(self.across, self.ys[row - 1], self.xs[column - 1], self.xs[column]):
            row -= 1
        return row, column


def _walled(rules: Iterable[Rule], position: float, low: float, high: float) -> bool:
    """Whether a line at a position parts two cells: it covers the middle of their common side."""
    middle = (low + high) / 2
    return any(abs(at - position) <= TOUCH and first <= middle <= last for at, first, last in rules)


def find_grids(across: Sequence[Rule], down: Sequence[Rule]) -> list[Grid]:
    """The tables of a page, from top to bottom: lines that meet and make two columns at least."""
    across, down = _merged(across), _merged(down)
    if len(across) + len(down) > MAX_RULES:
        return []
    grids = []
    for lines in _meeting(across, down):
        inner_across = tuple(across[n] for n in lines if n < len(across))
        inner_down = tuple(down[n - len(across)] for n in lines if n >= len(across))
        xs, ys = _positions(inner_down), _positions(inner_across)
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(xs, ys, inner_across, inner_down))
    return sorted(grids, key=lambda grid: grid.ys[0])


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Pieces of one line as one; both edges of a thick line as one."""
    made: list[Rule] = []
    for at, first, last in sorted((round(at / TOUCH), first, last) for at, first, last in rules):
        if made and made[-1][0] == at and first <= made[-1][2] + TOUCH:
            made[-1] = (at, made[-1][1], max(last, made[-1][2]))
        else:
            made.append((at, first, last))
    return [(at * TOUCH, first, last) for at, first, last in made]


def _meeting(across: Sequence[Rule], down: Sequence[Rule]) -> list[list[int]]:
    """Groups of lines that meet, as numbers: those across first, then those down."""
    group = list(range(len(across) + len(down)))

    def root(n: int) -> int:
        while group[n] != n:
            group[n] = group[group[n]]
            n = group[n]
        return n

    for a, (y, left, right) in enumerate(across):
        for d, (x, top, low) in enumerate(down, len(across)):
            if left - TOUCH <= x <= right + TOUCH and top - TOUCH <= y <= low + TOUCH:
                group[root(a)] = root(d)
    found: dict[int, list[int]] = {}
    for n in range(len(group)):
        found.setdefault(root(n), []).append(n)
    return list(found.values())


def _positions(rules: Iterable[Rule]) -> tuple[float, ...]:
    """Distinct positions, those of a double line as one."""
    made: list[float] = []
    for at in sorted(rule[0] for rule in rules):
        if not made or at - made[-1] > 2 * TOUCH:
            made.append(at)
    return tuple(made)
