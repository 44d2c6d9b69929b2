"""PDF with text: glyphs from PDFium, order and paragraphs from `layout`. Pages without text go to OCR.

PDFium (BSD-3-Clause, Apache-2.0) is what Chromium reads PDF with: it survives broken files, and its
wheels carry it whole.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.config import ReadConfig
from pipeline.errors import InputError, LimitExceeded
from pipeline.read.extraction import Extraction, Finding
from pipeline.read.grids import Rule
from pipeline.read.layout import CJK, Fragment, Page, joined_cells, lay_out
from pipeline.read.notes import Span, as_raised
from pipeline.read.vertical import Sheet, with_level_lines

# Within a line: a gap this wide begins a new fragment, one this wide is a space.
BREAK_EMS = 1.2
SPACE_EMS = 0.22
CJK_SPACE_EMS = 0.6
OVERHUNG_EMS = 0.1
LATIN = re.compile(r"[!-~\u00a1-\u024f]")
# A page with fewer characters than this, and a picture on it, is a scan.
MIN_PAGE_CHARACTERS = 8
# How far back a line is searched for the place of a character that was drawn late.
MAX_BACK = 300
# Of a page: more characters without a Unicode value, and its text is worthless.
MAX_UNMAPPED = 0.3
# Drawings of more parts are maps and charts, not tables.
MAX_PATHS, MAX_SEGMENTS = 3_000, 500
MIN_RULE = 8
# Raised signs are smaller than their line and stand this far above its foot, in ems of the line.
RAISED_SIZE, MIN_RISE = 0.85, 0.15
# Of the em square of Chinese fonts, above and below the baseline.
ASCENT, DESCENT = 0.88, 0.12

Box = tuple[float, float, float, float]
DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, its advance box (y downwards), the size of its font, and whether a blank stands before it."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    em: float
    spaced: bool = False


@dataclass(slots=True)
class Reading:
    """What was found on the way through the pages."""

    pages: list[Page] = field(default_factory=list)
    scans: list[int] = field(default_factory=list)
    unmapped: list[int] = field(default_factory=list)
    lost: dict[int, int] = field(default_factory=dict)
    doubled: int = 0
    n_pages: int = 0


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """The text of a PDF; pages that need OCR are named in a finding, and read by `pdf_ocr`.

    Raises:  InputError: damaged or encrypted; LimitExceeded: too many pages.
    """
    reading, title, date = read_pages(data, path, config)
    pieces = tuple(lay_out(reading.pages))
    found = (*findings(reading), *joined_cells(pieces))
    return Extraction(pieces, "pdf", title, date, "", found)


def read_pages(data: bytes, path: str, config: ReadConfig) -> tuple[Reading, str, str]:
    """All pages with their fragments, the title and the date."""
    document = open_pdf(data, path)
    try:
        n = len(document)
        if n > config.max_pages:
            raise LimitExceeded(f"{path} has {n:,} pages, more than read.max_pages, {config.max_pages:,}")
        reading = Reading(n_pages=n)
        for number in range(1, n + 1):
            _read_page(document, number, path, reading, config)
        about = document.get_metadata_dict()
    finally:
        document.close()
    found = DATE.match(about.get("CreationDate", ""))
    return reading, about.get("Title", ""), "-".join(found.groups()) if found else ""


def open_pdf(data: bytes, path: str) -> pdfium.PdfDocument:
    """The document, or one sentence why not."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise InputError(f"{path} is encrypted; save it without a password") from error
        raise InputError(f"{path} is a damaged PDF: {error}") from error


def findings(reading: Reading) -> Iterator[Finding]:
    """What a person should know: pages without text, characters without meaning."""
    if reading.scans:
        yield Finding(
            "page_without_text",
            "error",
            f"no text on page {listed(reading.scans)}: scanned, and not recognised",
        )
    if reading.unmapped:
        yield Finding(
            "unmapped_characters",
            "error",
            f"the fonts of page {listed(reading.unmapped)} do not say which characters they show",
        )
    if reading.lost:
        yield Finding(
            "lost_characters",
            "warning",
            f"{sum(reading.lost.values())} characters of page {listed(sorted(reading.lost))} have a font that "
            "does not say what they are, and became U+FFFD",
        )
    if reading.doubled:
        yield Finding(
            "overprinted", "info", f"{reading.doubled} characters printed twice in one place, read once"
        )


