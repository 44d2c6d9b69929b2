"""From boxes on pages to text in reading order: rows, columns, tables, page furniture, paragraphs.

Knows nothing of PDF or OCR; both give it fragments of lines. Coordinates grow rightwards and
downwards; all distances are in ems, the width of a Chinese character of that line.
"""

from __future__ import annotations

import bisect
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby, pairwise
from statistics import median

from pipeline.read.across import OpenTable, heads_a_table, joined_tables, n_rows_of, open_table
from pipeline.read.columns import (
    Strip,
    find_strips,
    is_list,
    is_spaced_heading,
    parted,
    read_table,
    white_strips,
)
from pipeline.read.contents import contents_lines
from pipeline.read.extraction import Finding, Piece, Run, located
from pipeline.read.grids import Grid, Rule, find_grids
from pipeline.read.notes import Span, note_marks

ROW_OVERLAP = 0.5  # of the lower of two heights: more, and they stand in one row
GUTTER_EMS = 1.0  # the narrowest white strip that parts columns
MIN_COLUMN_ROWS = 4
# Columns of short paragraphs: as wide as one another, with full lines and punctuation in them.
MIN_LIKE_WIDTH, MIN_SHORT_LINES, MIN_FULL_LINES, MIN_STOPS = 0.85, 6, 0.35, 0.2
MIN_UNLEVEL = 3  # pairs of lines side by side that are not level
MIN_INNER_ROWS = 3  # of a table within a column of running text
MIN_COLUMN_FILL = 0.7  # lines of running text fill their column; cells do not
MIN_COLUMN_CHARACTERS = 8
MARGIN_SHARE = 0.12  # of the height of the page, above and below, where furniture stands
LINE_WHITE = 0.3  # ems, between lines of one header
PARTED = 1.2  # times the usual white between lines: header and footer stand apart from the text
SHORT_EMS = 1.6  # a line that ends this far from the right edge ends its paragraph
INDENT_EMS = 0.8
MAX_HANGING_EMS = 6
MIN_BROKEN_EMS = (
    8  # an indented line this wide may break off within a sentence; names and figures are shorter
)
MIN_SET_IN_EMS = 15  # wider than lines of verse
PITCH = 1.5  # a larger step than this times the usual one separates paragraphs
HEADING_SIZE = 1.12  # times the size of the body
MAX_HEADING_CHARACTERS = 60

NUMBER_LINE = re.compile(r"[\s\-—–―·•.~〜|/()（）]*(?:第|page|p\.?)?\s*[0-9０-９ivxlcIVXLC]{1,5}\s*(?:页|頁)?"
                         r"(?:\s*[/,，of共]*\s*[0-9０-９]{1,5}\s*(?:页|頁)?)?[\s\-—–―·•.~〜|/()（）]*", re.I)  # fmt: skip
SURE_NUMBER = re.compile(r"\s*[-—–―·]+\s*[0-9]{1,4}\s*[-—–―·]+\s*|\s*第\s*[0-9]{1,4}\s*[页頁].*")
SENTENCE_STOPS = re.compile(r"[，。；！？]|[,.;!?](?=\s|$)")
SENTENCE_END = re.compile(r"[。！？!?；;：:][”’」』）)]*[⁰¹²³⁴-⁹]*$")
MARKER = re.compile(
    r"第[一二三四五六七八九十百零〇0-9]+[章节節条條]|[一二三四五六七八九十]+[、是]"
    r"|[（(][一二三四五六七八九十0-9]+[）)]|[0-9]+[.、．]"
)
BULLET = re.compile(r"[•●○◦■□◆◇▪▫►▶➢➤✓✔★☆※·–—*-]\s*(?=\S)")
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’—…、。《》〈〉（）]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of one line without a wide gap in it.

    `gaps` are where its spaces stand: (offset, left, right); `raised` from where to where it is set higher.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    em: float
    doubts: tuple[tuple[int, float], ...] = ()
    gaps: tuple[tuple[int, float, float], ...] = ()
    raised: tuple[Span, ...] = ()

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """The fragments of a page and the positions of its ruled lines."""

    number: int
    width: float
    height: float
    fragments: tuple[Fragment, ...]
    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line in reading order. `cell` is (table, row, column); `rule` why it is left out.

    `frame` is where the columns of its table begin and end, if they are ruled, `strips` else the white
    between them. `marks` are the raised stretches that are marks of notes, `note` the label of the note
    that the line is of.
    """

    text: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    em: float
    column: int = 0
    cell: tuple[int, int, int] | None = None
    rule: str = ""
    doubts: tuple[tuple[int, float], ...] = ()
    frame: tuple[float, ...] = ()
    strips: tuple[Strip, ...] = ()
    raised: tuple[Span, ...] = ()
    marks: tuple[Span, ...] = ()
    note: str = ""

    @property
    def bare(self) -> str:
        """The text without marks of notes."""
        text = self.text
        for start, end in reversed(self.marks):
            text = text[:start] + text[end:]
        return text.strip()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The left and right edge of a column of running text and the usual step from line to line."""

    left: float
    right: float
    pitch: float


