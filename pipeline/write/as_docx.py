"""DOCX: the brief under headings, the figures, and the aligned text in two columns.

Open issues are comments on the translation that they are about. The bookmarks `segment_N` and
`target_N_STAMP` name the N-th segment's place and translation, so that a reviewed file can be read back
(what is raised and coloured in there is an index, not text). Rows are made as plain XML: the
library's own tables take time that grows with the square of their length.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pipeline.document import BriefLine, Document, Issue, Section, Segment
from pipeline.prepare.quantities.words import in_words
from pipeline.stamp import stamp
from pipeline.write import view
from pipeline.write.view import Grid, Mark, Part, Row, Sides, visible

Xml = Any  # elements of lxml, whose classes python-docx makes at run time

# Fonts that Word has everywhere; other programs put their own in the place of a missing one.
LATIN, CHINESE = "Georgia", "SimSun"
WIDTHS = (4400, 5240)
BRIEF_WIDTHS = (3500, 6140)  # in small print, so that the brief is one page
BRIEF_COLUMNS = {3: (1300, 3140, 5200), 4: (1700, 2640, 3900, 1400)}
FIGURES = {"In the source": 1900, "Value": 1800, "In English": 2000, "Verdict": 2900, "Where": 1040}
INK = {"number": "1B5A8C", "term": "2C6540", "bad": "A3241A", "muted": "5D6168"}
UNPROVEN = {"missing", "extra", "magnitude", "approximator", "disobeyed"}


def render(document: Document) -> bytes:
    """The file."""
    return _Book(document).bytes()


class _Book:
    """A document of Word in the making."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._docx = blank()
        self._sides = Sides(document)
        self._found = view.issues_by_segment(document)
        self._bookmarks = {segment.id: f"segment_{n}" for n, segment in enumerate(document.segments, 1)}
        self._commented: list[tuple[Segment, Xml, Xml]] = []

    def bytes(self) -> bytes:
        """All parts in their order."""
        self._title()
        self._brief()
        self._figures()
        self._text()
        self._whole()
        self._provenance()
        self._comments()
        out = io.BytesIO()
        self._docx.save(out)
        return out.getvalue()

    def _title(self) -> None:
        zh, en = view.headline(self._document)
        self._docx.core_properties.title = visible(en or zh)[:255]
        self._docx.core_properties.created = self._docx.core_properties.modified = moment_of(self._document)
        self._docx.core_properties.author = f"duizhao {self._document.run.version}".strip()
        proof = self._document.brief.headline.segments if self._document.brief else ()
        self._paragraph("Title", [*runs_of(en or zh, "en" if en else "zh"), *self._refs(proof)])
        if en:
            self._paragraph("Subtitle", runs_of(zh, "zh"))

    def _brief(self) -> None:
        brief = self._document.brief
        if brief is None:
            return
        self._heading(1, runs_of("Brief", "en"))
        for note in view.brief_notes(self._document):
            self._paragraph("Brief", runs_of(note, "en", italic=True, colour=INK["muted"]))
        rows = [self._line(line) for line in brief.abstract]
        for section, lines in () if view.brief_columns(self._document) else view.points(self._document):
            if section is not None:
                zh, en = view.section_title(section)
                titled = [
                    small_paragraph(runs_of(zh, "zh", bold=True)),
                    small_paragraph(runs_of(en, "en", bold=True)),
                ]
                rows.append(cells_row(titled, BRIEF_WIDTHS))
            rows += [self._line(line) for line in lines]
        if rows:
            self._table(rows, BRIEF_WIDTHS)
        self._brief_table()

    def _line(self, line: BriefLine) -> Xml:
        return cells_row(self._sides_of(line), BRIEF_WIDTHS)

    def _sides_of(self, line: BriefLine) -> list[Xml]:
        """Both languages of a line, each with links to what proves it."""
        proof = self._refs(line.segments)
        cut = runs_of(f" {view.SHORTENED}", "en", colour=INK["muted"]) if line.method == "compress" else []
        zh = small_paragraph([*runs_of(line.zh, "zh"), *proof])
        return [zh, small_paragraph([*_english(line.en), *cut, *self._refs(line.segments)])]

    def _brief_table(self) -> None:
        """The points in tabular form, if the brief has that."""
        columns = view.brief_columns(self._document)
        if not columns:
            return
        widths = BRIEF_COLUMNS[len(columns)]
        rows = [header_row([small_paragraph(runs_of(name, "en", bold=True)) for name in columns])]
        for row in view.brief_rows(self._document):
            head = [
                *runs_of(row.head[0], "zh", bold=True),
                *runs_of(f" {row.head[1]}" if row.head[1] else "", "en"),
            ]
            cells = [
                small_paragraph(head),
                *self._sides_of(row.line),
                small_paragraph(runs_of("; ".join(row.figures), "en")),
            ]
            rows.append(cells_row(cells[: len(columns)], widths))
        self._table(rows, widths, style="Table Grid")

    def _figures(self) -> None:
        found = view.figures(self._document)
        if not found:
            return
        self._heading(1, runs_of("Figures" if self._document.brief else "Figures to look at", "en"))
        if self._document.brief:  # the brief is a page of its own
            self._docx.paragraphs[-1].paragraph_format.page_break_before = True
        table = self._docx.add_table(rows=0, cols=len(FIGURES), style="Table Grid")
        table.autofit = False
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, FIGURES.values(), strict=True):
            column.set(qn("w:w"), str(width))
        table._tbl.append(header_row([_p(runs_of(name, "en", bold=True)) for name in FIGURES]))
        for q in found:
            sign, words = view.VERDICTS[q.verdict]
            cells = [
                runs_of(q.measure.text, "zh") if q.measure else runs_of("—", "en"),
                runs_of(in_words(q.measure or q.target), "en"),
                runs_of(q.target.text if q.target else "—", "en"),
                runs_of(f"{sign} {words}", "en", colour=INK["bad"] if q.verdict in UNPROVEN else None),
                self._refs([q.segment]),
            ]
            sized = zip(cells, FIGURES.values(), strict=True)
            table._tbl.append(element("w:tr", [_cell([_p(cell)], width) for cell, width in sized]))

    def _text(self) -> None:
        self._heading(1, runs_of("Text", "en"))
        for part in view.parts(self._document):
            self._part(part)

    def _part(self, part: Part) -> None:
        blocks = list(part.blocks)
        if part.section is not None and not part.again:
            level = min(part.section.level + 1, 9)
            first = blocks[0] if blocks else None
            if isinstance(first, Row) and first.kind == "heading":
                zh, en = self._aligned(first.segments, bold=False)
                self._heading(level, [*zh, _run("  ", "en"), *en])
                del blocks[0]
            else:
                self._section_heading(part.section, level)
        rows: list[Xml] = []
        for block in [*blocks, None]:
            if isinstance(block, Row):
                zh, en = self._aligned(block.segments, bold=block.kind == "heading")
                rows.append(_row([_p(zh)], [_p(en)]))
                continue
            if rows:
                self._table(rows)
            rows = []
            if block is not None:
                self._grid(block)

    def _grid(self, grid: Grid) -> None:
        """A table as it was, each cell in both languages."""
        n_columns = len(grid.rows[0])
        table = self._docx.add_table(rows=0, cols=n_columns, style="Table Grid")
        table.autofit = False
        width = sum(WIDTHS) // n_columns
        for column in table._tbl.tblGrid.gridCol_lst:
            column.set(qn("w:w"), str(width))
        for row in grid.rows:
            cells = []
            for segments in row:
                zh, en = self._aligned(segments, bold=False)
                cells.append(_cell([_p(zh), _p(en)] if segments else [_p([])], width))
            whole = element("w:trPr", [element("w:cantSplit")])
            table._tbl.append(element("w:tr", [whole, *cells]))
        # Two tables that follow each other would become one.
        self._paragraph("Normal", [])

    def _aligned(self, segments: Iterable[Segment], *, bold: bool) -> tuple[list[Xml], list[Xml]]:
        zh: list[Xml] = []
        en: list[Xml] = []
        for segment in segments:
            number = _run(f"{_number(segment.id)} ", "en", superscript=True, colour=INK["muted"])
            clean = _marked(segment.text, self._sides.clean(segment), "zh", bold)
            zh += [*_bookmark(self._bookmarks[segment.id], [number]), *clean]
            target = self._target(segment, bold)
            en.append(_run(f"{_number(segment.id)} ", "en", superscript=True, colour=INK["muted"]))
            en += _bookmark(self._target_mark(segment), target)
            en.append(_run(" ", "en"))
            self._commented.append((segment, target[0], target[-1]))
        return zh, en

    def _target_mark(self, segment: Segment) -> str:
        name = self._bookmarks[segment.id].replace("segment", "target")
        return f"{name}_{stamp(segment.target, segment.state)}"

    def _target(self, segment: Segment, bold: bool) -> list[Xml]:
        if segment.target is None:
            return [_run("not translated", "en", italic=True, colour=INK["bad"])]
        marks = [mark for mark in self._sides.target(segment) if mark.kind != "issue"]
        return _marked(segment.target, marks, "en", bold) or [_run("", "en")]

    def _comments(self) -> None:
        for segment, first, last in self._commented:
            for _, issue in self._found.get(segment.id, ()):
                if issue.waived is None:
                    self._comment(issue, [Run(first, self._anchor), Run(last, self._anchor)])

    @property
    def _anchor(self) -> Paragraph:
        return self._docx.paragraphs[0]

    def _comment(self, issue: Issue, runs: Sequence[Run]) -> None:
        text = visible(f"{issue.severity}: {issue.message} ({issue.check})")
        comment = self._docx.add_comment(runs=runs, text=text, author="duizhao", initials="dz")
        comment._comment_elm.set(qn("w:date"), moment_of(self._document).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _whole(self) -> None:
        found = self._found.get(None, [])
        waived = [
            i for s in self._document.segments for _, i in self._found.get(s.id, ()) if i.waived is not None
        ]
        if not found and not waived:
            return
        self._heading(1, runs_of("Findings about the whole text, and waived ones", "en"))
        for issue in [*(issue for _, issue in found), *waived]:
            reason = f" — waived: {issue.waived}" if issue.waived is not None else ""
            refs = self._refs([issue.segment] if issue.segment else [])
            words = f"{issue.severity}: {issue.message} ({issue.check}){reason}"
            self._paragraph("List Bullet", [*runs_of(words, "en"), *refs])

    def _provenance(self) -> None:
        self._heading(1, runs_of("Provenance", "en"))
        self._paragraph("Normal", runs_of(view.coverage_line(self._document), "en"))
        source = self._document.source
        pairs = [("source", source.path), ("sha256", source.sha256), *view.run_line(self._document.run)]
        self._paragraph("Normal", runs_of(" · ".join(f"{name}: {value}" for name, value in pairs), "en"))

    def _section_heading(self, section: Section, level: int) -> None:
        zh, en = view.section_title(section)
        runs = runs_of(zh, "zh", italic=section.inferred)
        if en:
            runs += runs_of(f"  {en}", "en", italic=section.inferred)
        if section.inferred:
            runs += runs_of(f"  ({view.LOST_HEADING})", "en", italic=True, colour=INK["muted"])
        self._heading(level, runs)

    def _heading(self, level: int, runs: list[Xml]) -> None:
        self._paragraph(f"Heading {level}", runs)

    def _paragraph(self, style: str, runs: Iterable[Xml]) -> None:
        paragraph = self._docx.add_paragraph(style=style)
        paragraph._p.extend(list(runs))

    def _table(
        self, rows: Iterable[Xml], widths: Sequence[int] = WIDTHS, *, style: str | None = None
    ) -> None:
        table = self._docx.add_table(rows=0, cols=len(widths), style=style)
        table.autofit = False
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.set(qn("w:w"), str(width))
        table._tbl.extend(list(rows))

    def _refs(self, names: Iterable[str]) -> list[Xml]:
        """Links to the segments that prove a line."""
        links = []
        for name in names:
            run = _run(f" {_number(name)}", "en", superscript=True, colour="96301F")
            links.append(element("w:hyperlink", [run], {"w:anchor": self._bookmarks[name]}))
        return links


def blank() -> Docx:
    """An empty A4 document with fonts for both scripts and page numbers."""
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(13)
    for style in made.styles:
        properties = style.element.find(qn("w:rPr"))
        if style.name == "Normal" or (properties is not None and properties.find(qn("w:rFonts")) is not None):
            _set_fonts(style.element.get_or_add_rPr())
    made.styles["Normal"].font.size = Pt(10.5)
    for level in range(1, 10):
        font = made.styles[f"Heading {level}"].font
        font.size, font.bold, font.italic = Pt(max(10.5, 17 - 2 * level)), True, False
        font.color.rgb = RGBColor(0x22, 0x25, 0x2A)
    for name, size in (("Title", 13), ("Subtitle", 11)):
        made.styles[name].font.size = Pt(size)
        made.styles[name].paragraph_format.space_after = Pt(4)
    made.styles["Title"].font.color.rgb = RGBColor(0x22, 0x25, 0x2A)
    small = made.styles.add_style("Brief", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style, small.font.size = made.styles["Normal"], Pt(8)
    small.paragraph_format.space_before = small.paragraph_format.space_after = Pt(1.5)
    small.paragraph_format.line_spacing = 1.0
    made.styles["Subtitle"].font.italic = False
    made.styles["Subtitle"].font.color.rgb = RGBColor(0x22, 0x25, 0x2A)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer._p.append(element("w:fldSimple", [_run("1", "en")], {"w:instr": "PAGE"}))
    return made


def _set_fonts(properties: Xml) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", CHINESE)):
        fonts.set(qn(f"w:{name}"), font)


def moment_of(document: Document) -> datetime:
    """When the run began; a fixed day where it is not known, so that equal documents give equal files."""
    try:
        moment = datetime.fromisoformat(document.run.started)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return moment.astimezone(UTC)


def element(tag: str, children: Iterable[Xml] = (), attributes: dict[str, str] | None = None) -> Xml:
    made = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name), value)
    made.extend(list(children))
    return made


