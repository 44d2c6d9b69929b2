"""The brief under review: each line with a version, checked like a segment, changed and taken back like one.

A line keeps its place in the frame of the document; what a person changes makes a new frame and leaves a
revision under the line's name (`b-headline`, `b-abstract-0`, `b-points-3`; `b-figures` for the table), so
that history, feed and stale writes work as they do for segments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from pipeline.document import Brief, BriefLine, Document, Issue, Quantity, Segment
from pipeline.review.links import fresh_entry
from pipeline.review.workspace import NotFound, Overview, Refused, Workspace, row_of
from pipeline.store import documents, revisions, segments
from pipeline.store.documents import refreshed
from pipeline.store.segments import Entry, StaleWrite
from pipeline.store.tables import DOCUMENT, REVISION
from pipeline.write.shape import decode, encode

FIGURES = "b-figures"
UNPROVED = "brief-unproved"
_NAME = re.compile(r"b-(headline|(?:abstract|points)-\d{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of the brief with what the checks say of it. `quotes` is the segment that it repeats whole."""

    name: str
    line: BriefLine
    entry: Entry
    quotes: str | None

    @property
    def version(self) -> int:
        return self.entry.version

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        return self.entry.quantities

    @property
    def terms(self) -> tuple[Any, ...]:
        return self.entry.segment.terms

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.entry.issues


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView:
    """The key figures in their order, those of the text that could be added, and the version."""

    figures: tuple[Quantity, ...]
    others: tuple[Quantity, ...]
    version: int


# -- reading --------------------------------------------------------------------------------------


def view_lines(space: Workspace, document: int) -> list[LineView]:
    """The lines of the brief in the current words, each checked; none where there is no brief."""
    with space.store.reading() as connection:
        frame, brief, cited = _current(connection, document)
        if brief is None:
            return []
        return _views(space, connection, document, frame, brief, cited)


def view_line(space: Workspace, document: int, name: str) -> LineView:
    """One line."""
    with space.store.reading() as connection:
        return _line_at(space, connection, document, name)


def tried(space: Workspace, document: int, name: str, zh: str, en: str) -> LineView:
    """The line as it would be checked with these words; nothing is written."""
    with space.store.reading() as connection:
        frame, brief, cited = _current(connection, document)
        line = _line(brief, name)
    return _view(space, frame, name, replace(line, zh=zh, en=en), cited, 0, [])


def view_figures(space: Workspace, document: int) -> FiguresView:
    """The table of key figures."""
    with space.store.reading() as connection:
        frame = documents.get_frame(connection, row_of(connection, document).frame)
        found = segments.get_all(connection, document)
        version = _versions(connection, document).get(FIGURES, 1)
    known = {q.id: q for entry in found for q in entry.quantities if q.measure is not None}
    chosen = frame.brief.figures if frame.brief else ()
    return FiguresView(
        figures=tuple(known[name] for name in chosen if name in known),
        others=tuple(q for name, q in known.items() if name not in chosen),
        version=version,
    )


def history(space: Workspace, document: int, name: str) -> list[revisions.Revision]:
    """What happened to a line, newest first."""
    with space.store.reading() as connection:
        _line(_current(connection, document)[1], name)
        return revisions.history(connection, document, name)


def lines_of(brief: Brief) -> dict[str, BriefLine]:
    """The lines by their names, in order."""
    found = {"b-headline": brief.headline}
    found |= {f"b-abstract-{n}": line for n, line in enumerate(brief.abstract)}
    return found | {f"b-points-{n}": line for n, line in enumerate(brief.points)}


# -- writing --------------------------------------------------------------------------------------