def lay_out(pages: Sequence[Page]) -> list[Piece]:
    """The text of all pages as paragraphs, headings and cells."""
    furniture = _furniture(pages)
    lines: list[Line] = []
    known: list[tuple[float, float]] = []
    tables = count(1)
    opened: OpenTable | None = None
    for page in pages:
        read = list(_read(page, furniture, tables, known, opened))
        opened = open_table(read)
        lines += read
    return list(_paragraphs(_with_notes(_without_contents(joined_tables(lines)))))


# Rows and page furniture


def _rows(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand side by side, from top to bottom, each row from left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (f.middle, f.x0)):
        if rows and _side_by_side(rows[-1][0], fragment):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda f: f.x0) for row in rows]


def _side_by_side(a: Fragment, b: Fragment) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap > ROW_OVERLAP * min(a.y1 - a.y0, b.y1 - b.y0)


def _row_text(row: Sequence[Fragment]) -> str:
    return "  ".join(fragment.text for fragment in row)


def _furniture(pages: Sequence[Page]) -> dict[tuple[int, float], str]:
    """Which rows are page headers, footers or numbers: (page, top of the row) → rule."""
    candidates = [
        (page, zone, row, apart)
        for page in pages
        for zone, row, apart in _marginal(page)
        if not _is_full(row, page)
    ]
    keys = Counter((zone, _shape(row)) for _, zone, row, _ in candidates)
    needed = 2 if len(pages) <= 4 else 3
    found = {}
    for page, zone, row, apart in candidates:
        text = _row_text(row)
        repeated = keys[zone, _shape(row)] >= needed
        if NUMBER_LINE.fullmatch(text) and (repeated or SURE_NUMBER.fullmatch(text)):
            found[page.number, row[0].y0] = "page_number"
        elif repeated and apart:
            found[page.number, row[0].y0] = f"page_{zone}"
    return found


def _marginal(page: Page) -> Iterator[tuple[str, list[Fragment], bool]]:
    """The rows at the upper and lower edge, and whether more white than between lines parts them from the body.

    A line that stands as near as the next one belongs to the text, even if its words come back.
    """
    rows = _rows(page.fragments)
    gaps = [_white(above, row) / row[0].em for above, row in pairwise(rows)]
    usual = max(LINE_WHITE, PARTED * min(median(gaps), 1.0)) if len(gaps) > 3 else LINE_WHITE
    for zone, ordered in (("header", rows), ("footer", rows[::-1])):
        # Up to three rows: a running title, an issue line, a page number.
        found: list[tuple[list[Fragment], float]] = []
        for row, inner in zip(ordered[:3], [*ordered[1:4], None], strict=False):
            edge = row[0].middle if zone == "header" else page.height - row[0].middle
            if edge > MARGIN_SHARE * page.height:
                break
            white = _white(row, inner) / row[0].em if inner is not None else math.inf
            found.append((row, white))
            if white < LINE_WHITE:
                break
        for n, (row, _) in enumerate(found):
            yield zone, row, any(white > usual for _, white in found[n:])


def _is_full(row: Sequence[Fragment], page: Page) -> bool:
    """A single stretch from edge to edge of the text: a line of a paragraph, even if it repeats."""
    right = max(f.x1 for f in page.fragments)
    left = min(f.x0 for f in page.fragments)
    return len(row) == 1 and row[0].x1 - row[0].x0 > 0.9 * (right - left) and len(row[0].text) > 20


def _white(a: Sequence[Fragment], b: Sequence[Fragment]) -> float:
    return max(min(f.y0 for f in a) - max(f.y1 for f in b), min(f.y0 for f in b) - max(f.y1 for f in a))


def _shape(row: Sequence[Fragment]) -> str:
    return re.sub(r"[0-9０-９]+|(?<![A-Za-z])[ivxlc]+(?![A-Za-z])", "#", re.sub(r"\s+", "", _row_text(row)))


# Columns and tables