def _run(
    text: str,
    language: str,
    *,
    bold: bool = False,
    italic: bool = False,
    superscript: bool = False,
    colour: str | None = None,
    underline: tuple[str, str] | None = None,
) -> Xml:
    """A run; its properties stand in the order that the schema wants."""
    properties = [element("w:rFonts", (), {"w:hint": "eastAsia"})] if language == "zh" else []
    properties += [element("w:b")] if bold else []
    properties += [element("w:i")] if italic else []
    properties += [element("w:color", (), {"w:val": colour})] if colour else []
    if underline:
        properties.append(element("w:u", (), {"w:val": underline[0], "w:color": underline[1]}))
    properties += [element("w:vertAlign", (), {"w:val": "superscript"})] if superscript else []
    tongue = {"w:val": "en-US", "w:eastAsia": "zh-CN"}
    properties.append(element("w:lang", (), tongue))
    run = element("w:r", [element("w:rPr", properties)])
    run.text = visible(text)
    return run


def runs_of(
    text: str, language: str, *, bold: bool = False, italic: bool = False, colour: str | None = None
) -> list[Xml]:
    return [_run(text, language, bold=bold, italic=italic, colour=colour)]


def _english(text: str) -> list[Xml]:
    return runs_of(text, "en") if text else runs_of("not translated", "en", italic=True, colour=INK["bad"])


