"""A segment as the page shows it: both sides with their marks, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from pipeline.document import Document, Issue, Quantity, Section, Segment, TermHit
from pipeline.store.segments import DONE, Entry, is_rejected
from pipeline.write.as_html import marked
from pipeline.write.view import SCRIPTS, Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row. `head` is the section that begins here and has no heading of its own in the text; `cited`
    names the line of the brief that rests on the segment."""

    entry: Entry
    clean: Markup
    original: Markup | None
    target: Markup
    script: str
    first: bool
    nested: bool
    cited: str
    comments: int
    head: Section | None
    trail: tuple[Section, ...]

    @property
    def segment(self) -> Segment:
        return self.entry.segment

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.entry.issues

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        return self.entry.quantities

    @property
    def terms(self) -> tuple[TermHit, ...]:
        return self.entry.segment.terms

    @property
    def state(self) -> str:
        """What a person needs to know: open, missing, rejected, reviewed or final."""
        segment = self.entry.segment
        if segment.state in DONE:
            return segment.state
        if segment.target is None:
            return "missing"
        return "rejected" if is_rejected(segment) else "open"

    @property
    def origin(self) -> str:
        """Where the words come from."""
        segment = self.entry.segment
        words = {"mt": "machine", "memory": "memory", "human": "a person", "rule": "rule"}
        return words.get(segment.origin or "", "")

    @property
    def label(self) -> str:
        """The row for somebody who hears it."""
        worst = [issue for issue in self.issues if issue.waived is None and issue.severity != "info"]
        words = [f"Segment {self.entry.name.removeprefix('s')}", self.state]
        return ", ".join([*words, f"{len(worst)} issue{'s' if len(worst) != 1 else ''}"] if worst else words)


def row_views(
    frame: Document,
    entries: Sequence[Entry],
    *,
    cited: Mapping[str, str],
    comments: Mapping[str, int],
    before: Entry | None = None,
    by_section: bool = True,
) -> list[RowView]:
    """The rows of some segments; `before` is the one that stands before the first of them."""
    sides = Sides(_part(frame, entries))
    sections = {section.id: section for section in frame.sections}
    views: list[RowView] = []
    for entry in entries:
        segment = entry.segment
        changed = segment.source != segment.text or any(m.kind == "edit" for m in sides.original(segment))
        opened = before is None or before.segment.section != segment.section
        section = sections.get(segment.section or "")
        views.append(
            RowView(
                entry=entry,
                clean=marked(segment.text, sides.clean(segment)),
                original=marked(segment.source, sides.original(segment)) if changed else None,
                target=marked(segment.target or "", sides.target(segment)),
                script=SCRIPTS[frame.source.script],
                first=before is None or before.segment.paragraph != segment.paragraph,
                nested=segment.lead is not None or segment.kind == "item",
                cited=cited.get(entry.name, ""),
                comments=comments.get(entry.name, 0),
                head=section if by_section and opened and segment.kind != "heading" else None,
                trail=() if by_section else tuple(_trail(section, sections)),
            )
        )
        before = entry
    return views


def _trail(section: Section | None, sections: Mapping[str, Section]) -> list[Section]:
    """The section and those that it lies in, outermost first."""
    found: list[Section] = []
    while section is not None and section not in found:
        found.insert(0, section)
        section = sections.get(section.parent or "")
    return found


def _part(frame: Document, entries: Sequence[Entry]) -> Document:
    """The document with these segments only, and the edits that lie in them."""
    start = min((entry.segment.start for entry in entries), default=0)
    end = max((entry.segment.end for entry in entries), default=0)
    return replace(
        frame,
        segments=tuple(entry.segment for entry in entries),
        quantities=tuple(q for entry in entries for q in entry.quantities),
        issues=tuple(issue for entry in entries for issue in entry.issues),
        edits=tuple(edit for edit in frame.edits if edit.start < end and edit.end > start),
        brief=None,
    )