def edit_line(
    space: Workspace, document: int, name: str, base: int, zh: str, en: str, *, author: str
) -> LineView:
    """A person's words for a line, in both languages, checked at once.

    Raises:  StaleWrite: the line has moved on from version `base`.
             Refused: a line without words.
    """
    if not zh.strip() or not en.strip():
        raise Refused("a line of the brief needs words in both languages")

    def after(line: BriefLine) -> BriefLine:
        # Words of its own do not follow the segment's any more.
        same = (zh, en) == (line.zh, line.en)
        return line if same else replace(line, zh=zh.strip(), en=en.strip(), method="compress")

    return _write(space, document, name, base, after, author=author, action="edit")


def undo_line(space: Workspace, document: int, name: str, base: int, *, author: str) -> LineView:
    """Take the last change of a line back.

    Raises:  Refused: there is none.
    """
    with space.store.reading() as connection:
        found = revisions.history(connection, document, name)
    undone = {one.undoes for one in found if one.undoes is not None}
    last = next((one for one in found if one.action in ("edit", "waive") and one.id not in undone), None)
    before = last.before if last is not None else None
    if last is None or (last.action == "edit" and (before is None or "line" not in before)):
        raise Refused("nothing to undo in this line")
    return _write(
        space, document, name, base,
        lambda line: decode(BriefLine, before["line"], "line") if before else line,
        author=author, action="undo", undoes=last.id,
    )  # fmt: skip


def waive_line(
    space: Workspace,
    document: int,
    name: str,
    base: int,
    *,
    check: str,
    reason: str,
    author: str,
    message: str = "",
) -> LineView:
    """Accept an issue of a line for a reason, as long as the line has these words.

    Raises:  StaleWrite: the line has moved on from version `base`.  Refused: it has no such open issue.
    """
    with space.store.writing() as connection:
        now = _line_at(space, connection, document, name)
        if now.version != base:
            raise StaleWrite(name, now.entry)
        found = [one for one in now.issues if one.check == check and one.waived is None]
        found = [one for one in found if message in ("", one.message)]
        if not found:
            raise Refused(f"line {name} of the brief has no open issue {check}")
        accepted = [{"check": one.check, "message": one.message, "reason": reason} for one in found]
        _record(
            connection, space, document, name, base + 1, author=author, action="waive", note=f"{check}: {reason}",
            after={"line": encode(now.line), "accepted": accepted},
        )  # fmt: skip
        return _line_at(space, connection, document, name)


def approve_document(space: Workspace, document: int, *, author: str, rest: bool = False) -> Overview:
    """Close a document of which neither a segment nor a line of the brief has an open error.

    Raises:  Refused: one has, or a segment is not ready; the message names the first.
    """

    def ready(connection: Connection) -> None:
        frame, brief, cited = _current(connection, document)
        lines = _views(space, connection, document, frame, brief, cited) if brief else []
        for one in lines:
            if any(issue.severity == "error" and issue.waived is None for issue in one.issues):
                raise Refused(
                    f"line {one.name} of the brief has an open error; correct it or waive it with a reason"
                )

    return space.approve_document(document, author=author, ready=ready, rest=rest)


def set_figures(
    space: Workspace, document: int, base: int, figures: Sequence[str], *, author: str
) -> FiguresView:
    """Choose the key figures and their order.

    Raises:  StaleWrite: somebody else chose meanwhile.  Refused: a figure that the text does not have.
    """
    now = view_figures(space, document)
    known = {q.id for q in (*now.figures, *now.others)}
    unknown = [name for name in figures if name not in known]
    if unknown:
        raise Refused(f"the text has no figure {unknown[0]}")
    with space.store.writing() as connection:
        frame, brief, _ = _current(connection, document)
        if brief is None or frame.brief is None:
            raise NotFound(f"document {document} has no brief")
        if _versions(connection, document).get(FIGURES, 1) != base:
            raise StaleWrite(FIGURES, None)
        chosen = tuple(dict.fromkeys(figures))
        _put(connection, document, replace(frame, brief=replace(frame.brief, figures=chosen)))
        _record(
            connection, space, document, FIGURES, base + 1, author=author, action="edit",
            before={"figures": list(frame.brief.figures)}, after={"figures": list(chosen)},
        )  # fmt: skip
    return view_figures(space, document)


