"""The outline of a text: titles, numbered and bare headings, and the parents it has lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.document import Bilingual, Document, Section, Segment, SegmentKind
from pipeline.prepare.numbering import infer_parents, numbering_issues
from pipeline.prepare.outline import Node, build_outline
from pipeline.prepare.roles import Part, assign_roles
from pipeline.prepare.units import find_units, separable
from pipeline.traced import TracedText


def find_sections(document: Document) -> Document:
    """Fill `sections`, and `segments` with one rough segment per heading and paragraph.

    Sentence splitting takes it from there. Findings about the numbering become issues
    (`structure.*`); running it again replaces them.
    """
    text = document.text
    blocks = sorted(document.blocks, key=lambda block: block.start)
    parts = assign_roles(text.text, find_units(text, blocks), document.source.title)
    root, owners = build_outline(text.text, parts)
    restarts = infer_parents(root)
    spans = _spans(root, parts, owners)
    sections, ids = _sections(root, text, spans)
    issues = [issue for issue in document.issues if not issue.check.startswith("structure.")]
    return replace(
        document,
        sections=tuple(sections),
        segments=tuple(_rough_segments(document, parts, _sections_of(root, owners, ids), owners)),
        issues=(*issues, *numbering_issues(root, restarts, text)),
    )


def _spans(root: Node, parts: list[Part], owners: list[Node]) -> dict[int, tuple[int, int]]:
    """The stretch of the working text that each node and everything under it covers."""
    spans: dict[int, tuple[int, int]] = {}
    for part, owner in zip(parts, owners, strict=True):
        first, last = spans.get(id(owner), (part.unit.start, part.unit.end))
        spans[id(owner)] = min(first, part.unit.start), max(last, part.unit.end)
    for node in reversed(list(root.walk())):
        known = [spans[id(n)] for n in (node, *node.children) if id(n) in spans]
        if known:
            spans[id(node)] = min(first for first, _ in known), max(last for _, last in known)
    return spans


def _sections(
    root: Node, text: TracedText, spans: dict[int, tuple[int, int]]
) -> tuple[list[Section], dict[int, str]]:
    sections: list[Section] = []
    ids: dict[int, str] = {}
    todo: list[tuple[Node, str | None, int]] = [(child, None, 1) for child in reversed(root.children)]
    while todo:
        node, parent, level = todo.pop()
        if not node.is_section:
            continue
        name = f"h{len(sections) + 1}"
        ids[id(node)] = name
        sections.append(_section(node, name, parent, level, text, spans[id(node)]))
        todo += [(child, name, level + 1) for child in reversed(node.children)]
    return sections, ids


def _section(
    node: Node, name: str, parent: str | None, level: int, text: TracedText, span: tuple[int, int]
) -> Section:
    start, end = text.origin(*span)
    return Section(
        id=name,
        level=level,
        marker=node.marker.text if node.marker else "",
        title=Bilingual(zh=_title(node, text.text)),
        start=start,
        end=end,
        parent=parent,
        inferred=node.inferred,
    )


def _title(node: Node, text: str) -> str:
    """The words of a heading without its marker and closing stop."""
    if node.part is None or node.heading_end is None:
        return ""
    words = plain_words(text[node.part.body : node.heading_end])
    return words.rstrip("。：: ") or words


def plain_words(text: str) -> str:
    """Text on one line: broken lines are closed up, between Latin words by a space."""
    lines = [line.strip() for line in text.splitlines()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        spaced = joined[-1:].isascii() and line[:1].isascii() and joined and line
        joined += (" " if spaced else "") + line
    return joined


def _sections_of(root: Node, owners: list[Node], ids: dict[int, str]) -> list[str | None]:
    """For each unit the id of the nearest section around it."""
    holder: dict[int, str | None] = {id(root): None}
    for node in root.walk():
        for child in node.children:
            holder[id(child)] = ids.get(id(child), holder[id(node)])
    return [holder[id(owner)] for owner in owners]


def _rough_segments(
    document: Document, parts: list[Part], sections: list[str | None], owners: list[Node]
) -> Iterator[Segment]:
    count = 0
    for paragraph, (part, section, owner) in enumerate(zip(parts, sections, owners, strict=True)):
        for start, end, kind, marker in _cut(part, owner, document.text):
            count += 1
            yield make_segment(
                document, start, end, name=f"s{count}", section=section, kind=kind, paragraph=paragraph,
                marker=marker,
            )  # fmt: skip


def _cut(part: Part, owner: Node, text: TracedText) -> Iterator[tuple[int, int, SegmentKind, str]]:
    """A unit as heading, item or paragraph; a heading that runs into its text is cut off it."""
    start, end = part.unit.start, part.unit.end
    marker = part.marker.text if part.marker else ""
    if part.role == "cell":
        yield start, end, "table", ""
    elif part.role in ("title", "repeat", "bare"):
        yield start, end, "heading", marker
    elif part.role == "marker" and owner.heading_end is not None and separable(text, owner.heading_end):
        body = text.text[owner.heading_end : end]
        following = owner.heading_end + len(body) - len(body.lstrip())
        yield start, owner.heading_end, "heading", marker
        if following < end:
            yield following, end, "sentence", ""
    elif part.role == "marker" or part.unit.kind == "item":
        yield start, end, "item", marker
    else:
        yield start, end, "sentence", ""


def make_segment(
    document: Document,
    start: int,
    end: int,
    *,
    name: str,
    section: str | None,
    kind: SegmentKind,
    paragraph: int,
    marker: str = "",
) -> Segment:
    """A segment over `[start:end]` of the working text."""
    first, last = document.text.origin(start, end)
    return Segment(
        id=name,
        section=section,
        kind=kind,
        start=first,
        end=last,
        source=document.original[first:last],
        text=plain_words(document.text.text[start:end]),
        paragraph=paragraph,
        marker=marker,
    )
