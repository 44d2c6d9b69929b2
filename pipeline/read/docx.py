"""DOCX: paragraphs, headings, lists with their numbers, tables, notes, text boxes, tracked changes.

Reads the XML itself: python-docx shows neither tracked changes nor notes, text boxes or numbers.
Insertions are kept and deletions left out, each with its author; comments become findings.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from pipeline.config import ReadConfig
from pipeline.document import BlockKind
from pipeline.errors import InputError
from pipeline.read.archive import Archive, parse_xml
from pipeline.read.charts import table_of
from pipeline.read.extraction import Extraction, Finding, Piece, Place, Run, dropped, located
from pipeline.read.notes import as_raised
from pipeline.read.numbering import Counter as Numbers
from pipeline.read.numbering import Level

# Word writes these names; “strict” files write others for the same things.
STRICT = b"http://purl.oclc.org/ooxml/"
STRICT_NAMES = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    ),
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CORE = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
HEADING_STYLE = re.compile(r"(?:heading|标题|標題)\s*([1-9])$", re.I)
CONTENTS_STYLE = re.compile(r"(?:toc|目录|目錄)\s*[1-9]$", re.I)
SKIPPED = frozenset((
    "instrText", "delInstrText", "fldData", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr",
    "sdtEndPr", "tblGrid", "Fallback",
))  # fmt: skip
GAPS = {"space": " ", "tab": " ", "nothing": ""}
MARKERS = frozenset({"footnoteReference", "endnoteReference"})


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says, its parents' words included."""

    name: str = ""
    level: int | None = None
    list: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What the elements around a paragraph say of it."""

    place: Place = ()
    kind: BlockKind | None = None
    rule: str = ""
    evidence: str = ""
    raised: bool = False


@dataclass(slots=True)
class Body:
    """The document while it is read: parts that paragraphs refer to, and what was found."""

    styles: dict[str, Style]
    numbers: Numbers
    pieces: list[Piece] = field(default_factory=list)
    tables: int = 0
    paragraphs: int = 0
    pictures: int = 0
    charts: int = 0
    objects: int = 0
    foreign: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[str, str, int]] = field(default_factory=list)
    comments: dict[str, int] = field(default_factory=dict)
    merged: tuple[Run, ...] = ()
    later: list[tuple[etree._Element, Context]] = field(default_factory=list)


def extract(data: bytes, path: str, config: ReadConfig) -> Extraction:
    """The document as pieces: headers (left out), the body, then its notes.

    Raises:  InputError: damaged, or no DOCX; LimitExceeded: a limit of `config` is passed.
    """
    package = Package(Archive(data, path, config), path, config)
    main = package.main()
    root = package.xml(main)
    content = root.find(f"{W}body")
    if content is None:
        raise InputError(f"{path} has no document body")
    body = Body(_styles(package.related(main, "styles")), _numbers(package.related(main, "numbering")))
    for kind in ("header", "footer"):
        for n, part in enumerate(package.all_related(main, kind), 1):
            _margin(part, body, kind, n)
    _container(content, Context(), body)
    _flush_merged(body)
    _notes(package, main, body)
    _drawings(package, main, body)
    title, date = _properties(package)
    comments = _comments(package.related(main, "comments"), body)
    return Extraction(tuple(body.pieces), "utf-8", title, date, "", (*_findings(body), *comments))


class Package:
    """The parts of an Office file and how they refer to each other."""

    def __init__(self, archive: Archive, path: str, config: ReadConfig) -> None:
        self._archive, self._path, self._config = archive, path, config

    def xml(self, name: str) -> etree._Element:
        data = self._archive.read(name)
        if STRICT in data[:100_000]:
            for strict, usual in STRICT_NAMES:
                data = data.replace(strict, usual)
        return parse_xml(data, self._path, self._config, name)

    def main(self) -> str:
        """The name of the main part."""
        for kind, target in self._relations(""):
            if kind == "officeDocument":
                return target
        return "word/document.xml"

    def related(self, part: str, kind: str) -> etree._Element | None:
        """The first part of a kind that `part` refers to."""
        return next(iter(self.all_related(part, kind)), None)

    def all_related(self, part: str, kind: str) -> list[etree._Element]:
        """Every part of a kind that `part` refers to and that is there."""
        targets = [t for k, t in self._relations(part) if k == kind and t in self._archive]
        return [self.xml(target) for target in dict.fromkeys(targets)]

    def named(self, name: str) -> etree._Element | None:
        """A part by its name."""
        return self.xml(name) if name in self._archive else None

    def _relations(self, part: str) -> list[tuple[str, str]]:
        folder, name = posixpath.split(part)
        relations = self.named(posixpath.join(folder, "_rels", f"{name}.rels"))
        if relations is None:
            return []
        inside = [r for r in relations if isinstance(r.tag, str) and r.get("TargetMode") != "External"]
        return [
            (
                r.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/"),
            )
            for r in inside
        ]


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: etree._Element | None, path: str) -> str | None:
    """The w:val of a descendant, None where there is none."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/"))) if element is not None else None
    return found.get(f"{W}val", "") if found is not None else None


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,6}", text) else default