def _marked(text: str, marks: Sequence[Mark], language: str, bold: bool) -> list[Xml]:
    """Runs with numbers underlined and terms dotted, each followed by its index."""
    runs: list[Xml] = []
    at = 0
    for piece, covering in view.pieces(text, marks):
        at += len(piece)
        if not piece:
            continue
        mark = covering[-1] if covering else None
        runs.append(_run(piece, language, bold=bold, underline=_underline(mark) if mark else None))
        for ending in covering:
            if ending.end == at:
                runs.append(_run(ending.label, "en", superscript=True, colour=_underline(ending)[1]))
    return runs


def _underline(mark: Mark) -> tuple[str, str]:
    if mark.state in UNPROVEN:
        return "wave", INK["bad"]
    return ("single", INK["number"]) if mark.kind == "number" else ("dotted", INK["term"])


def _bookmark(name: str, runs: list[Xml]) -> list[Xml]:
    kind, count = name.split("_")[:2]
    number = str(2 * int(count) + (kind == "target"))
    start = element("w:bookmarkStart", (), {"w:id": number, "w:name": name})
    return [start, *runs, element("w:bookmarkEnd", (), {"w:id": number})]


def external_link(made: Docx, address: str, text: str) -> Xml:
    """A link to another file."""
    name = made.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    return element("w:hyperlink", [_run(text, "en", colour="96301F")], {"r:id": name})


