"""A tree of HTML elements as pieces: blocks, list items, cells, ruby, hidden text. For HTML and EPUB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from pipeline.document import BlockKind
from pipeline.read.extraction import Piece, Place, Run, located
from pipeline.read.notes import EXPONENT, LABEL, as_raised

UNSEEN = frozenset((
    "script", "style", "template", "head", "noscript", "iframe", "object", "svg", "math", "canvas", "audio",
    "video", "map", "datalist",
))  # fmt: skip
BLOCKS = frozenset((
    "html", "body", "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option",
    "p", "pre", "search", "section", "select", "summary", "table", "caption", "thead", "tbody", "tfoot", "tr",
    "td", "th", "ul", "button", "textarea",
))  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
KINDS: dict[str, BlockKind] = {"li": "item", "dt": "item", "figcaption": "note", "aside": "paragraph"}
HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I)
NOTE_REFERENCE = re.compile(r"noteref|footnote-?ref|doc-noteref|(?:^|\s)(?:footnote|fn)(?:\s|$)", re.I)
SPACE = re.compile(r"([ \t\n\r\f]+)")
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’—…]")
# A cell of a data table is short; longer ones are the columns of a page laid out by a table.
MAX_CELL_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece with what is needed to judge whether it belongs to the main text."""

    piece: Piece
    element: etree._Element
    n_link: int
    n_links: int


@dataclass(frozen=True, slots=True)
class Context:
    """What the elements around a text say of it."""

    kind: BlockKind = "paragraph"
    level: int | None = None
    place: Place = ()
    rule: str = ""
    evidence: str = ""
    pre: bool = False
    link: bool = False
    cell: bool = False
    raised: bool = False


@dataclass(slots=True)
class Flow:
    """Collects runs until a block ends."""

    place: Place = ()
    seen: list[Seen] = field(default_factory=list)
    pictures: int = 0
    tables: int = 0
    _runs: list[tuple[Run, Context]] = field(default_factory=list)

    def add(self, text: str | None, context: Context) -> None:
        if text:
            text = as_raised(text.strip()) if context.raised else text
            self._runs.append((Run(text, context.rule, context.evidence), context))

    def flush(self, element: etree._Element, context: Context) -> None:
        """End the piece that is being collected, if there is any text in it."""
        collected, self._runs = self._runs, []
        runs = tuple(_collapsed(collected))
        if not any(run.text.strip() for run in runs):
            return
        place = context.place or (*self.place, *located(paragraph=len(self.seen) + 1))
        links = [len(run.text.strip()) for run, inner in collected if inner.link]
        piece = Piece(runs, context.kind, context.level, place)
        self.seen.append(Seen(piece, element, sum(links), len(links)))


def pieces_of(root: etree._Element, place: Place = ()) -> Flow:
    """All text of the tree in reading order; hidden text and ruby readings are marked as left out."""
    flow = Flow(place)
    _visit(root, Context(), flow)
    flow.flush(root, Context())
    return flow


def _visit(element: etree._Element, context: Context, flow: Flow) -> None:
    """One element: a block opens and closes a piece, anything else goes on with the open one."""
    tag = tag_of(element)
    if not tag or tag in UNSEEN:
        return
    parent = element.getparent()
    around = element if parent is None else parent
    if tag in ("br", "hr"):
        flow.flush(around, context)
        return
    flow.pictures += tag == "img"
    if tag == "table" and _is_data(element):
        flow.flush(around, context)
        _visit_table(element, context, flow)
        return
    inner = _entered(element, tag, context)
    block = tag in BLOCKS
    if block:
        flow.flush(around, context)
    flow.add(element.text, inner)
    for child in element:
        _visit(child, inner, flow)
        flow.add(child.tail, inner)
    if block:
        flow.flush(element, inner)