def _on(element: etree._Element | None, path: str) -> bool:
    value = _value(element, path)
    return value is not None and value not in ("0", "false", "off")


def _styles(root: etree._Element | None) -> dict[str, Style]:
    """Paragraph styles by id; a loop of parents ends where it began."""
    raw = {s.get(f"{W}styleId", ""): s for s in (root.findall(f"{W}style") if root is not None else ())}

    def resolve(name: str, seen: tuple[str, ...] = ()) -> Style:
        element = raw.get(name)
        if element is None or name in seen or len(seen) > 50:
            return Style()
        parent = resolve(_value(element, "basedOn") or "", (*seen, name))
        title = _value(element, "name") or ""
        heading = HEADING_STYLE.fullmatch(title)
        outline = _value(element, "pPr/outlineLvl")
        level = (
            int(heading[1]) if heading else _integer(outline, 9) + 1 if outline is not None else parent.level
        )
        if title.lower() == "title":
            level = 1
        listed = _value(element, "pPr/numPr/numId")
        depth = _integer(_value(element, "pPr/numPr/ilvl"), parent.depth)
        return Style(title, level if level and level < 10 else None, listed or parent.list, depth)

    return {name: resolve(name) for name in raw}


def _numbers(root: etree._Element | None) -> Numbers:
    if root is None:
        return Numbers({}, {})
    abstract = {
        base.get(f"{W}abstractNumId", ""): {
            _integer(level.get(f"{W}ilvl"), 0): _level(level) for level in base.findall(f"{W}lvl")
        }
        for base in root.findall(f"{W}abstractNum")
    }
    levels, shared, overrides = {}, {}, {}
    for num in root.findall(f"{W}num"):
        name, base = num.get(f"{W}numId", ""), _value(num, "abstractNumId") or ""
        levels[name] = dict(abstract.get(base, {}))
        shared[name] = base
        for override in num.findall(f"{W}lvlOverride"):
            depth = _integer(override.get(f"{W}ilvl"), 0)
            own = override.find(f"{W}lvl")
            if own is not None:
                levels[name][depth] = _level(own)
            start = _value(override, "startOverride")
            if start is not None:
                overrides[name, depth] = _integer(start, 1)
    return Numbers(levels, shared, overrides)


def _level(element: etree._Element) -> Level:
    restart = _value(element, "lvlRestart")
    return Level(
        format=_value(element, "numFmt") or "decimal",
        pattern=_value(element, "lvlText") or "",
        start=_integer(_value(element, "start"), 1),
        restart=_integer(restart, 0) if restart is not None else None,
        legal=_on(element, "isLgl"),
        gap=GAPS.get(_value(element, "suff") or "tab", " "),
    )


def _container(parent: etree._Element, context: Context, body: Body) -> None:
    """Paragraphs and tables of the body, a cell, a note or a text box, in order."""
    for element in parent:
        name = _local(element)
        if name == "p":
            _paragraph(element, context, body)
        elif name == "tbl":
            _table(element, context, body)
        elif name == "altChunk":
            body.foreign += 1
        elif name in ("del", "moveFrom"):
            _container(element, _deleted(element, context), body)
        elif name not in SKIPPED:
            _container(element, context, body)


def _deleted(element: etree._Element, context: Context) -> Context:
    who, when = element.get(f"{W}author", ""), element.get(f"{W}date", "")[:10]
    moved = "moved away" if _local(element) == "moveFrom" else "deleted"
    by = f" by {who}" if who else ""
    return replace(context, rule="deletion", evidence=f"{moved}{by}{f' on {when}' if when else ''}")


def _table(table: etree._Element, context: Context, body: Body) -> None:
    """Cell by cell; a cell that only continues the one above or beside it is empty."""
    body.tables += 1
    number = body.tables
    for n_row, row in enumerate(_under(table, "tr"), 1):
        column = 1
        properties = row.find(f"{W}trPr")
        inner = _without(properties, "del", context, body)
        for cell in _under(row, "tc"):
            _flush_merged(body)
            place = (*context.place, *located(table=number, row=n_row, column=column))
            own = _without(cell.find(f"{W}tcPr"), "cellDel", inner, body)
            _container(cell, replace(own, place=place, kind="cell"), body)
            column += max(1, _integer(_value(cell, "tcPr/gridSpan"), 1))
    _flush_merged(body)