@dataclass(slots=True)
class Band:
    """Consecutive rows that share white strips from top to bottom."""

    rows: list[list[Fragment]]
    gutters: list[tuple[float, float]]


def _read(
    page: Page,
    furniture: dict[tuple[int, float], str],
    tables: Iterator[int],
    known: list[tuple[float, float]],
    opened: OpenTable | None,
) -> Iterator[Line]:
    """The lines of a page in reading order; `known` gathers the gutters of running text.

    `opened` is the table without ruled columns that the page before ends with.
    """
    grids = find_grids(page.across, page.down)
    rows = _rows(f for f in page.fragments if _grid_of(f, grids) is None)
    rule = {id(row): furniture.get((page.number, row[0].y0), "") for row in rows}
    for row, below in pairwise(rows):
        if rule[id(row)] == "page_header" and not rule[id(below)] and heads_a_table(row, below):
            rule[id(row)] = ""
    body = [row for row in rows if not rule[id(row)]]
    first = min([page.height, *(row[0].middle for row in body), *(grid.ys[0] for grid in grids)])
    for row in rows:
        if rule[id(row)] and row[0].middle <= first:
            yield _line(row, page, rule=rule[id(row)])
    done = 0.0
    for grid in grids:
        above = [row for row in body if done <= row[0].middle < grid.ys[0]]
        yield from _flow(above, page, tables, known, None if done else opened)
        yield from _grid_cells(grid, grids, page, next(tables))
        done = grid.ys[0]
    below_all = [row for row in body if row[0].middle >= done]
    yield from _flow(below_all, page, tables, known, None if done else opened)
    for row in rows:
        if rule[id(row)] and row[0].middle > first:
            yield _line(row, page, rule=rule[id(row)])


def _grid_of(fragment: Fragment, grids: Sequence[Grid]) -> Grid | None:
    x = (fragment.x0 + fragment.x1) / 2
    return next((grid for grid in grids if grid.holds(x, fragment.middle)), None)


def _grid_cells(grid: Grid, grids: Sequence[Grid], page: Page, table: int) -> Iterator[Line]:
    """The cells of a ruled table, row by row; each may have several lines."""
    placed: dict[tuple[int, int], list[Fragment]] = {}
    for fragment in page.fragments:
        if _grid_of(fragment, grids) is grid:
            place = grid.cell((fragment.x0 + fragment.x1) / 2, fragment.middle)
            placed.setdefault(place, []).append(fragment)
    for (row, column), fragments in sorted(placed.items()):
        for line in _rows(fragments):
            yield replace(_line(line, page), cell=(table, row, column), frame=grid.xs)


def _flow(
    rows: list[list[Fragment]],
    page: Page,
    tables: Iterator[int],
    known: list[tuple[float, float]],
    opened: OpenTable | None,
) -> Iterator[Line]:
    """Rows outside ruled tables: lines, columns, and tables that only white strips divide."""
    if opened is not None:
        cut = [parted(row, opened.cores) for row in rows]
        n = n_rows_of(opened, cut)
        if n:
            band = Band(cut[:n], opened.cores)
            cells = _cells(band, page, next(tables), continued=True)
            yield from (replace(line, strips=opened.strips) for line in cells)
            rows = rows[n:]
    if (columns := _unlevel_columns(rows, page)) is not None:
        first, end, gutters = columns
        known += gutters
        yield from _flow(rows[:first], page, tables, known, None)
        yield from _by_column(Band(rows[first:end], gutters), page, tables)
        rows = rows[end:]
    for band, running in _told_apart(list(_bands(rows, known)), page, known):
        if not band.gutters:
            for row in band.rows:
                yield _line(row, page)
        elif running:
            yield from _by_column(band, page, tables)
        else:
            yield from _unruled(band, page, tables)


def _by_column(band: Band, page: Page, tables: Iterator[int]) -> Iterator[Line]:
    """Columns of running text, one after the other."""
    for n in range(len(band.gutters) + 1):
        inside = ([f for f in row if _column(f, band.gutters) == n] for row in band.rows)
        yield from _within_column([row for row in inside if row], page, tables, n + 1)