def _entered(element: etree._Element, tag: str, context: Context) -> Context:
    """The context inside an element."""
    if tag == "a":
        context = replace(context, link=True)
    if tag in ("rt", "rp", "rtc"):
        return replace(context, rule="ruby", evidence="the reading of the characters before it")
    if element.get("hidden") is not None or HIDDEN_STYLE.search(element.get("style") or ""):
        return replace(context, rule="hidden_text", evidence="the page does not show it")
    if tag == "sup" or (tag == "a" and _is_marked(element)):
        text = "".join(_texts(element)).strip()
        if LABEL.fullmatch(text) and _leads_to_note(element):
            return replace(context, rule="note_mark", evidence=f"the mark of note {text}")
        if tag == "sup" and EXPONENT.fullmatch(text):
            return replace(context, raised=True)
    if tag in BLOCKS and not context.cell:
        level = HEADINGS.get(tag)
        inherited = context.kind if tag in ("p", "div") and context.kind == "item" else "paragraph"
        kind: BlockKind = "heading" if level else KINDS.get(tag, inherited)
        context = replace(context, kind=kind, level=level, pre=context.pre or tag in ("pre", "textarea"))
    return context


def _is_marked(link: etree._Element) -> bool:
    """Whether a link calls itself the mark of a note, or is raised inside."""
    words = f"{link.get('class')} {link.get('role')} {link.get('{http://www.idpf.org/2007/ops}type')} " + str(
        link.get("epub:type")
    )
    inner = [child for child in link if tag_of(child)]
    return NOTE_REFERENCE.search(words) is not None or (len(inner) == 1 and tag_of(inner[0]) == "sup")


def _leads_to_note(element: etree._Element) -> bool:
    """Whether a raised sign is a link, or holds one, to a place in the text that is not the way back."""
    links = [element, *element.iterdescendants(), *element.iterancestors("a")]
    return any(tag_of(link) == "a" and "#" in (link.get("href") or "") for link in links)


def tag_of(element: etree._Element) -> str:
    """The local name in lower case; "" for a comment or a processing instruction."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _is_data(table: etree._Element) -> bool:
    """A table of data, not one that lays out a page: no table in it, short cells, two columns."""
    tags = [tag_of(child) for child in table.iterdescendants()]
    if "table" in tags or not any(_n_cells(row) > 1 for row in _rows(table)):
        return False
    cells = (cell for row in _rows(table) for cell in row if tag_of(cell) in ("td", "th"))
    return all(len("".join(_texts(cell)).strip()) <= MAX_CELL_CHARACTERS for cell in cells)


def _texts(element: etree._Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return (child for child in table.iterdescendants() if tag_of(child) == "tr")


def _n_cells(row: etree._Element) -> int:
    return sum(tag_of(cell) in ("td", "th") for cell in row)


def _visit_table(table: etree._Element, context: Context, flow: Flow) -> None:
    """Cell by cell, row by row; what spans several keeps the place of its first."""
    flow.tables += 1
    taken: set[tuple[int, int]] = set()
    row = 0
    for element in table.iterdescendants():
        tag = tag_of(element)
        if tag == "caption":
            _visit(element, context, flow)
        elif tag == "tr":
            row += 1
            _visit_row(element, row, taken, context, flow)


def _visit_row(
    element: etree._Element, row: int, taken: set[tuple[int, int]], context: Context, flow: Flow
) -> None:
    column = 1
    for cell in element:
        if tag_of(cell) not in ("td", "th"):
            _visit(cell, context, flow)
            continue
        while (row, column) in taken:
            column += 1
        place = (*flow.place, *located(table=flow.tables, row=row, column=column))
        inside = replace(context, kind="cell", level=None, place=place, cell=True)
        _visit(cell, inside, flow)
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        taken |= {(row + down, column + right) for down in range(high) for right in range(wide)}
        column += wide


def _span(cell: etree._Element, name: Literal["colspan", "rowspan"]) -> int:
    """How many columns or rows a cell takes; absurd values count as one."""
    value = (cell.get(name) or "").strip()
    return int(value) if value.isascii() and value.isdigit() and 0 < len(value) < 3 and int(value) else 1


def _collapsed(collected: list[tuple[Run, Context]]) -> Iterator[Run]:
    """The runs with white space as a browser shows it; a line break between Chinese shows nothing."""
    last, pending = "", ""
    for run, context in collected:
        if context.pre:
            yield run
            last, pending = run.text[-1:], ""
            continue
        made: list[str] = []
        for part in SPACE.split(run.text):
            if not part or SPACE.fullmatch(part):
                pending += part
                continue
            if pending and last:
                made.append(_gap(last, part[0], pending))
            made.append(part)
            last, pending = part[-1], ""
        if made:
            yield replace(run, text="".join(made))


def _gap(before: str, after: str, space: str) -> str:
    return "" if "\n" in space and CJK.match(before) and CJK.match(after) else " "
