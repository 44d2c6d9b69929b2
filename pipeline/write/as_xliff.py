"""XLIFF 2.1: units with states, notes and the ids of segments, in groups that follow the outline.

Source:  XLIFF 2.1, OASIS Standard, 13 February 2018.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.document import Document, Issue, Segment
from pipeline.stamp import stamp
from pipeline.write import view
from pipeline.write.view import Part
from pipeline.write.xml import element, escaped, picture, token

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
OURS = "urn:duizhao:review:1"
_Note = tuple[str, str, Issue | None]
PRIORITY = {"error": "1", "warning": "4", "info": "7"}


def render(document: Document) -> bytes:
    """The file. Every segment is a unit of its id, translated or not."""
    found = view.issues_by_segment(document)
    groups = _nested(view.parts(document) or (Part(None, ()),))
    file = element(
        "file",
        [_file_notes(document, found.get(None, [])), *(_group(group, found) for group in groups)],
        id="f1",
        original=document.source.path,
        **{"xml:space": "preserve"},
    )
    root = element(
        "xliff",
        "\n" + file + "\n",
        xmlns=NAMESPACE,
        version="2.1",
        srcLang="zh-Hans",
        trgLang="en",
        **{"xmlns:duizhao": OURS},
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


@dataclass(slots=True)
class _Group:
    """A part of the document and the parts of the sections below it."""

    part: Part
    id: str
    inner: list[_Group] = field(default_factory=list)


def _nested(parts: tuple[Part, ...]) -> list[_Group]:
    """The parts as a tree; one that comes back to an earlier section stands in a group of its own."""
    top: list[_Group] = []
    open_groups: list[_Group] = []
    for n, part in enumerate(parts):
        name = f"g{n + 1}" if part.section is None or part.again else f"section-{part.section.id}"
        group = _Group(part, token(name))
        parent = part.section.parent if part.section and not part.again else None
        while open_groups and (
            open_groups[-1].part.section is None or _section_id(open_groups[-1]) != parent
        ):
            open_groups.pop()
        (open_groups[-1].inner if open_groups else top).append(group)
        open_groups.append(group)
    return top


def _section_id(group: _Group) -> str | None:
    return group.part.section.id if group.part.section else None


def _group(group: _Group, found: dict[str | None, list[tuple[str, Issue]]]) -> str:
    section = group.part.section
    units = [_unit(s, found.get(s.id, [])) for row in group.part.rows for s in row.segments]
    notes = _notes([("heading", view.LOST_HEADING, None)] if section and section.inferred else [])
    content = [notes, *units, *(_group(inner, found) for inner in group.inner)]
    name = view.section_title(section)[0] if section else None
    return "\n" + element("group", content, id=group.id, name=name)


def _unit(segment: Segment, issues: list[tuple[str, Issue]]) -> str:
    notes: list[_Note] = [(i.check, f"{i.severity}: {i.message}", i) for _, i in issues]
    target = None if segment.target is None else _inline("target", segment.target, "en")
    body = element(
        "segment",
        [_inline("source", segment.text, "zh-Hans"), target or ""],
        state=segment.state if target else "initial",
        subState=f"duizhao:{segment.origin}" if segment.origin and target else None,
    )
    own = {"duizhao:written": stamp(segment.target, segment.state)}
    return "\n" + element(
        "unit", [_notes(notes), body], id=token(segment.id), type=f"duizhao:{segment.kind}", **own
    )


def _inline(name: str, text: str, language: str) -> str:
    """Source or target; XLIFF has an element for characters that XML cannot hold."""
    return element(
        name, escaped(text, lambda code: element("cp", hex=f"{code:04X}")), **{"xml:lang": language}
    )


def _notes(notes: list[_Note]) -> str:
    if not notes:
        return ""
    return element("notes", [_note(n, *note) for n, note in enumerate(notes, 1)])


def _note(n: int, category: str, text: str, issue: Issue | None) -> str:
    waived = f" (waived: {issue.waived})" if issue and issue.waived is not None else ""
    return element(
        "note",
        escaped(text + waived, picture),
        id=f"n{n}",
        appliesTo="target" if issue and issue.segment else None,
        category=category,
        priority=PRIORITY[issue.severity] if issue else None,
    )


def _file_notes(document: Document, issues: list[tuple[str, Issue]]) -> str:
    run = "; ".join(f"{name}: {value}" for name, value in view.run_line(document.run))
    notes: list[_Note] = [
        ("source", f"sha256 {document.source.sha256}, {document.source.encoding}", None),
        ("run", run, None),
        *((issue.check, f"{issue.severity}: {issue.message}", issue) for _, issue in issues),
    ]
    return "\n" + _notes(notes)