def _unlevel_columns(
    rows: Sequence[list[Fragment]], page: Page
) -> tuple[int, int, list[tuple[float, float]]] | None:
    """The first stretch of columns whose lines are not level, so that hardly a row shows two of them.

    Given as its first row, the row after it, and the strips between.
    """
    pairs = [n for n, (row, below) in enumerate(pairwise(rows)) if _is_beside(row, below)]
    done = 0
    for n in pairs if len(pairs) >= MIN_UNLEVEL else ():
        if n < done:
            continue
        first, end = _stretch_along(rows, n)
        done = end
        if sum(first <= pair < end - 1 for pair in pairs) < MIN_UNLEVEL:
            continue
        em = median(f.em for row in rows[first:end] for f in row)
        strips = [(a, b) for a, b in white_strips(rows[first:end]) if b - a >= 0.8 * GUTTER_EMS * em]
        if strips and _is_running_text(Band(list(rows[first:end]), strips), page, ()):
            return first, end, strips
    return None


def _is_beside(row: Sequence[Fragment], below: Sequence[Fragment]) -> bool:
    """Whether two rows of one fragment each stand side by side, one a little lower."""
    if len(row) > 1 or len(below) > 1:
        return False
    (a, b), em = sorted((row[0], below[0]), key=lambda f: f.x0), min(row[0].em, below[0].em)
    return b.x0 - a.x1 >= GUTTER_EMS * em and _white(row, below) < 0.5 * em


def _stretch_along(rows: Sequence[list[Fragment]], n: int) -> tuple[int, int]:
    """From the first to after the last row around row `n` that leave free the strip beside it."""
    a, b = sorted((rows[n][0], rows[n + 1][0]), key=lambda f: f.x0)
    strip = [(a.x1, b.x0)]
    first, end = n, n + 2
    while end < len(rows) and (left := _shared(strip, rows[end])):
        strip, end = left, end + 1
    while first > 0 and (left := _shared(strip, rows[first - 1])):
        strip, first = left, first - 1

    def apart(row: int, other: int) -> bool:
        return _white(rows[row], rows[other]) > rows[row][0].em and not _is_beside(rows[row], rows[other])

    # What stands alone below or above the columns is no line of one of them.
    while end - 1 > n + 1 and apart(end - 1, end - 2):
        end -= 1
    while first < n and apart(first, first + 1):
        first += 1
    return first, end


def _within_column(
    rows: list[list[Fragment]], page: Page, tables: Iterator[int], column: int
) -> Iterator[Line]:
    """The lines of one column of running text, and the tables that stand in it."""
    for band in _bands(rows, ()):
        if band.gutters and len(band.rows) >= MIN_INNER_ROWS and min(len(row) for row in band.rows) > 1:
            yield from _unruled(band, page, tables, column=column)
        else:
            for row in band.rows:
                yield _line(row, page, column=column)


def _unruled(band: Band, page: Page, tables: Iterator[int], *, column: int = 0) -> Iterator[Line]:
    """What only white strips divide: a table, a list with hanging indents, or lines."""
    rows = list(band.rows)
    while rows and is_spaced_heading(rows[0], rows[1] if len(rows) > 1 else None):
        yield _line(rows.pop(0), page, column=column)
    strips = find_strips(rows) if rows else []
    if is_list(rows, strips):
        left = min(fragment.x0 for row in rows for fragment in row)
        for row in rows:  # a line after the first begins where its item does
            yield replace(_line(row, page, column=column), x0=left)
        return
    if len(rows) == 1:
        yield _line(rows[0], page, column=column)
    elif rows:
        cut = [parted(row, strips) for row in rows]
        yield from _cells(Band(cut, strips or band.gutters), page, next(tables))


def _line(row: Sequence[Fragment], page: Page, *, column: int = 0, rule: str = "") -> Line:
    return Line(
        text=_joined_row(row),
        page=page.number,
        x0=min(f.x0 for f in row),
        y0=min(f.y0 for f in row),
        x1=max(f.x1 for f in row),
        y1=max(f.y1 for f in row),
        em=median(f.em for f in row),
        column=column,
        rule=rule,
        doubts=tuple((at + offset, sure) for at, f in _placed(row) for offset, sure in f.doubts),
        raised=tuple((at + start, at + end) for at, f in _placed(row) for start, end in f.raised),
    )


def _joined_row(row: Sequence[Fragment]) -> str:
    return " ".join(fragment.text for fragment in row)


def _placed(row: Sequence[Fragment]) -> Iterator[tuple[int, Fragment]]:
    """The fragments with where each begins in the joined row."""
    at = 0
    for fragment in row:
        yield at, fragment
        at += len(fragment.text) + 1