def listed(numbers: list[int]) -> str:
    """Page numbers as a person writes them: 1–3, 7."""
    spans: list[list[int]] = []
    for n in numbers:
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


def _read_page(
    document: pdfium.PdfDocument, number: int, path: str, reading: Reading, config: ReadConfig
) -> None:
    try:
        page = document[number - 1]
        width, height = page.get_size()
        glyphs, n_unmapped, n_doubled = _glyphs(page, path, number, config)
        across, down = _rules(page)
        pictures = any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    except pdfium.PdfiumError as error:
        raise InputError(f"{path} is damaged on page {number}: {error}") from error
    reading.doubled += n_doubled
    visible = [glyph for glyph in glyphs if glyph.text.strip()]
    if n_unmapped > MAX_UNMAPPED * max(len(visible), 1):
        reading.unmapped.append(number)
    elif n_unmapped:
        reading.lost[number] = n_unmapped
    if len(visible) < MIN_PAGE_CHARACTERS and pictures:
        reading.scans.append(number)
    sheet = with_level_lines(Sheet(glyphs, width, height, across, down))
    fragments = tuple(_fragments(_in_order(sheet.glyphs), sheet.down))
    reading.pages.append(Page(number, sheet.width, sheet.height, fragments, sheet.across, sheet.down))


def _glyphs(page: pdfium.PdfPage, path: str, number: int, config: ReadConfig) -> tuple[list[Glyph], int, int]:
    """The characters of a page as it is looked at, those without meaning as U+FFFD."""
    text = page.get_textpage()
    n = text.count_chars()
    if n > config.max_page_characters:
        limit = f"read.max_page_characters, {config.max_page_characters:,}"
        raise LimitExceeded(f"{path}, page {number} has {n:,} characters, more than {limit}")
    turn, probe = _turned(page), _Probe(text)
    glyphs: list[Glyph] = []
    last: tuple[int, Box] | None = None
    n_of_sign = unmapped = doubled = 0
    spaced = False
    seen: set[tuple[str, int, int]] = set()
    for i in range(n):
        if raw.FPDFText_IsGenerated(text.raw, i) == 1:
            # A blank that PDFium sees in the white between words; where there is hardly any, none is read.
            spaced = raw.FPDFText_GetUnicode(text.raw, i) == 0x20
            continue
        code = raw.FPDFText_GetUnicode(text, i)
        found = probe.box(i)
        if found is None:
            continue
        box, em = found
        character = _character(code)
        if raw.FPDFText_HasUnicodeMapError(text, i) == 1 or character == "\ufffd":
            character, unmapped = "\ufffd", unmapped + 1
        glyph = Glyph(character, *turn(*box), em)
        drawn = (probe.drawing(i), box)
        key = (character, round(glyph.x0), round(glyph.y0))
        if drawn == last and character.strip():
            # One sign of the font stands for several characters: ffi, or ——.
            n_of_sign += bool(n_of_sign)
        else:
            # Fake bold prints a character twice, a hair apart.
            n_of_sign = int(key not in seen or not character.strip())
        last = drawn
        if not n_of_sign:
            doubled += 1
            continue
        seen.add(key)
        glyphs.append(replace(glyph, spaced=spaced and _are_words(glyphs[-1:], glyph)))
        spaced = False
        glyphs[-n_of_sign:] = _shared_out(glyphs[-n_of_sign:])
    return glyphs, unmapped, doubled


