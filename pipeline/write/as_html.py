"""One self-contained HTML file: the brief, the figures and the aligned text, side by side.

Nothing is loaded from elsewhere and nothing of a document is ever read as markup: the template
escapes every value, and the content security policy allows the file's own style and script only.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from jinja2 import Environment
from markupsafe import Markup, escape

from pipeline.document import Document, Edit, Issue, Section
from pipeline.write import view
from pipeline.write.environment import make_environment, shipped_by
from pipeline.write.view import Grid, Mark, Row, Sides, visible


def render(document: Document) -> bytes:
    """The file."""
    return page(
        document, style=shipped("style.css"), behaviour=shipped("light.js") + shipped("report.js")
    ).encode()


def page(document: Document, *, style: str, behaviour: str) -> str:
    """The page with its own style and script, and no other allowed."""
    sides, found = Sides(document), view.issues_by_segment(document)
    template = environment().get_template("report.html.j2")
    return template.render(
        document=document,
        style=Markup(style),
        behaviour=Markup(behaviour),
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(behaviour),
        script=view.SCRIPTS[document.source.script],
        headline=view.headline(document),
        summary=_summary(document),
        tree=_tree(document.sections),
        points=view.points(document),
        brief_notes=view.brief_notes(document),
        brief_columns=view.brief_columns(document),
        brief_rows=view.brief_rows(document),
        figures=view.figures(document),
        parts=view.parts(document),
        found=found,
        first_id=document.segments[0].id if document.segments else "",
        place={segment.id: f"{segment.text[:60]}" for segment in document.segments},
        clean=lambda segment: marked(segment.text, sides.clean(segment)),
        target=lambda segment: marked(segment.target or "", sides.target(segment)),
        original=lambda segment: marked(segment.source, sides.original(segment)),
        edited=lambda segment: any(mark.kind == "edit" for mark in sides.original(segment)),
        is_grid=lambda block: isinstance(block, Grid),
        notes_of=lambda row: _notes_of(row, found),
        coverage_line=view.coverage_line(document),
        edits=_edits(document),
        edits_summary=_edits_summary(document),
        run=view.run_line(document.run),
    )


def marked(text: str, marks: Iterable[Mark]) -> Markup:
    """The text, escaped, with its marks as nested spans; one that crosses another is cut in two."""
    parts: list[str] = []
    open_marks: list[Mark] = []
    at = 0
    for mark in _nested(marks, len(text)):
        while open_marks and open_marks[-1].end <= mark.start:
            closing = open_marks.pop()
            parts += (_escaped(text[at : closing.end]), "</span>")
            at = closing.end
        parts += (_escaped(text[at : mark.start]), _opening(mark))
        at = mark.start
        open_marks.append(mark)
    while open_marks:
        closing = open_marks.pop()
        parts += (_escaped(text[at : closing.end]), "</span>")
        at = closing.end
    parts.append(_escaped(text[at:]))
    return Markup("".join(parts))


def _nested(marks: Iterable[Mark], length: int) -> list[Mark]:
    """The marks in the order of opening; the later of two that cross is cut where the first ends."""
    waiting = [mark for mark in marks if 0 <= mark.start < mark.end <= length]
    waiting.sort(key=_opening_order, reverse=True)
    placed: list[Mark] = []
    ends: list[int] = []
    while waiting:
        mark = waiting.pop()
        while ends and ends[-1] <= mark.start:
            ends.pop()
        if ends and mark.end > ends[-1]:
            rest = replace(mark, start=ends[-1])
            mark = replace(mark, end=ends[-1], label="")
            waiting.append(rest)
            waiting.sort(key=_opening_order, reverse=True)
        placed.append(mark)
        ends.append(mark.end)
    return placed


def _opening_order(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _opening(mark: Mark) -> str:
    if mark.kind == "edit":
        after = f' data-after="{_escaped(mark.label)}"' if mark.label else ""
        return f'<span class="edit {mark.state}" title="{_escaped(mark.title)}"{after}>'
    label = f' data-l="{_escaped(mark.label)}"' if mark.label else ""
    title = f' title="{_escaped(mark.title)}"'
    return f'<span class="m {mark.kind} {mark.state}" data-k="{_escaped(mark.key)}"{label}{title}>'


def _escaped(text: str) -> str:
    return str(escape(visible(text)))


@dataclass(slots=True)
class _Node:
    section: Section
    children: list[_Node] = field(default_factory=list)


def _tree(sections: Sequence[Section]) -> list[_Node]:
    """The outline; a section whose parent is not there (or would make a ring) stands at the top."""
    nodes = {section.id: _Node(section) for section in sections}
    top: list[_Node] = []
    seen: set[str] = set()
    for section in sections:
        parent = nodes[section.parent] if section.parent in seen else None
        (parent.children if parent else top).append(nodes[section.id])
        seen.add(section.id)
    return top


def _notes_of(row: Row | Grid, found: dict[str | None, list[tuple[str, Issue]]]) -> list[tuple[str, Issue]]:
    return [entry for segment in row.segments for entry in found.get(segment.id, ())]


def _summary(document: Document) -> str:
    open_issues = [issue for issue in document.issues if issue.waived is None]
    counts = Counter(issue.severity for issue in open_issues)
    pending = sum(segment.target is None for segment in document.segments)
    words = [
        _counted(len(document.segments), "segment"),
        _counted(sum(q.verdict == "proven" for q in document.quantities), "number") + " proven",
        _counted(counts["error"], "error"),
        _counted(counts["warning"], "warning"),
    ]
    return " · ".join(words + ([f"{pending} not translated"] if pending else []))


def _edits(document: Document) -> list[tuple[Edit, int]]:
    """Equal edits once, with how often they were made."""
    alike: dict[tuple[str, str, str, str, bool], tuple[Edit, int]] = {}
    for edit in document.edits:
        key = (edit.rule, edit.before, edit.after, edit.evidence, edit.verified)
        alike[key] = (edit, alike[key][1] + 1 if key in alike else 1)
    return list(alike.values())


def _edits_summary(document: Document) -> str:
    unverified = sum(not edit.verified for edit in document.edits)
    rules = Counter(edit.rule for edit in document.edits)
    words = ", ".join(f"{rule} {n:,}" for rule, n in rules.most_common())
    return f"{_counted(len(document.edits), 'edit')} to the text ({words}; {unverified:,} unverified)"


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _csp_hash(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def shipped(name: str) -> str:
    """A file of the templates' folder."""
    return shipped_by("pipeline.write")(name)


def _heading_tag(section: Section) -> Markup:
    return Markup(f"h{min(max(section.level, 1) + 2, 6)}")


@cache
def environment() -> Environment:
    """The templates of this package; shared by the pages of documents and of digests."""
    return make_environment(
        "pipeline.write",
        trim=False,
        lost_heading=view.LOST_HEADING,
        shortened=view.SHORTENED,
        shortened_means=view.SHORTENED_MEANS,
        tag_of=_heading_tag,
        style_hash=_csp_hash,
        section_title=view.section_title,
    )
