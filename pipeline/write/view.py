"""What a reader sees of a document, the same for every format: parts, rows, marks, words for values."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.coverage import coverage
from pipeline.document import BriefLine, Document, Edit, Issue, Quantity, RunRecord, Section, Segment
from pipeline.prepare.quantities.words import in_words
from pipeline.write.as_json import named_issues

VERDICTS = {
    "proven": ("✓", "proven"),
    "missing": ("∅", "missing in the translation"),
    "extra": ("+", "only in the translation"),
    "magnitude": ("≠", "another value"),
    "approximator": ("≈", "“about/over/nearly” lost or changed"),
    None: ("·", "not checked"),
}
SCRIPTS = {"hant": "zh-Hant", "hans": "zh-Hans", "mixed": "zh", "none": "zh"}
LOST_HEADING = "implied by the numbering; the text lacks it"


@dataclass(frozen=True, slots=True)
class Row:
    """Segments that stand side by side with their translations: a paragraph, or an item of one.

    `first` opens a paragraph; `nested` belongs to a lead sentence.
    """

    segments: tuple[Segment, ...]
    kind: Literal["heading", "paragraph", "item", "table"]
    first: bool
    nested: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as the source has it: rows of cells, each with its segments; an empty cell has none."""

    rows: tuple[tuple[tuple[Segment, ...], ...], ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments, cell by cell."""
        return tuple(segment for row in self.rows for cell in row for segment in cell)


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its own rows; `again` where the text comes back to a section opened before.

    `blocks` are the rows once more, those of a table as a grid.
    """

    section: Section | None
    rows: tuple[Row, ...]
    again: bool = False
    blocks: tuple[Row | Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text to be marked. `key` pairs it with its partner; `label` is what stands by it."""

    start: int
    end: int
    kind: Literal["number", "term", "edit", "issue"]
    key: str
    label: str
    state: str = ""
    title: str = ""


def parts(document: Document) -> tuple[Part, ...]:
    """The document in reading order, every segment once; sections without text of their own included."""
    order = [section.id for section in document.sections]
    known = {section.id: section for section in document.sections}
    opened: set[str] = set()
    made: list[Part] = []
    cells = Cells(document)

    def open_until(name: str) -> None:
        for earlier in order[: order.index(name)]:
            if earlier not in opened:
                opened.add(earlier)
                made.append(Part(known[earlier], ()))

    for name, segments in _runs(document.segments):
        if name is None or name not in known:
            made.append(_part(None, segments, cells))
            continue
        open_until(name)
        made.append(_part(known[name], segments, cells, again=name in opened))
        opened.add(name)
    made += [Part(known[name], ()) for name in order if name not in opened]
    return tuple(made)


def _part(section: Section | None, segments: list[Segment], cells: Cells, *, again: bool = False) -> Part:
    rows = tuple(_rows(segments))
    return Part(section, rows, again, tuple(_blocks(rows, cells)))


# The cell of a table: which table, which row, which column.
Cell = tuple[str, int, int]
MAX_COLUMNS = 100


class Cells:
    """Where the segments of tables stand, as the reader has said it of their blocks."""

    def __init__(self, document: Document) -> None:
        self._original = document.original
        self._blocks = sorted(
            (block for block in document.blocks if block.kind == "cell"), key=lambda block: block.start
        )
        self._starts = [block.start for block in self._blocks]

    def of(self, segment: Segment) -> Cell | None:
        """The cell, None for a segment that stands in none or whose place is not known."""
        at = bisect.bisect_right(self._starts, segment.start) - 1
        if segment.kind != "table" or at < 0 or segment.start >= self._blocks[at].end:
            return None
        place = dict(self._blocks[at].place)
        row, column = place.get("row", ""), place.get("column", "")
        if not row.isdecimal() or "table" not in place:
            return None
        if column.isdecimal():
            number = int(column)
        elif "line" in place:
            number = self._column(self._blocks[at].start, segment.start)
        else:
            return None
        return (place["table"], int(row), number) if 0 < number <= MAX_COLUMNS else None

    def _column(self, block: int, at: int) -> int:
        """The column in a row of Markdown, whose cells are one block: the bars before it."""
        first = self._original.rfind("\n", 0, block) + 1
        before = self._original[first:at]
        bars = len(re.findall(r"(?<!\\)\|", before))
        return bars if before.lstrip().startswith("|") else bars + 1


def _blocks(rows: Sequence[Row], cells: Cells) -> Iterator[Row | Grid]:
    """Rows as they are, but those of one table together, if it has two columns at least."""
    table: list[tuple[Cell, Row]] = []
    for row in rows:
        cell = cells.of(row.segments[0]) if row.kind == "table" else None
        if table and (cell is None or cell[0] != table[-1][0][0] or cell < table[-1][0]):
            yield from _grid(table)
            table = []
        if cell is None:
            yield row
        else:
            table.append((cell, row))
    if table:
        yield from _grid(table)


def _grid(table: Sequence[tuple[Cell, Row]]) -> Iterator[Row | Grid]:
    columns = sorted({cell[2] for cell, _ in table})
    if len(columns) < 2:
        yield from (row for _, row in table)
        return
    lines: dict[int, dict[int, list[Segment]]] = {}
    for (_, line, column), row in table:
        lines.setdefault(line, {}).setdefault(column, []).extend(row.segments)
    yield Grid(
        tuple(tuple(tuple(lines[line].get(column, ())) for column in columns) for line in sorted(lines))
    )


class Sides:
    """The marks of a segment in its clean text, its original and its translation."""

    def __init__(self, document: Document) -> None:
        self._traced = document.text
        self._quantities = quantities_by_segment(document)
        self._issues = issues_by_segment(document)
        self._edits = sorted(
            (edit.start, n, edit) for n, edit in enumerate(document.edits) if not is_conversion(edit)
        )
        self._longest = max((edit.end - edit.start for _, _, edit in self._edits), default=0)

    def clean(self, segment: Segment) -> list[Mark]:
        """Numbers and terms in the clean text."""
        numbers = _number_marks(self._quantities.get(segment.id, ()), "measure")
        return [*numbers, *_term_marks(segment, "source")]

    def target(self, segment: Segment) -> list[Mark]:
        """Numbers, terms and places of issues in the translation."""
        numbers = _number_marks(self._quantities.get(segment.id, ()), "target")
        issues = [
            Mark(*issue.span, "issue", name, "", issue.severity, issue.message)
            for name, issue in self._issues.get(segment.id, ())
            if issue.span is not None and issue.waived is None
        ]
        return [*issues, *numbers, *_term_marks(segment, "target")]

    def original(self, segment: Segment) -> list[Mark]:
        """Numbers, terms and edits in the slice of the original.

        A mark that cannot be traced there is left out; it still stands in the clean text.
        """
        moved = self._moved(segment, self.clean(segment))
        return [mark for mark in [*moved, *self._edit_marks(segment)] if mark.start < mark.end]

    def _moved(self, segment: Segment, marks: list[Mark]) -> Iterator[Mark]:
        traced = self._traced
        first = bisect.bisect_left(traced.starts, segment.start)
        last = bisect.bisect_left(traced.starts, segment.end)
        at = traced.text.find(segment.text, first, last)
        for mark in marks if at >= 0 else ():
            start, end = traced.origin(at + mark.start, at + mark.end)
            if segment.start <= start and end <= segment.end:
                yield replace(mark, start=start - segment.start, end=end - segment.start)

    def _edit_marks(self, segment: Segment) -> Iterator[Mark]:
        first = bisect.bisect_left(self._edits, (segment.start - self._longest,))
        for start, n, edit in self._edits[first:]:
            if start >= segment.end:
                break
            begin, end = max(start, segment.start), min(edit.end, segment.end)
            state = "verified" if edit.verified else "unverified"
            title = f"{edit.rule}: {edit.before} → {edit.after or 'removed'} ({edit.evidence})"
            yield Mark(begin - segment.start, end - segment.start, "edit", f"e{n}", edit.after, state, title)


def is_conversion(edit: Edit) -> bool:
    """Whether an edit only writes characters in the other script or another width."""
    return len(edit.before) == len(edit.after) and len(edit.before) <= edit.end - edit.start


def issues_by_segment(document: Document) -> dict[str | None, list[tuple[str, Issue]]]:
    """Issues with their ids under the segment that they name; None holds those of the document."""
    found: dict[str | None, list[tuple[str, Issue]]] = {}
    for name, issue in named_issues(document):
        found.setdefault(issue.segment, []).append((name, issue))
    return found


def quantities_by_segment(document: Document) -> dict[str, list[Quantity]]:
    """The ledger, segment by segment."""
    found: dict[str, list[Quantity]] = {}
    for quantity in document.quantities:
        found.setdefault(quantity.segment, []).append(quantity)
    return found


def figures(document: Document) -> list[Quantity]:
    """The key quantities of the brief; without a brief, those that are not plainly proven."""
    if document.brief is None:
        return [q for q in document.quantities if q.verdict not in ("proven", None)]
    known = {quantity.id: quantity for quantity in document.quantities}
    return [known[name] for name in document.brief.figures if name in known]


SHORTENED = "⋯"
SHORTENED_MEANS = "shortened: the whole stands in the segments named"


def brief_notes(document: Document) -> list[str]:
    """What a reader must know of the brief beside its lines: its focus, and what a sign means."""
    brief = document.brief
    if brief is None:
        return []
    lines = (brief.headline, *brief.abstract, *brief.points)
    cut = any(line.method == "compress" for line in lines)
    focus = [f"Focused on “{brief.focus}”: the rest of the text is not told here."] if brief.focus else []
    return focus + ([f"{SHORTENED} {SHORTENED_MEANS}"] if cut else [])


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A row of a brief in tabular form. `head` says when (timeline) or where in the text, (zh, en)."""

    head: tuple[str, str]
    line: BriefLine
    figures: tuple[str, ...]


def brief_columns(document: Document) -> tuple[str, ...]:
    """The heads of the columns of a brief in tabular form; none for a memo."""
    template = document.brief.template if document.brief else "memo"
    columns = {"timeline": ("Date", "中文", "English"), "table": ("Section", "中文", "English", "Figures")}
    return columns.get(template, ())


def brief_rows(document: Document) -> list[BriefRow]:
    """The points of a brief as rows of a table; none for a memo."""
    brief = document.brief
    if brief is None or brief.template == "memo":
        return []
    known = {section.id: section for section in document.sections}
    measures = quantities_by_segment(document)
    rows: list[BriefRow] = []
    for line in brief.points:
        if brief.template == "timeline":
            rows.append(BriefRow((date_in_words(line.date), ""), line, ()))
            continue
        section = known.get(line.section or "")
        head = section_title(section) if section else ("", "")
        told = [q.measure for name in line.segments for q in measures.get(name, ()) if q.measure]
        figures = [in_words(m) for m in told if m.text in line.zh and m.kind != "ordinal"]
        rows.append(BriefRow(head, line, tuple(dict.fromkeys(figures))))
    return rows


def date_in_words(date: str) -> str:
    """An ISO prefix as it is; one without a year as month and day ("11-23")."""
    return date.lstrip("-") if date else "—"


def _is_told_above(section: Section, document: Document) -> bool:
    """Whether a section needs no heading in the brief: the headline gives it, or the text lacks it."""
    if section.inferred and not section.title.zh:
        return True
    quoted = set(document.brief.headline.segments) if document.brief else set()
    above = any(section.id == other.parent for other in document.sections) or section.parent is None
    return (
        above
        and any(s.section == section.id and s.kind == "heading" and s.id in quoted for s in document.segments)
        and len(section.marker) < 2
    )


def points(document: Document) -> list[tuple[Section | None, list[BriefLine]]]:
    """The points under their sections, in their order; a section's parents are named above it once.

    What the headline says, and headings that the text lacks, are not named again.
    """
    if document.brief is None:
        return []
    known = {s.id: s for s in document.sections}
    silent = {s.id for s in document.sections if _is_told_above(s, document)}
    groups: list[tuple[Section | None, list[BriefLine]]] = []
    named: set[str] = set()
    for line in document.brief.points:
        section = known.get(line.section or "")
        if not groups or groups[-1][0] is not section:
            above = [parent for parent in _ancestors(section, known) if parent.id not in named | silent]
            groups += [(parent, []) for parent in above]
            groups.append((section, []))
            named |= {group.id for group, _ in groups if group}
        groups[-1][1].append(line)
    return [(None if section and section.id in silent else section, lines) for section, lines in groups]


def _ancestors(section: Section | None, known: dict[str, Section]) -> list[Section]:
    found: list[Section] = []
    while section and section.parent in known and known[section.parent] not in found:
        section = known[section.parent]
        found.insert(0, section)
    return found


def headline(document: Document) -> tuple[str, str]:
    """What the document is called, (zh, en); the file's name where nothing better is known."""
    if document.brief is not None:
        return document.brief.headline.zh, document.brief.headline.en
    if document.source.title:
        return document.source.title, ""
    headings = [segment for segment in document.segments if segment.kind == "heading"]
    first = headings[0] if headings else None
    return (first.text, first.target or "") if first else (document.source.path, "")


def section_title(section: Section) -> tuple[str, str]:
    """Marker and title, (zh, en); words for a heading that the text lacks."""
    zh, en = section.title.zh, section.title.en
    if not zh and section.inferred:
        zh, en = "〔原文缺标题〕", en or "[heading missing]"
    if section.marker and not zh.startswith(section.marker):
        zh = f"{section.marker} {zh}".strip()
    return zh, en


def coverage_line(document: Document) -> str:
    """Where every character went, in one sentence."""
    count = coverage(document)
    return (
        f"{count.characters:,} characters received: {count.translated:,} translated, "
        f"{count.pending:,} not yet, {count.removed:,} removed with a reason, "
        f"{count.whitespace:,} white space, {count.unaccounted:,} unaccounted for."
    )


def run_line(run: RunRecord) -> list[tuple[str, str]]:
    """The record that reproduces the result, as pairs of name and value; empty values left out."""
    pairs = [
        ("duizhao", run.version),
        ("model", run.model),
        ("model sha256", run.model_sha256[:16]),
        ("configuration", run.config_sha256[:16]),
        ("glossary", run.glossary_sha256[:16]),
        ("seed", str(run.seed)),
        ("started", run.started),
        ("seconds", f"{run.seconds:.1f}" if run.seconds else ""),
        ("segments per second", f"{run.segments_per_second:.2f}" if run.segments_per_second else ""),
        ("from memory", str(run.memory_hits) if run.memory_hits else ""),
        ("ladder", ", ".join(f"{name} {n}" for name, n in run.ladder)),
    ]
    return [(name, value) for name, value in pairs if value]


def letter(n: int) -> str:
    """a, b, … z, aa, ab, …"""
    text = ""
    n += 1
    while n:
        n, rest = divmod(n - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def visible(text: str) -> str:
    """The text with control characters as their pictures (U+0001 as ␁), so that none vanishes."""
    return text.translate(PICTURES)


PICTURES: dict[int, int | str] = {
    **{n: 0x2400 + n for n in range(32) if n not in (9, 10, 13)},
    0x7F: 0x2421,
    **{n: f"⟨{n:02X}⟩" for n in range(0x80, 0xA0)},
    0xFFFE: "⟨FFFE⟩",
    0xFFFF: "⟨FFFF⟩",
    **{n: f"⟨{n:04X}⟩" for n in range(0xD800, 0xE000)},
}


def _runs(segments: tuple[Segment, ...]) -> Iterator[tuple[str | None, list[Segment]]]:
    run: list[Segment] = []
    for segment in segments:
        if run and run[-1].section != segment.section:
            yield run[0].section, run
            run = []
        run.append(segment)
    if run:
        yield run[0].section, run


def _rows(segments: list[Segment]) -> Iterator[Row]:
    """A row a paragraph; headings, items and cells open one of their own."""
    row: list[Segment] = []
    paragraph = None
    for segment in segments:
        if row and _breaks(row[-1], segment):
            yield _row(row, row[0].paragraph != paragraph)
            paragraph, row = row[0].paragraph, []
        row.append(segment)
    if row:
        yield _row(row, row[0].paragraph != paragraph)


def _breaks(before: Segment, segment: Segment) -> bool:
    return (
        before.paragraph != segment.paragraph
        or segment.kind != "sentence"
        or before.kind in ("heading", "table")
        or (before.kind == "item" and segment.lead != before.id)
        or (before.lead != segment.lead and before.kind == "sentence")
    )


def _row(segments: list[Segment], first: bool) -> Row:
    head = segments[0]
    kind: Literal["heading", "paragraph", "item", "table"] = (
        head.kind if head.kind in ("heading", "item", "table") else "paragraph"
    )
    return Row(tuple(segments), kind, first, head.lead is not None or head.kind == "item")


def _number_marks(quantities: Iterable[Quantity], side: Literal["measure", "target"]) -> Iterator[Mark]:
    for n, quantity in enumerate(quantities, 1):
        measure = quantity.measure if side == "measure" else quantity.target
        if measure is not None:
            verdict = quantity.verdict or ""
            title = f"{in_words(measure)} — {VERDICTS[quantity.verdict][1]}"
            yield Mark(measure.start, measure.end, "number", quantity.id, str(n), verdict, title)


def _obedience(obeyed: bool | None) -> str:
    return {True: "obeyed", False: "disobeyed", None: ""}[obeyed]


def _term_marks(segment: Segment, side: Literal["source", "target"]) -> Iterator[Mark]:
    for n, term in enumerate(segment.terms):
        span = (term.start, term.end) if side == "source" else term.target
        if span is not None:
            partner = term.en if side == "source" else term.zh
            state = _obedience(term.obeyed)
            yield Mark(*span, "term", f"{segment.id}-{letter(n)}", letter(n), state, partner)


def pieces(text: str, marks: Iterable[Mark]) -> list[tuple[str, tuple[Mark, ...]]]:
    """The text cut wherever a mark opens or closes, each piece with the marks that cover it."""
    held = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in held), *(m.end for m in held)})
    return [
        (text[start:end], tuple(mark for mark in held if mark.start <= start and end <= mark.end))
        for start, end in itertools.pairwise(cuts)
    ]