def _without(
    properties: etree._Element | None, mark: Literal["del", "cellDel"], context: Context, body: Body
) -> Context:
    """The context of a row or cell, which its properties may say is deleted."""
    gone = properties.find(f"{W}{mark}") if properties is not None else None
    if gone is None:
        return context
    body.changes["deletions"] += 1
    return _deleted(gone, context)


def _under(parent: etree._Element, name: Literal["tr", "tc"]) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls and insertions."""
    for child in parent:
        if _local(child) == name:
            yield child
        elif _local(child) not in ("tbl", "p", "tr", "tc", *SKIPPED):
            yield from _under(child, name)


def _paragraph(element: etree._Element, context: Context, body: Body) -> None:
    body.paragraphs += 1
    properties = element.find(f"{W}pPr")
    style = body.styles.get(_value(properties, "pStyle") or "", Style())
    outline = _value(properties, "outlineLvl")
    level = _integer(outline, 9) + 1 if outline is not None else style.level
    level = level if level and level < 10 else None
    later, body.later = body.later, []
    runs = body.merged + tuple(_runs(element, context, body))
    boxes, body.later = body.later, later
    body.merged = ()
    marker = _marker(properties, style, runs, body)
    if marker:
        runs = (Run(marker), *runs)
    if CONTENTS_STYLE.match(style.name) and runs:
        text = "".join(run.text for run in runs)
        runs = (Run(text, "contents", "the table of contents repeats the headings"),)
    deleted = properties.find(f"{W}rPr/{W}del") if properties is not None else None
    if deleted is not None and runs:
        # The paragraph mark is deleted: Word shows this paragraph and the next as one.
        body.merged = (*runs, Run("\n", "deletion", _deleted(deleted, context).evidence))
    elif runs:
        kind = context.kind or ("heading" if level else "item" if marker else "paragraph")
        place = context.place or located(paragraph=body.paragraphs)
        body.pieces.append(Piece(runs, kind, level if kind == "heading" else None, place))
    for box, outer in boxes:
        _container(box, replace(outer, place=(*outer.place, *located(part="text box")), kind=None), body)


def _flush_merged(body: Body) -> None:
    """A deleted paragraph mark at the end of a cell or of the body has nothing to join."""
    if body.merged:
        body.pieces.append(Piece(body.merged[:-1], "paragraph", None, located(paragraph=body.paragraphs)))
        body.merged = ()


def _marker(properties: etree._Element | None, style: Style, runs: tuple[Run, ...], body: Body) -> str:
    """The number that Word shows before the paragraph; an empty or deleted one is not counted."""
    own = _value(properties, "numPr/numId")
    name = own if own is not None else style.list
    if not name or name == "0" or not any(run.text for run in runs if not run.rule):
        return ""
    depth = _integer(_value(properties, "numPr/ilvl"), style.depth)
    return body.numbers.next(name, depth)


def _runs(element: etree._Element, context: Context, body: Body) -> Iterator[Run]:
    """The text of a paragraph, field codes and properties left out, text boxes put aside."""
    for child in element:
        name = _local(child)
        if name in SKIPPED or not name:
            continue
        if name in ("t", "delText"):
            text = child.text or ""
            yield _text(as_raised(text) if context.raised else text, context)
        elif name in ("tab", "ptab"):
            yield _text(" ", context)
        elif name in ("br", "cr"):
            yield _text("\n", context)
        elif name == "noBreakHyphen":
            yield _text("-", context)
        elif name == "sym":
            yield _text(_symbol(child), context)
        elif name in MARKERS:
            yield from _note_mark(child, name, body)
        elif name == "txbxContent":
            body.later.append((child, context))
        elif name in ("pict", "blip", "imagedata"):
            body.pictures += name != "pict"
            yield from _runs(child, context, body)
        elif name == "OLEObject":
            body.objects += 1
        elif name == "commentRangeStart":
            body.comments.setdefault(child.get(f"{W}id", ""), len(body.pieces))
        else:
            yield from _runs(child, _inside(child, name, context, body), body)


def _inside(child: etree._Element, name: str, context: Context, body: Body) -> Context:
    """The context within an element of a paragraph."""
    if name in ("del", "moveFrom"):
        body.changes["deletions"] += 1
        return _deleted(child, context)
    if name in ("ins", "moveTo"):
        body.changes["insertions"] += 1
    elif name == "rt":
        return replace(context, rule="ruby", evidence="the reading of the characters before it")
    elif name == "r" and not context.rule and _on(child, "rPr/vanish"):
        return replace(context, rule="hidden_text", evidence="formatted as hidden")
    elif name == "r" and _value(child, "rPr/vertAlign") == "superscript":
        return replace(context, raised=True)
    return context


def _text(text: str | None, context: Context) -> Run:
    return Run(text or "", context.rule, context.evidence)


def _symbol(element: etree._Element) -> str:
    code = element.get(f"{W}char", "")
    if not re.fullmatch("[0-9A-Fa-f]{4}", code):
        return ""
    # Symbol fonts put their glyphs at F000 and up; what they show is not in the file.
    return "\ufffd" if 0xE000 <= int(code, 16) <= 0xF8FF else chr(int(code, 16))


def _note_mark(element: etree._Element, name: str, body: Body) -> Iterator[Run]:
    kind = name.removesuffix("Reference")
    number = sum(k == kind for k, _, _ in body.notes) + 1
    body.notes.append((kind, element.get(f"{W}id", ""), body.paragraphs))
    yield Run(f"[{number}]", "note_mark", f"the mark of {kind} {number}, which stands after the text")


def _margin(root: etree._Element, body: Body, kind: str, n: int) -> None:
    """A page header or footer: read, and left out as a whole."""
    first = len(body.pieces)
    _container(root, Context(place=located(part=f"{kind} {n}")), body)
    _flush_merged(body)
    body.pieces[first:] = [
        dropped(piece, f"page_{kind}", f"stands on every page, in {kind} {n}")
        for piece in body.pieces[first:]
    ]
    body.paragraphs = body.tables = 0


def _notes(package: Package, main: str, body: Body) -> None:
    """The notes that the text refers to, in the order of their marks."""
    for kind in ("footnote", "endnote"):
        root = package.related(main, f"{kind}s")
        if root is None:
            continue
        by_id = {note.get(f"{W}id", ""): note for note in root.findall(f"{W}{kind}")}
        called = [(name, where) for k, name, where in body.notes if k == kind]
        for n, (name, where) in enumerate(called, 1):
            if name in by_id:
                _container(by_id[name], Context(located(part=kind, note=n, paragraph=where), "note"), body)
                _flush_merged(body)


def _drawings(package: Package, main: str, body: Body) -> None:
    """The words in charts and diagrams, each once, after the text; charts with their numbers as tables."""
    for kind, what in (("chart", "chart"), ("diagramData", "diagram")):
        for n, part in enumerate(package.all_related(main, kind), 1):
            place = located(part=f"{what} {n}")
            rows = table_of(part) if kind == "chart" else []
            body.charts += kind == "chart" and not rows
            inside = {name for row in rows for name in row}
            for text in dict.fromkeys(_words_of(part)):
                if text not in inside:
                    body.pieces.append(Piece((Run(text),), "paragraph", None, place))
            _chart_cells(rows, place, body)


def _chart_cells(rows: list[list[str]], place: Place, body: Body) -> None:
    body.tables += bool(rows)
    for n, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                at = (*place, *located(table=body.tables, row=n, column=column))
                body.pieces.append(Piece((Run(text),), "cell", None, at))


def _words_of(part: etree._Element) -> Iterator[str]:
    """Paragraphs of a drawing, and the names of a chart's rows and columns."""
    for element in part.iter(f"{A}p", f"{CHART}strCache"):
        if element.tag == f"{A}p":
            texts = ["".join(t.text or "" for t in element.iter(f"{A}t"))]
        else:
            texts = [v.text or "" for v in element.iter(f"{CHART}v")]
        yield from (text.strip() for text in texts if text.strip())