def _bands(rows: list[list[Fragment]], known: Sequence[tuple[float, float]]) -> Iterator[Band]:
    """Cut the page into stretches with the same white strips; a row across them ends a stretch."""
    band = Band([], [])
    for row in rows:
        strips = _strips(row)
        usual = [(a, b) for a, b in strips if any(min(b, d) > max(a, c) for c, d in known)]
        strips = usual or strips
        if band.gutters:
            shared = _shared(band.gutters, row)
            # A row that crosses some strips and keeps others is a wide cell or a title over columns.
            if len(shared) == len(band.gutters) or (shared and (len(row) > 1 or len(band.rows) < 3)):
                band.rows.append(row)
                band.gutters = shared
                continue
        elif not strips:
            band.rows.append(row)
            continue
        if band.rows:
            yield from _trimmed(band)
        band = Band([row], strips)
    if band.rows:
        yield from _trimmed(band)


def _trimmed(band: Band) -> Iterator[Band]:
    """A band with columns, without the rows at its end that have one fragment only and a gap above."""
    rows = band.rows
    end = len(rows)
    if band.gutters:
        while (
            end > 1 and len(rows[end - 1]) == 1 and _white(rows[end - 2], rows[end - 1]) > rows[end - 1][0].em
        ):
            end -= 1
        if end == 1 and len(rows[0]) > 1 and max(len(f.text) for f in rows[0]) < 3:
            band.gutters = []
    yield Band(rows[:end], band.gutters)
    if end < len(rows):
        yield Band(rows[end:], [])


def _strips(row: Sequence[Fragment]) -> list[tuple[float, float]]:
    """The white strips between the fragments of a row that are wide enough to part columns."""
    pairs = pairwise(row)
    return [(a.x1, b.x0) for a, b in pairs if b.x0 - a.x1 >= GUTTER_EMS * min(a.em, b.em)]


def _shared(gutters: Sequence[tuple[float, float]], row: Sequence[Fragment]) -> list[tuple[float, float]]:
    """What is left of each strip when a row is laid over it."""
    left = []
    for low, high in gutters:
        for fragment in row:
            if fragment.x0 < high and fragment.x1 > low:
                low, high = (
                    (low, fragment.x0) if fragment.x0 - low > high - fragment.x1 else (fragment.x1, high)
                )
        if high - low >= GUTTER_EMS * row[0].em * 0.8:
            left.append((low, high))
    return left


def _column(fragment: Fragment, gutters: Sequence[tuple[float, float]]) -> int:
    return bisect.bisect([(low + high) / 2 for low, high in gutters], (fragment.x0 + fragment.x1) / 2)


def _told_apart(
    bands: list[Band], page: Page, known: list[tuple[float, float]]
) -> Iterator[tuple[Band, bool]]:
    """Each band, and whether its columns are running text (or a table); adds to the known gutters.

    Rows just above columns that stand in one of them belong to them: lines of the two columns need
    not be level.
    """
    for n, band in enumerate(bands):
        if band.gutters and _is_running_text(band, page, known):
            known += band.gutters
            above = bands[n - 1].rows if n and not bands[n - 1].gutters else []
            while above and _within(above[-1], band):
                band.rows.insert(0, above.pop())
    for band in bands:
        yield band, bool(band.gutters) and _is_running_text(band, page, known)


def _within(row: Sequence[Fragment], band: Band) -> bool:
    """Whether a row lies inside one column of a band and close above it."""
    clear = len(_shared(band.gutters, row)) == len(band.gutters)
    near = _white(row, band.rows[0]) < 1.5 * row[0].em
    return clear and near and len({_column(fragment, band.gutters) for fragment in row}) == 1


def _is_running_text(band: Band, page: Page, known: Sequence[tuple[float, float]]) -> bool:
    """Columns of running text: few, wide, their lines full, no ruled line between them.

    Where other columns of the document had their gutter there, a few lines are enough.
    """
    top, foot = band.rows[0][0].middle, band.rows[-1][0].middle
    ruled = any(
        low - 1 <= x <= high + 1 and first < foot and last > top
        for x, first, last in page.down
        for low, high in band.gutters
    )
    if len(band.gutters) > 2 or ruled:
        return False
    if all(any(min(high, b) > max(low, a) for a, b in known) for low, high in band.gutters):
        return True
    columns = [_lines_of(band, n) for n in range(len(band.gutters) + 1)]
    widths = [
        max((f.x1 for f in lines), default=0.0) - min((f.x0 for f in lines), default=0.0) for lines in columns
    ]
    level = min(widths) > MIN_LIKE_WIDTH * max(widths)
    return all(
        _fills(lines, width) or (level and _reads_on(lines, width))
        for lines, width in zip(columns, widths, strict=True)
    )