def _are_words(before: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether two letters or digits of one size on one line may be the end and the beginning of words."""
    return any(
        g.text.isalnum() and glyph.text.isalnum() and abs(g.em - glyph.em) + abs(g.y1 - glyph.y1) < 0.1
        for g in before
    )


def _shared_out(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters that one sign stands for, each with its part of the box, which the last of them has."""
    left, step = glyphs[-1].x0, (glyphs[-1].x1 - glyphs[-1].x0) / len(glyphs)
    return [replace(g, x0=left + n * step, x1=left + (n + 1) * step) for n, g in enumerate(glyphs)]


def _in_order(glyphs: list[Glyph]) -> list[Glyph]:
    """Characters of another font that are drawn after their line, put where they stand in it.

    Only where the line leaves exactly their place free: columns drawn by turns stay as they are.
    """
    made: list[Glyph] = []
    for glyph in glyphs:
        at = _gap_for(made, glyph) if made and glyph.text.strip() and glyph.x0 < made[-1].x0 else None
        made.insert(len(made) if at is None else at, glyph)
    return made


def _gap_for(made: list[Glyph], glyph: Glyph) -> int | None:
    """Where in the lines that were drawn just before a character belongs."""
    size = glyph.em
    for at in range(len(made) - 1, max(len(made) - MAX_BACK, 0), -1):
        before, after = made[at - 1], made[at]
        fits = before.x1 - 0.2 * size <= glyph.x0 <= before.x1 + 0.4 * size
        if fits and glyph.x1 <= after.x0 + 0.3 * size and _level(before, glyph) and _level(after, glyph):
            return at
    return None


def _level(one: Glyph, other: Glyph) -> bool:
    return abs((one.y0 + one.y1) - (other.y0 + other.y1)) / 2 <= 0.4 * other.em


class _Probe:
    """Asks PDFium for the places of characters, into the same few structures each time."""

    def __init__(self, text: pdfium.PdfTextPage) -> None:
        self._text = text.raw
        self._loose, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def drawing(self, i: int) -> int:
        """What tells the piece of drawing that a character is part of from any other of the page."""
        return ctypes.cast(raw.FPDFText_GetTextObject(self._text, i), ctypes.c_void_p).value or 0

    def box(self, i: int) -> tuple[Box, float] | None:
        """The advance box of a character in page coordinates, and its size; None where it has no place.

        PDFium gives fonts without metrics the box of the ink, which for 、 is a dot. So the height
        comes from the baseline and the size; along the line its box is right.
        """
        text, loose, matrix = self._text, self._loose, self._matrix
        if not raw.FPDFText_GetLooseCharBox(text, i, loose):
            return None
        left, low, right, high = loose.left, loose.bottom, loose.right, loose.top
        longest = max(right - left, high - low)
        if not (
            raw.FPDFText_GetMatrix(text, i, matrix) and raw.FPDFText_GetCharOrigin(text, i, self._x, self._y)
        ):
            return (left, low, right, high), longest
        em = raw.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
        # Fonts drawn by programs (Type 3) may have any size; then the ink is all there is.
        if not 1 < em < 500 or em > 8 * longest:
            return (left, low, right, high), longest
        if abs(matrix.d) >= abs(matrix.c):
            low, high = _heights(self._y.value, em, matrix.d)
        else:
            left, right = _heights(self._x.value, em, matrix.c)
        return (left, low, right, high), em


def _heights(baseline: float, em: float, up: float) -> tuple[float, float]:
    """Below and above the baseline, whichever way is up."""
    return (
        (baseline - DESCENT * em, baseline + ASCENT * em)
        if up > 0
        else (baseline - ASCENT * em, baseline + DESCENT * em)
    )


def _character(code: int) -> str:
    """The character of a code; pieces of surrogate pairs, private and missing ones become U+FFFD."""
    if code == 2:  # PDFium's mark for a hyphen at the end of a line
        return "-"
    if code == 0 or 0xD800 <= code <= 0xF8FF or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
        return "\ufffd"
    return " " if code < 32 else chr(code)


def _turned(
    page: pdfium.PdfPage,
) -> Callable[[float, float, float, float], Box]:
    """Page coordinates to what one sees: y downwards, rotated as the page says."""
    left, bottom, right, top = page.get_cropbox()
    rotation = page.get_rotation()

    def turn(x0: float, y0: float, x1: float, y1: float) -> Box:
        if rotation == 90:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if rotation == 180:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        if rotation == 270:
            return top - y1, right - x1, top - y0, right - x0
        return x0 - left, top - y1, x1 - left, top - y0

    return turn


def _rules(page: pdfium.PdfPage) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Where ruled lines run across and down: straight parts of paths, edges of boxes among them."""
    across: set[Rule] = set()
    down: set[Rule] = set()
    turn = _turned(page)
    for n, path in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)):
        if n > MAX_PATHS:
            break
        for (ax, ay), (bx, by) in _segments(path):
            x0, y0, x1, y1 = turn(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            if y1 - y0 < 1 < MIN_RULE < x1 - x0:
                across.add(((y0 + y1) / 2, x0, x1))
            elif x1 - x0 < 1 < MIN_RULE < y1 - y0:
                down.add(((x0 + x1) / 2, y0, y1))
    return tuple(sorted(across)), tuple(sorted(down))


def _segments(path: pdfium.PdfObject) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight parts of a path, in page coordinates."""
    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for i in range(min(raw.FPDFPath_CountSegments(path), MAX_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield last, point
        if raw.FPDFPathSegment_GetClose(segment):
            yield point, start
        last = point


def _fragments(glyphs: list[Glyph], down: Sequence[Rule]) -> Iterator[Fragment]:
    """Glyphs that follow one another closely, in the order of the file, with no ruled line between."""
    stretch: list[Glyph] = []
    for glyph in glyphs:
        if stretch and (not _follows(stretch[-1], glyph) or _parted(stretch[-1], glyph, down)):
            yield from _fragment(stretch)
            stretch = []
        stretch.append(glyph)
    yield from _fragment(stretch)


def _parted(before: Glyph, glyph: Glyph, down: Sequence[Rule]) -> bool:
    """Whether a ruled line stands between two characters."""
    middle = (glyph.y0 + glyph.y1) / 2
    left, right = (before.x0 + before.x1) / 2, (glyph.x0 + glyph.x1) / 2
    return any(left < x < right and top <= middle <= low for x, top, low in down)


def _follows(before: Glyph, glyph: Glyph) -> bool:
    size = min(before.em, glyph.em)
    apart = abs((before.y0 + before.y1) - (glyph.y0 + glyph.y1)) / 2
    larger = max(before.em, glyph.em)
    level = apart < 0.4 * size or (size <= RAISED_SIZE * larger and apart < 0.5 * larger)
    return level and -0.5 * size < glyph.x0 - before.x1 < BREAK_EMS * size


def _fragment(stretch: list[Glyph]) -> Iterator[Fragment]:
    """A fragment of the glyphs, split where blanks make a wide gap."""
    em = _size(stretch)
    part: list[Glyph] = []
    blank = False
    for glyph in stretch:
        if not glyph.text.strip():
            blank = True
            continue
        glyph, blank = (replace(glyph, spaced=True) if blank else glyph), False
        if part and glyph.x0 - part[-1].x1 > BREAK_EMS * em:
            yield _closed(part, em)
            part = []
        part.append(glyph)
    if part:
        yield _closed(part, em)


def _size(stretch: Sequence[Glyph]) -> float:
    """The size that half of the line's width has: raised marks at the end of a short line do not count."""
    half, done = sum(abs(glyph.x1 - glyph.x0) for glyph in stretch) / 2, 0.0
    for glyph in sorted(stretch, key=lambda glyph: glyph.em):
        done += abs(glyph.x1 - glyph.x0)
        if done >= half:
            return glyph.em
    return 0.0


def _closed(part: list[Glyph], em: float) -> Fragment:
    text = ""
    gaps: list[tuple[int, float, float]] = []
    raised: list[Span] = []
    foot = median([g.y1 for g in part if g.em > RAISED_SIZE * em] or [g.y1 for g in part])
    for before, glyph in zip([None, *part], part, strict=False):
        if before is not None and glyph.x0 - before.x1 > _least_gap(before, glyph) * em:
            gaps.append((len(text), before.x1, glyph.x0))
            text += " "
        if glyph.em <= RAISED_SIZE * em and foot - glyph.y1 >= MIN_RISE * em:
            first = raised.pop()[0] if raised and raised[-1][1] == len(text) else len(text)
            raised.append((first, len(text) + len(glyph.text)))
        text += glyph.text
    for start, end in raised:
        text = text[:start] + as_raised(text[start:end]) + text[end:]
    top, low = median(g.y0 for g in part), median(g.y1 for g in part)
    return Fragment(text, part[0].x0, top, part[-1].x1, low, em, gaps=tuple(gaps), raised=tuple(raised))


def _least_gap(before: Glyph, glyph: Glyph) -> float:
    """How wide a blank between two characters is at least."""
    if CJK.match(before.text) and CJK.match(glyph.text):
        return CJK_SPACE_EMS
    # An italic or overhanging letter leaves less white than a blank is wide.
    words = glyph.spaced and LATIN.match(before.text) and LATIN.match(glyph.text)
    return OVERHUNG_EMS if words else SPACE_EMS