def carried(connection: Connection, document: int, brief: Brief | None) -> Brief | None:
    """A newer run's brief with the words that people gave to lines whose Chinese is as it was before them."""
    if brief is None:
        return None
    query = (
        select(REVISION.c.segment, REVISION.c.before, REVISION.c.after)
        .where(REVISION.c.document == document, REVISION.c.segment.startswith("b-"))
        .order_by(REVISION.c.id)
    )
    first: dict[str, str] = {}
    words: dict[str, BriefLine] = {}
    for name, before, after in connection.execute(query):
        if before and after and "line" in before:
            zh = first.setdefault(name, before["line"]["zh"])
            words[zh] = decode(BriefLine, after["line"], "line")

    def line(new: BriefLine) -> BriefLine:
        kept = words.get(new.zh)
        if kept is None or (kept.zh, kept.en) == (new.zh, new.en):
            return new
        return replace(new, zh=kept.zh, en=kept.en, method=kept.method)

    return _mapped(brief, lambda _, old: line(old))


# -- parts ----------------------------------------------------------------------------------------


def _write(
    space: Workspace,
    document: int,
    name: str,
    base: int,
    after: Callable[[BriefLine], BriefLine],
    *,
    author: str,
    action: str,
    undoes: int | None = None,
) -> LineView:
    with space.store.writing() as connection:
        now = _line_at(space, connection, document, name)
        if now.version != base:
            raise StaleWrite(name, now.entry)
        new = after(now.line)
        frame, brief, _ = _current(connection, document)
        if brief is None or frame.brief is None:
            raise NotFound(f"document {document} has no brief")
        changed = _mapped(frame.brief, lambda one, old: new if one == name else old)
        _put(connection, document, replace(frame, brief=changed), title=new if name == "b-headline" else None)
        _record(
            connection, space, document, name, base + 1, author=author, action=action, undoes=undoes,
            before={"line": encode(now.line)}, after={"line": encode(new)},
        )  # fmt: skip
        return _line_at(space, connection, document, name)


def _put(connection: Connection, document: int, frame: Document, title: BriefLine | None = None) -> None:
    values: dict[str, Any] = {"frame": documents.put_frame(connection, frame)}
    if title is not None:
        values |= {"title_zh": segments.searchable(title.zh), "title_en": segments.searchable(title.en)}
    here = DOCUMENT.c.id == document
    connection.execute(
        update(DOCUMENT).where(here).values(version=DOCUMENT.c.version + 1, state="open", **values)
    )


def _record(
    connection: Connection, space: Workspace, document: int, name: str, version: int, **values: Any
) -> None:
    row = {"document": document, "segment": name, "version": version, "at": space.now(), "note": ""}
    connection.execute(insert(REVISION).values(**(row | values)))


def _current(connection: Connection, document: int) -> tuple[Document, Brief | None, dict[str, Entry]]:
    """The frame, the brief in the current words, and the segments that it names."""
    frame = documents.get_frame(connection, row_of(connection, document).frame)
    if frame.brief is None:
        return frame, None, {}
    names = [name for line in lines_of(frame.brief).values() for name in line.segments]
    found = segments.get_many(connection, document, list(dict.fromkeys(names)))
    cited = {entry.name: entry for entry in found}
    live = {name: entry.segment for name, entry in cited.items()}
    return frame, refreshed(frame.brief, live, lambda name: name if name in live else None), cited


def _versions(connection: Connection, document: int) -> dict[str, int]:
    query = (
        select(REVISION.c.segment, func.max(REVISION.c.version))
        .where(REVISION.c.document == document, REVISION.c.segment.startswith("b-"))
        .group_by(REVISION.c.segment)
    )
    return {name: int(version) for name, version in connection.execute(query)}