def _lines_of(band: Band, column: int) -> list[Fragment]:
    """The lines of one column, each as one fragment: justified words may stand far apart."""
    inside = ([f for f in row if _column(f, band.gutters) == column] for row in band.rows)
    return [replace(row[0], text=_joined_row(row), x1=max(f.x1 for f in row)) for row in inside if row]


def _fills(lines: Sequence[Fragment], width: float) -> bool:
    """Whether most lines fill their column and hold more than a word."""
    if len(lines) < MIN_COLUMN_ROWS or not width:
        return False
    fill = median(f.x1 - f.x0 for f in lines) / width
    return fill >= MIN_COLUMN_FILL and median(len(f.text) for f in lines) >= MIN_COLUMN_CHARACTERS


def _reads_on(lines: Sequence[Fragment], width: float) -> bool:
    """Whether the lines are short paragraphs: many full, with the punctuation of sentences in them."""
    right = max((f.x1 for f in lines), default=0.0)
    full = [f for f in lines if right - f.x1 <= SHORT_EMS * f.em and f.x1 - f.x0 > MIN_COLUMN_FILL * width]
    stops = sum(len(SENTENCE_STOPS.findall(f.text)) for f in lines)
    return (
        len(lines) >= MIN_SHORT_LINES
        and len(full) >= MIN_FULL_LINES * len(lines)
        and stops >= MIN_STOPS * len(lines)
        and median(len(f.text) for f in full) >= MIN_COLUMN_CHARACTERS
    )


def _cells(band: Band, page: Page, table: int, *, continued: bool = False) -> Iterator[Line]:
    """The cells of a table without ruled columns, row by row.

    Where ruled lines run between most rows, there is one row between two of them.
    """
    low, high = min(f.y0 for f in band.rows[0]), max(f.y1 for f in band.rows[-1])
    rules = sorted({y for y, _, _ in page.across if low < y < high})
    ruled = len(rules) >= 0.4 * (len(band.rows) - 1)
    strips = tuple(band.gutters)
    placed: dict[tuple[int, int], list[Fragment]] = {}
    for n, row in enumerate(band.rows):
        for fragment in row:
            at = bisect.bisect(rules, fragment.middle) if rules and ruled else n
            placed.setdefault((at, _column(fragment, band.gutters)), []).append(fragment)
    unruled = None if rules and ruled else read_table(band.rows, band.gutters, continued=continued)
    if unruled is not None:
        for (at, column), lines in sorted(unruled.cells.items()):
            for row in lines:
                yield replace(_line(row, page), cell=(table, at, column), strips=strips)
        return
    numbers = {at: n for n, at in enumerate(sorted({at for at, _ in placed}), 1)}
    for (at, column), fragments in sorted(placed.items()):
        for row in _rows(fragments):
            yield replace(_line(row, page), cell=(table, numbers[at], column + 1), strips=strips)


# Paragraphs


def _without_contents(lines: list[Line]) -> list[Line]:
    """The lines, tables of contents left out."""
    found = contents_lines(lines)
    return [replace(line, rule="contents", cell=None) if n in found else line for n, line in enumerate(lines)]


def _with_notes(lines: list[Line]) -> list[Line]:
    """The lines with the marks of notes known, and the notes."""
    body = _body_size([line for line in lines if not line.rule and line.cell is None])
    marks, notes = note_marks(lines, body)
    return [
        replace(line, marks=marks.get(n, ()), note=notes.get(n, "")) if n in marks or n in notes else line
        for n, line in enumerate(lines)
    ]


def _paragraphs(lines: list[Line]) -> Iterator[Piece]:
    """Lines joined to paragraphs; furniture between two lines of one stays inside it, left out.

    Notes follow the paragraph that they stand under or in.
    """
    text = [line for line in lines if not line.rule and line.cell is None and not line.note]
    body = _body_size(text)
    bounds = _all_bounds(text)
    indents = _uses_indents(text, bounds)
    open_lines: list[Line] = []
    waiting: list[Line] = []
    notes: list[Line] = []
    runs: list[Run] = []
    for line in lines:
        if line.rule or line.note:
            (waiting if line.rule else notes).append(line)
            continue
        if open_lines and _continues(open_lines, line, bounds, body, indents=indents):
            runs += [Run(f"\n{w.text}", w.rule, FURNITURE[w.rule]) for w in waiting]
            runs += _joint(open_lines[-1].bare, line.text)
        else:
            if open_lines:
                yield _piece(open_lines, runs, body)
            yield from _notes(notes)
            yield from _left_out(waiting)
            open_lines, runs, notes = [], [], []
        waiting = []
        open_lines.append(line)
        runs += _line_runs(line)
    if open_lines:
        yield _piece(open_lines, runs, body)
    yield from _notes(notes)
    yield from _left_out(waiting)