def _p(runs: Iterable[Xml]) -> Xml:
    spacing = element("w:spacing", (), {"w:before": "40", "w:after": "60"})
    return element("w:p", [element("w:pPr", [spacing]), *runs])


def small_paragraph(runs: Iterable[Xml]) -> Xml:
    return element("w:p", [element("w:pPr", [element("w:pStyle", (), {"w:val": "Brief"})]), *runs])


def cells_row(paragraphs: Sequence[Xml], widths: Sequence[int]) -> Xml:
    pairs = zip(paragraphs, widths, strict=True)
    return element("w:tr", [_cell([paragraph], width) for paragraph, width in pairs])


def _row(zh: list[Xml], en: list[Xml]) -> Xml:
    return element("w:tr", [_cell(zh, WIDTHS[0]), _cell(en, WIDTHS[1])])


def _cell(content: list[Xml], width: int) -> Xml:
    size = element("w:tcW", (), {"w:w": str(width), "w:type": "dxa"})
    return element("w:tc", [element("w:tcPr", [size]), *content])


def header_row(paragraphs: list[Xml]) -> Xml:
    """A row that is repeated on every page that its table runs over."""
    repeated = element("w:trPr", [element("w:tblHeader")])
    return element("w:tr", [repeated, *(element("w:tc", [paragraph]) for paragraph in paragraphs)])


def _number(name: str) -> str:
    return name[1:] if name[:1] == "s" and name[1:].isdigit() else name