def _line(brief: Brief | None, name: str) -> BriefLine:
    line = lines_of(brief).get(name) if brief is not None and _NAME.fullmatch(name) else None
    if line is None:
        raise NotFound(f"the brief has no line {name}")
    return line


def _line_at(space: Workspace, connection: Connection, document: int, name: str) -> LineView:
    frame, brief, cited = _current(connection, document)
    line = _line(brief, name)
    version = _versions(connection, document).get(name, 1)
    return _view(space, frame, name, line, cited, version, revisions.history(connection, document, name))


def _views(
    space: Workspace,
    connection: Connection,
    document: int,
    frame: Document,
    brief: Brief,
    cited: Mapping[str, Entry],
) -> list[LineView]:
    """All lines; only one that has a version has a history."""
    versions = _versions(connection, document)
    return [
        _view(
            space, frame, name, line, cited, versions.get(name, 1),
            revisions.history(connection, document, name) if name in versions else (),
        )
        for name, line in lines_of(brief).items()
    ]  # fmt: skip


def _view(
    space: Workspace,
    frame: Document,
    name: str,
    line: BriefLine,
    cited: Mapping[str, Entry],
    version: int,
    history: Sequence[revisions.Revision],
) -> LineView:
    segment = Segment(
        id=name, section=None, kind="sentence", start=0, end=0, source="", text=line.zh,
        target=line.en or None, state="translated",
    )  # fmt: skip
    bare = Entry(segment=segment, version=max(version, 1))
    entry = space.checked(frame, fresh_entry(frame, bare, segment, space.glossary))
    proofs = [cited[one] for one in line.segments if one in cited]
    unproved = tuple(_unproved(name, entry, proofs))
    first = proofs[0].segment if len(proofs) == 1 else None
    quotes = first.id if first and line.method == "extract" and first.text == line.zh else None
    accepted = _accepted(line, history)
    if quotes and first and line.en == first.target:
        # What was accepted of the sentence is accepted where it is repeated word for word.
        accepted = {(i.check, i.message): i.waived for i in proofs[0].issues if i.waived} | accepted
    issues = (*unproved, *entry.issues)
    issues = tuple(
        replace(one, waived=one.waived or accepted.get((one.check, one.message))) for one in issues
    )
    return LineView(name=name, line=line, entry=replace(entry, issues=issues), quotes=quotes)


def _accepted(line: BriefLine, history: Sequence[revisions.Revision]) -> dict[tuple[str, str], str]:
    """The reasons given for issues of a line while it had the words that it has, by check and message."""
    undone = {one.undoes for one in history if one.undoes is not None}
    return {
        (issue["check"], issue["message"]): issue["reason"]
        for one in reversed(history)
        if one.action == "waive" and one.id not in undone and one.after
        for issue in one.after["accepted"]
        if (one.after["line"]["zh"], one.after["line"]["en"]) == (line.zh, line.en)
    }


def _unproved(name: str, entry: Entry, proofs: Sequence[Entry]) -> list[Issue]:
    """Figures of a line that none of the segments that it names has."""
    proved = {
        (q.measure.kind, q.measure.value, q.measure.date)
        for one in proofs
        for q in one.quantities
        if q.measure is not None
    }
    return [
        Issue(
            check=UNPROVED, severity="error", segment=name,
            message=f"{q.measure.text} stands in none of the sentences that this line rests on",
        )
        for q in entry.quantities
        if q.measure is not None and (q.measure.kind, q.measure.value, q.measure.date) not in proved
    ]  # fmt: skip


def _mapped(brief: Brief, change: Callable[[str, BriefLine], BriefLine]) -> Brief:
    return replace(
        brief,
        headline=change("b-headline", brief.headline),
        abstract=tuple(change(f"b-abstract-{n}", line) for n, line in enumerate(brief.abstract)),
        points=tuple(change(f"b-points-{n}", line) for n, line in enumerate(brief.points)),
    )