def _line_runs(line: Line) -> list[Run]:
    """The text of a line, marks of notes left out of it."""
    if not line.marks:
        return [Run(line.text, doubts=line.doubts)]
    runs, at = [], 0
    for start, end in line.marks:
        mark = line.text[start:end]
        runs += [Run(line.text[at:start]), Run(mark, "note_mark", f"the mark of note {mark}")]
        at = end
    return [run for run in (*runs, Run(line.text[at:])) if run.text]


def _notes(lines: list[Line]) -> Iterator[Piece]:
    """The notes of a page, each as one piece."""
    for _, group in groupby(lines, key=lambda line: (line.page, line.note)):
        members = list(group)
        runs = _line_runs(members[0])
        for before, line in pairwise(members):
            runs += [*_joint(before.bare, line.text), *_line_runs(line)]
        yield Piece(tuple(runs), "note", None, located(page=members[0].page, note=members[0].note))


FURNITURE = {
    "page_header": "repeated at the top of pages",
    "page_footer": "repeated at the bottom of pages",
    "page_number": "a page number",
    "contents": "the table of contents repeats the headings",
    "table_header": "the heading of a table, repeated on its next page",
}


def joined_cells(pieces: Sequence[Piece]) -> Iterator[Finding]:
    """What was put together again over the end of a page."""
    for n, piece in enumerate(pieces):
        place = dict(piece.place)
        if "to_page" in place:
            message = (
                f"a cell that goes on on page {place['to_page']} was joined: table {place['table']}, "
                f"row {place['row']}, column {place['column']}"
            )
            yield Finding("joined_cell", "info", message, piece=n)


def _left_out(lines: Iterable[Line]) -> Iterator[Piece]:
    for line in lines:
        yield Piece(
            (Run(line.text, line.rule, FURNITURE[line.rule]),), "paragraph", None, located(page=line.page)
        )


def _piece(lines: list[Line], runs: list[Run], body: float) -> Piece:
    first = lines[0]
    place = located(page=first.page)
    if first.cell is not None:
        table, row, column = first.cell
        last = lines[-1].page if lines[-1].page != first.page else None
        inside = located(to_page=last, table=table, row=row, column=column)
        return Piece(tuple(runs), "cell", None, (*place, *inside))
    size = median(line.em for line in lines)
    if size > HEADING_SIZE * body and sum(len(line.text) for line in lines) <= MAX_HEADING_CHARACTERS:
        return Piece(tuple(runs), "heading", 1 if size > HEADING_SIZE**3 * body else 2, place)
    return Piece(tuple(runs), "paragraph", None, place)


def _joint(before: str, after: str) -> list[Run]:
    """What stands between two lines of a paragraph: nothing in Chinese, a space between words."""
    evidence = "two lines of one paragraph"
    if CJK.match(before[-1:]) or CJK.match(after[:1]):
        return [Run("\n", "line_join", evidence)]
    if before.endswith("\u00ad"):
        return [Run("\n", "line_join", evidence)]
    if before[-2:-1].isalpha() and before.endswith("-") and after[:1].islower():
        return [Run("\n", "line_join", f"{evidence}, the hyphen kept")]
    return [Run("\n", "line_join", evidence, " ")]


def _body_size(lines: Sequence[Line]) -> float:
    """The size that most characters have."""
    weight: Counter[float] = Counter()
    for line in lines:
        weight[round(line.em * 2) / 2] += len(line.text)
    return weight.most_common(1)[0][0] if weight else 0.0


def _all_bounds(lines: Sequence[Line]) -> dict[tuple[int, int], Bounds]:
    """Edges for each column of each page; a page with few lines takes those of the whole document."""
    by_column: dict[int, list[Line]] = {}
    by_page: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        by_column.setdefault(line.column, []).append(line)
        by_page.setdefault((line.page, line.column), []).append(line)
    whole = {column: _bounds(members) for column, members in by_column.items()}
    return {
        key: _bounds(members)
        if len(members) >= 12
        else replace(whole[key[1]], pitch=_pitch(members) or whole[key[1]].pitch)
        for key, members in by_page.items()
    }


def _bounds(lines: Sequence[Line]) -> Bounds:
    """The edges that all but a few lines respect."""
    left = sorted(line.x0 for line in lines)
    right = sorted(line.x1 for line in lines)
    few = len(lines) // 20
    return Bounds(left[few], right[-1 - few], _pitch(lines))


