"""Tables of contents of printed documents: lists whose titles come back in the text, with rising page numbers.

A title must come back as a line of its own, and no number exceed the pages that there are: rows of dots
also lead to prices and sums, which are never left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.read.across import Printed

HEADING = re.compile(
    r"(?:目\s*[录錄次]|(?:插?图|插?圖|表格?|附)\s*(?:目\s*[录錄次]|索引|清单)|(?:Table of )?Contents)", re.I
)
LEADER = r"(?:\s*(?:[.．·・…‥•]\s?){3,}|\s*…{1,})"
ENTRY = re.compile(rf"(?P<title>.*?\S)(?P<leader>{LEADER})?\s*(?P<page>[0-9]{{1,4}}|[ivxlcIVXLC]{{1,6}})\s*")
DOTS = re.compile(LEADER)
MIN_ENTRIES = 3
MAX_CHARACTERS = 400  # of an entry
MIN_LED = 0.4  # of the entries, with a row of dots, where no heading says what the list is
MIN_FOUND = 0.6  # of the titles that come back
MIN_RISING = 0.85  # of the steps from page number to page number
MAX_WRAPPED = 2  # lines of a title before the one with its page number


@dataclass(frozen=True, slots=True)
class Row:
    """A printed line with the numbers of its parts; an entry has a title and a page number."""

    text: str
    members: tuple[int, ...]
    title: str = ""
    number: str = ""
    led: bool = False


def contents_lines(lines: Sequence[Printed]) -> set[int]:
    """The numbers of the lines of all tables of contents."""
    rows = list(_rows(lines))
    texts = Counter(_squeezed(row.text) for row in rows)
    n_pages = max((line.page for line in lines), default=0)
    found: set[int] = set()
    for first, end in _stretches(rows):
        headed = _is_heading(rows, first)
        if _is_contents(rows[first:end], headed, texts, n_pages):
            found.update(n for row in rows[first - headed : end] for n in row.members)
    return found


def _rows(lines: Sequence[Printed]) -> Iterator[Row]:
    """Lines, and the cells of a row as one, page headers and the like left out."""
    members: list[int] = []
    for n, line in enumerate(lines):
        if line.rule:
            continue
        same = members and line.cell and lines[members[-1]].cell
        if same and line.cell and same[:2] == line.cell[:2] and lines[members[-1]].page == line.page:
            members.append(n)
            continue
        if members:
            yield _row(lines, members)
        members = [n]
    if members:
        yield _row(lines, members)


def _row(lines: Sequence[Printed], members: Sequence[int]) -> Row:
    text = " ".join(lines[n].text for n in members)
    entry = ENTRY.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
    led = entry is not None and DOTS.search(text) is not None
    if entry is None or not (led or re.search(r"[^\W\d_]", entry["title"])):
        return Row(text, tuple(members))
    return Row(text, tuple(members), _squeezed(DOTS.sub("", entry["title"])), entry["page"], led)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _stretches(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """From the first to after the last row of each list of entries; a title may have lines of its own."""
    first = 0
    while first < len(rows):
        if not rows[first].title:
            first += 1
            continue
        start, end = first, first + 1
        if not _is_heading(rows, start):
            while start > max(0, first - MAX_WRAPPED) and _opens_title(rows, start):
                start -= 1
        while True:
            later = next(
                (n for n in range(end, min(end + MAX_WRAPPED + 1, len(rows))) if rows[n].title), None
            )
            if later is None or any(HEADING.fullmatch(row.text.strip()) for row in rows[end:later]):
                break
            end = later + 1
        yield start, end
        first = end


def _is_heading(rows: Sequence[Row], n: int) -> bool:
    return n > 0 and HEADING.fullmatch(rows[n - 1].text.strip()) is not None


def _opens_title(rows: Sequence[Row], n: int) -> bool:
    """Whether the row above the first entry is the first line of its title, which is under a heading then."""
    return any(_is_heading(rows, m) for m in range(max(1, n - MAX_WRAPPED), n)) and not rows[n - 1].title


def _is_contents(rows: Sequence[Row], headed: bool, texts: Counter[str], n_pages: int) -> bool:
    entries = [row for row in rows if row.title]
    led = sum(row.led for row in entries)
    if len(entries) < MIN_ENTRIES or not (headed or led >= MIN_LED * len(entries)):
        return False
    numbers = [int(row.number) for row in entries if row.number.isdecimal()]
    rising = sum(a <= b for a, b in pairwise(numbers)) >= MIN_RISING * (len(numbers) - 1)
    if not rising or max(numbers, default=0) > n_pages:
        return False
    return sum(texts[row.title] > 0 for row in entries) >= MIN_FOUND * len(entries)
