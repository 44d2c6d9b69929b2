"""Pages set in vertical lines, or with their text on its side, turned so that lines run from left to right.

The order of the page then follows by itself: lines from right to left become lines from top to bottom,
tiers one below the other become columns side by side. What stands horizontally above and below the
lines (titles, page numbers) keeps its direction, in rows of its own above and below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, Literal, TypeVar

from pipeline.read.columns import Placed
from pipeline.read.grids import Rule

MIN_STEPS = 8  # characters that follow one another downwards, before a page is taken for a vertical one
MORE_STEPS = 3  # times as many as those that follow one another to the right
NEAR_EMS = 1.35  # the next character of a line is nearer than this; the next line of print is not
LEVEL_EMS = 0.4
CELL_EMS = 1.6  # figures side by side in a vertical line are together no wider
CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

Way = Literal["right", "down", "up", ""]
Box = tuple[float, float, float, float]


G = TypeVar("G", bound=Placed)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[G]):
    """What a page is laid out from."""

    glyphs: list[G]
    width: float
    height: float
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def with_level_lines(sheet: Sheet[G]) -> Sheet[G]:
    """The page as it is, or turned if nearly all of its lines run down or up."""
    signs = [glyph for glyph in sheet.glyphs if glyph.text.strip()]
    steps = Counter(_way(a, b) for a, b in pairwise(signs))
    way: Way = "down" if steps["down"] >= steps["up"] else "up"
    if steps[way] < MIN_STEPS or steps[way] < MORE_STEPS * steps["right"]:
        return sheet
    return _turned(sheet, signs, way)


def _way(before: Placed, sign: Placed) -> Way:
    """Where the next character of a line stands, seen from the one before; "" if it begins another."""
    size = min(before.em, sign.em)
    right = (sign.x0 + sign.x1 - before.x0 - before.x1) / 2
    low = (sign.y0 + sign.y1 - before.y0 - before.y1) / 2
    if abs(low) < LEVEL_EMS * size and 0.2 * size < right < NEAR_EMS * size:
        return "right"
    if abs(right) >= LEVEL_EMS * size or not 0.2 * size < abs(low) < NEAR_EMS * size:
        return ""
    # Figures and letters stand one below the other in any narrow column.
    if not (CJK.match(before.text) or CJK.match(sign.text)):
        return ""
    return "down" if low > 0 else "up"


def _turned(sheet: Sheet[G], signs: Sequence[G], way: Way) -> Sheet[G]:
    """The page with its lines from left to right; what stands above and below them as rows there."""
    lined = [sign for a, b in pairwise(signs) if _way(a, b) == way for sign in (a, b)]
    top, low = min(sign.y0 for sign in lined), max(sign.y1 for sign in lined)
    width = sheet.width

    def turn(x0: float, y0: float, x1: float, y1: float) -> Box:
        if way == "down":
            return y0, top + width - x1, y1, top + width - x0
        return sheet.height - y1, top + x0, sheet.height - y0, top + x1

    made: list[G] = []
    for glyph in _cells(sheet.glyphs):
        if glyph.y1 <= top:
            box = (glyph.x0, glyph.y0, glyph.x1, glyph.y1)
        elif glyph.y0 >= low:
            box = (glyph.x0, glyph.y0 - low + top + width, glyph.x1, glyph.y1 - low + top + width)
        else:
            box = turn(glyph.x0, glyph.y0, glyph.x1, glyph.y1)
        made.append(_placed(glyph, box))
    height = top + width + max(sheet.height - low, 0.0)
    return Sheet(made, sheet.height, height, _across(sheet.down, turn), _down(sheet.across, turn))


def _cells(glyphs: Sequence[G]) -> list[G]:
    """Figures that share the place of one character, side by side, as one sign."""
    made: list[G] = []
    for glyph in glyphs:
        last = made[-1] if made else None
        if (
            last is not None
            and _way(last, glyph) == "right"
            and not (CJK.match(last.text) or CJK.match(glyph.text))
            and glyph.x1 - last.x0 <= CELL_EMS * glyph.em
        ):
            box = (last.x0, min(last.y0, glyph.y0), glyph.x1, max(last.y1, glyph.y1))
            made[-1] = replace(_placed(last, box), text=last.text + glyph.text)  # type: ignore[type-var]
        else:
            made.append(glyph)
    return made


def _placed(glyph: G, box: Box) -> G:
    x0, y0, x1, y1 = box
    return replace(glyph, x0=x0, y0=y0, x1=x1, y1=y1)  # type: ignore[type-var]


def _across(down: Sequence[Rule], turn: Callable[[float, float, float, float], Box]) -> tuple[Rule, ...]:
    boxes = (turn(x, top, x, low) for x, top, low in down)
    return tuple(sorted((y, x0, x1) for x0, y, x1, _ in boxes))


def _down(across: Sequence[Rule], turn: Callable[[float, float, float, float], Box]) -> tuple[Rule, ...]:
    boxes = (turn(left, y, right, y) for y, left, right in across)
    return tuple(sorted((x, y0, y1) for x, y0, _, y1 in boxes))