def _pitch(lines: Sequence[Line]) -> float:
    steps = [b.y0 - a.y0 for a, b in pairwise(lines) if b.page == a.page and b.y0 > a.y0]
    return median(steps) if steps else 0.0


def _uses_indents(lines: Sequence[Line], bounds: dict[tuple[int, int], Bounds]) -> bool:
    """Whether paragraphs of the document begin with an indent."""
    indented = sum(_indent(line, bounds) > INDENT_EMS for line in lines)
    return indented > 0.05 * len(lines)


def _indent(line: Line, bounds: dict[tuple[int, int], Bounds]) -> float:
    return (line.x0 - bounds[line.page, line.column].left) / (line.em or 1)


def _hangs(open_lines: Sequence[Line], line: Line) -> bool:
    """Whether a line stands under the words of the numbered one, or behind the sign, that opens the paragraph."""
    first = open_lines[0]
    under = open_lines[1].x0 if len(open_lines) > 1 else line.x0
    deeper = INDENT_EMS < (under - first.x0) / (first.em or 1) < MAX_HANGING_EMS
    same = abs(line.x0 - under) < 0.5 * line.em and line.page == first.page
    return _is_marked(first) and deeper and same and not _is_marked(line)


def _is_marked(line: Line) -> bool:
    return bool(MARKER.match(line.text) or BULLET.match(line.text))


def _runs_on(open_lines: Sequence[Line], line: Line, pitch: float) -> bool:
    """Whether a line in from the edge goes on with one that begins there too and breaks off within a sentence."""
    before = open_lines[-1]
    step, width = before.x0 - line.x0, before.x1 - before.x0
    level = abs(step) < 0.3 * line.em or (len(open_lines) == 1 and 1.5 * line.em < step < 2.5 * line.em)
    near = before.page == line.page and before.column == line.column and line.y0 - before.y0 < 1.2 * pitch
    broken = width >= MIN_BROKEN_EMS * line.em and SENTENCE_END.search(before.bare) is None
    return level and near and broken and not _is_marked(line)


def _is_set_in(open_lines: Sequence[Line], line: Line) -> bool:
    """Whether lines end at an edge of their own, which two of them reach: a quotation or an abstract."""
    before = open_lines[-1]
    wide = before.x1 - before.x0 >= MIN_SET_IN_EMS * line.em
    return wide and any(abs(o.x1 - before.x1) < 0.2 * line.em for o in (*open_lines[:-1], line))


def _continues(
    open_lines: Sequence[Line],
    line: Line,
    bounds: dict[tuple[int, int], Bounds],
    body: float,
    *,
    indents: bool,
) -> bool:
    """Whether a line goes on with the paragraph of the lines before it."""
    before = open_lines[-1]
    if before.cell or line.cell:
        return before.cell == line.cell
    if abs(before.em - line.em) > 0.1 * max(before.em, line.em):
        return False
    near = before.page == line.page and before.column == line.column
    box = bounds[before.page, before.column]
    step = line.y0 - before.y0
    if near and step > PITCH * max(box.pitch, before.em):
        return False
    if before.em > HEADING_SIZE * body:
        return near
    short = (box.right - before.x1) / (before.em or 1) > SHORT_EMS + _unbreakable(line.text)
    inward = _indent(line, bounds) > INDENT_EMS
    on = inward and _runs_on(open_lines, line, box.pitch or line.em * 2)
    if short and not (on and _is_set_in(open_lines, line)):
        return False
    if inward and not on and not _hangs(open_lines, line):
        return False
    ended = SENTENCE_END.search(before.bare) is not None
    return not ended or (indents and not MARKER.match(line.text)) or (near and not MARKER.match(line.text))


LATIN = "!-~\u00a1-\u024f\u1e00-\u1eff"
# What no line is broken in: opening marks, a word or character, closing marks and what they hold on to;
# by UAX 14 curved quotation marks hold on to both sides.
UNBREAKABLE = re.compile(
    f"([（《「『“‘(\\[]*)(?:([{LATIN}]+)|.)?((?:[,.:;][{LATIN}]+|[“‘”’].|[，。、；：？！）》」』”’％,.;:?!)\\]…])*)"
)


def _unbreakable(text: str) -> float:
    """The width, in ems, of what could not be parted from the first character of a line."""
    found = UNBREAKABLE.match(text)
    return _width("".join(part or "" for part in found.groups())) if found else 0.0


def _width(text: str) -> float:
    return sum(0.6 if character < "\u2000" else 1.0 for character in text)