def _comments(root: etree._Element | None, body: Body) -> Iterator[Finding]:
    """Comments as findings at the paragraph that they belong to."""
    for comment in root.findall(f"{W}comment") if root is not None else ():
        text = " ".join("".join(t.text or "" for t in comment.iter(f"{W}t")).split())
        at = body.comments.get(comment.get(f"{W}id", ""))
        who = comment.get(f"{W}author") or "somebody"
        anchored = at if at is not None and at < len(body.pieces) else None
        yield Finding("comment", "info", f"comment of {who}: {text}", anchored)


def _findings(body: Body) -> Iterator[Finding]:
    if body.changes:
        told = ", ".join(f"{n} {name}" for name, n in sorted(body.changes.items()))
        yield Finding(
            "tracked_changes",
            "warning",
            f"unsettled tracked changes ({told}): insertions kept, deletions left out",
        )
    if body.pictures:
        yield Finding("pictures", "info", f"{body.pictures} pictures, not read for text")
    if body.charts:
        message = (
            f"{body.charts} charts: their words were read, after the text, and not the numbers behind them"
        )
        yield Finding("charts", "warning", message)
    if body.objects:
        yield Finding("objects", "warning", f"{body.objects} embedded objects, not read")
    if body.foreign:
        yield Finding("embedded", "warning", f"{body.foreign} embedded files of another format, not read")


def _properties(package: Package) -> tuple[str, str]:
    core = package.named("docProps/core.xml")
    if core is None:
        return "", ""
    return core.findtext(f"{CORE}title") or "", (core.findtext(f"{TERMS}modified") or "")[:10]
