"""What people do in a review: read, correct, approve, refuse, undo, comment; each write on a known version."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from pipeline.check import check
from pipeline.config import Config
from pipeline.document import Document, Section, Segment, State
from pipeline.errors import DuizhaoError, UsageError
from pipeline.prepare.terms import Glossary
from pipeline.review.checking import ACROSS, Checking, Progress
from pipeline.review.diff import merged
from pipeline.store import Store, documents, revisions, segments
from pipeline.store.documents import Listed
from pipeline.store.memory import forget, put_pairs
from pipeline.store.segments import DONE, Change, Entry, Filter, StaleWrite, entry_of
from pipeline.translate.memory import approved

Clock = Callable[[], datetime]


class NotFound(DuizhaoError):
    """No such document or segment."""


class Refused(DuizhaoError):
    """What was asked for cannot be done in this state; the message says what is in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A document with the numbers that a list shows."""

    row: Listed
    total: int
    done: int
    rejected: int
    errors: int


class Workspace:
    """The documents of a store, with what their checks need. Safe to share between threads."""

    def __init__(
        self, store: Store, *, config: Config, glossary: Glossary, clock: Clock = lambda: datetime.now(UTC)
    ) -> None:
        self.store = store
        self.config = config
        self.glossary = glossary
        self.checking = Checking(store, self._proved_all, config.check)
        self._clock = clock

    # -- reading ----------------------------------------------------------------------------------

    def overviews(self) -> list[Overview]:
        """All documents."""
        with self.store.reading() as connection:
            return [_overview(connection, row) for row in documents.listed(connection)]

    def overview(self, document: int) -> Overview:
        """One document."""
        with self.store.reading() as connection:
            return _overview(connection, row_of(connection, document))

    def frame(self, document: int) -> Document:
        """All of a document but its segments."""
        with self.store.reading() as connection:
            return documents.get_frame(connection, row_of(connection, document).frame)

    def whole(self, document: int) -> Document:
        """The document in its current state."""
        with self.store.reading() as connection:
            return documents.assemble(connection, row_of(connection, document))

    def names(self, document: int, wanted: Filter, *, by_risk: bool) -> list[str]:
        """The segments that a filter leaves."""
        with self.store.reading() as connection:
            frame = documents.get_frame(connection, row_of(connection, document).frame)
            sections = below(frame.sections, wanted.section)
            return segments.names_of(connection, document, wanted, by_risk=by_risk, sections=sections)

    def entries(self, document: int, names: Sequence[str]) -> list[Entry]:
        """Segments in the order of `names`; those that are gone are left out."""
        with self.store.reading() as connection:
            row_of(connection, document)
            return segments.get_many(connection, document, names)

    def entry(self, document: int, name: str) -> Entry:
        """One segment."""
        with self.store.reading() as connection:
            return _entry(connection, document, name)

    def checks(self, document: int) -> dict[str, int]:
        """How many segments have an open issue of which check."""
        with self.store.reading() as connection:
            return segments.checks_found(connection, document)

    def history(self, document: int, name: str) -> list[revisions.Revision]:
        """What happened to a segment, newest first; also to one that is gone."""
        with self.store.reading() as connection:
            found = revisions.history(connection, document, name)
            if not found:
                _entry(connection, document, name)
            return found

    def comments(self, document: int, name: str | None = None) -> list[revisions.Comment]:
        """Comments on a segment, or all."""
        with self.store.reading() as connection:
            row_of(connection, document)
            return revisions.comments(connection, document, name)

    def commented(self, document: int) -> dict[str, int]:
        """How many comments which segment has."""
        with self.store.reading() as connection:
            return revisions.commented(connection, document)

    def feed(self, document: int, after: int) -> tuple[list[dict[str, object]], int]:
        """What happened after a revision, and the number of the last one."""
        with self.store.reading() as connection:
            row_of(connection, document)
            found = revisions.feed(connection, document, after)
            return found, found[-1]["id"] if found else revisions.last_id(connection, document)

    # -- writing ----------------------------------------------------------------------------------

    def add(self, stem: str, document: Document, *, synced: str = "") -> int:
        """Take a document in.

        Raises:  Refused: there is one of that name.
        """
        with self.store.writing() as connection:
            if documents.by_stem(connection, stem) is not None:
                raise Refused(f"there is a document named {stem} already")
            return documents.add(connection, stem, document, at=self.now(), synced=synced)

    def tried(self, document: int, name: str, target: str) -> Entry:
        """The segment as it would be checked with this target; nothing is written."""
        with self.store.reading() as connection:
            row = row_of(connection, document)
            entry = _entry(connection, document, name)
            frame = documents.get_frame(connection, row.frame)
        return self.checked(frame, with_target(entry, target))

    def edit(
        self, document: int, name: str, base: int, target: str, *, author: str, approve: bool = False
    ) -> Entry:
        """A person's words for a segment, checked at once; with `approve` also approved.

        Words in which an error is open are kept, but stay to be reviewed.

        Raises:  StaleWrite: the segment has moved on from version `base`.
        """

        def after(frame: Document, entry: Entry) -> Entry:
            written = self.checked(frame, with_target(entry, target))
            good = approve and target.strip() and not has_open_error(written)
            return with_state(written, "reviewed") if good else written

        return self._write(document, name, base, after, action="edit", author=author)

    def approve(self, document: int, name: str, base: int, *, author: str) -> Entry:
        """The translation is right; the pair feeds the translation memory.

        Raises:  Refused: there is none, or an error is open, which is to be corrected or accepted first.
        """

        def after(frame: Document, entry: Entry) -> Entry:
            _require_target(entry, "approve")
            if has_open_error(entry):
                raise Refused(f"segment {name} has an open error; correct it or waive it with a reason")
            return with_state(entry, "reviewed")

        return self._write(document, name, base, after, action="approve", author=author)

    def reject(self, document: int, name: str, base: int, *, author: str, reason: str = "") -> Entry:
        """The translation is wrong; it stays to be seen but counts as none."""

        def after(_: Document, entry: Entry) -> Entry:
            _require_target(entry, "reject")
            return with_state(entry, "initial")

        return self._write(document, name, base, after, action="reject", author=author, note=reason)

    def reopen(self, document: int, name: str, base: int, *, author: str) -> Entry:
        """Back to be reviewed."""

        def after(_: Document, entry: Entry) -> Entry:
            _require_target(entry, "reopen")
            return with_state(entry, "translated")

        return self._write(document, name, base, after, action="reopen", author=author)

    def waive(
        self, document: int, name: str, base: int, *, check: str, reason: str, author: str, message: str = ""
    ) -> Entry:
        """Accept an issue for a reason."""

        def after(_: Document, entry: Entry) -> Entry:
            if not any(issue.check == check and issue.waived is None for issue in entry.issues):
                raise Refused(f"segment {name} has no open issue {check}")
            return replace(
                entry,
                issues=tuple(
                    replace(issue, waived=reason)
                    if issue.check == check and issue.waived is None and message in ("", issue.message)
                    else issue
                    for issue in entry.issues
                ),
            )

        return self._write(
            document, name, base, after, action="waive", author=author, note=f"{check}: {reason}"
        )

    def undo(self, document: int, name: str, base: int, *, author: str) -> list[Entry]:
        """Take the last change of a segment back, and with it the others of the same action, in all documents.

        Returns: the segments of this document as they stand now.
        Raises:  Refused: there is nothing to take back, or another segment has been changed since.
        """
        with self.store.writing() as connection:
            row_of(connection, document)
            last = _last_change(connection, document, name)
            if last is None:
                raise Refused(f"nothing to undo in segment {name}")
            together = revisions.of_group(connection, last.group_id) if last.group_id else [last]
            changes: dict[int, list[Change]] = defaultdict(list)
            for one in together:
                here = one.document == document and one.segment == name
                change = self._taken_back(connection, one, base if here else None)
                changes[one.document].append(change)
            entries = self._undo_all(connection, changes, together, author)
        self._look_across(changes)
        return entries.get(document, [])

    def undo_group(self, group: str, *, author: str) -> tuple[int, list[tuple[int, str]]]:
        """Take one action on many segments back, in all documents.

        Returns: how many were taken back, and those that somebody has changed since, which stay.
        Raises:  NotFound: there was no such action.
                 Refused: nothing of it is left to take back.
        """
        changes: dict[int, list[Change]] = defaultdict(list)
        left: list[tuple[int, str]] = []
        with self.store.writing() as connection:
            together = revisions.of_group(connection, group)
            if not together:
                raise NotFound(f"no action {group}")
            for one in together:
                try:
                    changes[one.document].append(self._taken_back(connection, one, None))
                except Refused:
                    left.append((one.document, one.segment))
            done = sum(map(len, changes.values()))
            if not done:
                raise Refused("all of it was changed again or taken back already")
            self._undo_all(connection, changes, together, author)
        self._look_across(changes)
        return done, left

    def _undo_all(
        self,
        connection: Connection,
        changes: dict[int, list[Change]],
        together: Sequence[revisions.Revision],
        author: str,
    ) -> dict[int, list[Entry]]:
        group = secrets.token_hex(8) if sum(map(len, changes.values())) > 1 else None
        entries = {}
        for document in sorted(changes):
            entries[document] = self._apply(
                connection, document, changes[document], author=author, group=group
            )
            mine = (one for one in together if one.document == document)
            if any(one.after is None or one.before is None for one in mine):
                reorder(connection, document)
        return entries

    def merge_with(self, document: int, name: str, base: int, target: str) -> str | None:
        """A stale write's words together with what was written meanwhile; None where they clash."""
        with self.store.reading() as connection:
            current = segments.get(connection, document, name)
            found = {one.version: one for one in revisions.history(connection, document, name) if one.after}
        if current is None:
            return None
        if base in found:
            before = found[base].target_after
        elif base + 1 in found:
            before = found[base + 1].target_before
        else:
            return None
        return merged(before, target, current.segment.target or "")

    def comment(self, document: int, name: str, body: str, *, author: str) -> None:
        """Say something about a segment."""
        with self.store.writing() as connection:
            entry = _entry(connection, document, name)
            revisions.add_comment(
                connection, document, name, body, version=entry.version, author=author, at=self.now()
            )

    def approve_document(
        self, document: int, *, author: str, ready: Callable[[Connection], None], rest: bool = False
    ) -> Overview:
        """All is reviewed: every segment becomes final. With `rest` what nobody looked at is approved too.

        `ready` is asked what else stands in the way; `brief.approve_document` asks for the brief.

        Raises:  Refused: a segment has no translation or is rejected, has an open error, or (without
                 `rest`) is not reviewed; the message names the first.
        """
        with self.store.writing() as connection:
            row_of(connection, document)
            entries = segments.get_all(connection, document)
            _require_ready(entries, rest=rest)
            ready(connection)
            changes = [
                Change(name=e.name, base=e.version, after=with_state(e, "final"), action="final")
                for e in entries
                if e.segment.state != "final"
            ]
            self._apply(connection, document, changes, author=author, group=secrets.token_hex(8))
            documents.set_state(connection, document, "approved")
            return _overview(connection, row_of(connection, document))

    def write_group(
        self,
        document: int,
        changes: Sequence[Change],
        *,
        author: str,
        order: bool = False,
        group: str | None = None,
    ) -> list[Entry]:
        """Several segments in one action, all or none; with `order` their places are made anew.

        An action over several documents names its `group` itself.
        """
        with self.store.writing() as connection:
            row_of(connection, document)
            group = group or secrets.token_hex(8)
            entries = self._apply(connection, document, changes, author=author, group=group)
            if order:
                reorder(connection, document)
        self.checking.soon(document)
        return entries

    def recheck(self, document: int) -> int:
        """Run all checks whose segments changed since, and those across segments; how many changed."""
        self.overview(document)
        return self.checking.whole(document)

    def begin_check(self, document: int) -> Progress:
        """The same in the background; `check_progress` tells how far it is."""
        return self.checking.begin(document, self.overview(document).total)

    def check_progress(self, document: int) -> Progress:
        """How far the last check of the whole document is."""
        self.overview(document)
        return self.checking.progress(document)

    def checked(self, frame: Document, entry: Entry) -> Entry:
        """The entry with its ledger, terms and issues made anew."""
        return self._proved_all(frame, [entry])[0]

    def _proved_all(self, frame: Document, entries: Sequence[Entry]) -> list[Entry]:
        """The entries, each checked for itself: what stands across them is not looked for."""
        own = replace(
            frame,
            segments=tuple(replace(e.segment, section=None, lead=None) for e in entries),
            quantities=tuple(q for e in entries for q in e.quantities if q.measure is not None),
            issues=tuple(issue for e in entries for issue in e.issues),
            brief=None,
        )
        proved = documents.entries_of(self._proved(own))
        return [
            replace(
                entry,
                segment=replace(entry.segment, terms=new.segment.terms),
                quantities=new.quantities,
                issues=tuple(issue for issue in new.issues if issue.check not in ACROSS),
            )
            for entry, new in zip(entries, proved, strict=True)
        ]

    def now(self) -> str:
        """The time for the record."""
        return self._clock().isoformat(timespec="seconds")

    def _proved(self, document: Document) -> Document:
        return check(document, config=self.config.check, glossary=self.glossary)

    def _look_across(self, changed: Iterable[int]) -> None:
        for document in changed:
            self.checking.soon(document)

    def _write(
        self,
        document: int,
        name: str,
        base: int,
        after: Callable[[Document, Entry], Entry],
        *,
        action: str,
        author: str,
        note: str = "",
    ) -> Entry:
        with self.store.writing() as connection:
            row = row_of(connection, document)
            entry = _entry(connection, document, name)
            if entry.version != base:
                raise StaleWrite(name, entry)
            new = after(documents.get_frame(connection, row.frame), entry)
            change = Change(name=name, base=base, after=new, action=action, note=note)
            written = self._apply(connection, document, [change], author=author)[0]
        self.checking.soon(document)
        return written

    def _apply(
        self,
        connection: Connection,
        document: int,
        changes: Sequence[Change],
        *,
        author: str,
        group: str | None = None,
    ) -> list[Entry]:
        before = {e.name: e for e in segments.get_many(connection, document, [c.name for c in changes])}
        entries = segments.change(connection, document, changes, author=author, at=self.now(), group=group)
        _remember(connection, before, entries)
        if any(e.segment.state != "final" for e in entries):
            reopen_document(connection, document)
        return entries

    def _taken_back(self, connection: Connection, one: revisions.Revision, base: int | None) -> Change:
        """The change that undoes a revision; `base` is the version that a person saw, if one did."""
        current = segments.get(connection, one.document, one.segment)
        version = current.version if current else 0
        if base is not None and version not in (0, base):
            raise StaleWrite(one.segment, current)
        if base is None and version != (0 if one.after is None else one.version):
            raise Refused(f"segment {one.segment}, changed by the same action, has been changed since")
        after = None
        if one.before is not None:
            position = current.position if current else 0
            after = entry_of(one.before, position=position, version=version)
        return Change(name=one.segment, base=version, after=after, action="undo", undoes=one.id)


def with_target(entry: Entry, target: str, *, state: State = "translated") -> Entry:
    """The entry with a person's words; the model's go to the alternatives."""
    segment = entry.segment
    if segment.target == target:
        return with_state(entry, state)
    kept = [text for text in (segment.target, *segment.alternatives) if text and text != target]
    changed = replace(
        segment,
        target=target,
        origin="human",
        state=state,
        score=None,
        rung=None,
        alternatives=tuple(dict.fromkeys(kept)),
    )
    return replace(entry, segment=changed)


def with_state(entry: Entry, state: State) -> Entry:
    """The entry in another state."""
    return replace(entry, segment=replace(entry.segment, state=state))


def has_open_error(entry: Entry) -> bool:
    """Whether an error stands that nobody has accepted."""
    return any(issue.severity == "error" and issue.waived is None for issue in entry.issues)


def below(sections: Sequence[Section], name: str) -> tuple[str, ...]:
    """A section and all sections within it."""
    found = [name] if name else []
    for section in sections:
        if section.parent in found:
            found.append(section.id)
    return tuple(found)


def reorder(connection: Connection, document: int) -> None:
    """Put segments in the order of the text: by their place in the original, empty ones where they were."""
    entries = segments.get_all(connection, document)
    ordered = sorted(entries, key=lambda e: (e.segment.start, e.segment.end, e.position))
    segments.renumber(connection, document, [entry.name for entry in ordered])


def reopen_document(connection: Connection, document: int) -> None:
    """An approved document in which something changed is not approved any more."""
    row = documents.find(connection, document)
    if row is not None and row.state != "open":
        documents.set_state(connection, document, "open")


def row_of(connection: Connection, document: int) -> Listed:
    """The document's row.

    Raises:  NotFound: there is none.
    """
    row = documents.find(connection, document) if document < 2**31 else None
    if row is None:
        raise NotFound(f"no document {document}")
    return row


def _entry(connection: Connection, document: int, name: str) -> Entry:
    row_of(connection, document)
    entry = segments.get(connection, document, name)
    if entry is None:
        raise NotFound(f"document {document} has no segment {name}")
    return entry


def _overview(connection: Connection, row: Listed) -> Overview:
    counted = segments.counts(connection, row.id)
    rejected = counted.pop("rejected")
    errors = counted.pop("errors")
    return Overview(
        row=row,
        total=sum(counted.values()),
        done=sum(counted.get(state, 0) for state in DONE),
        rejected=rejected,
        errors=errors,
    )


def _last_change(connection: Connection, document: int, name: str) -> revisions.Revision | None:
    """The newest revision to take back; comments stay."""
    found = [one for one in revisions.history(connection, document, name) if one.action != "comment"]
    undone = {one.undoes for one in found if one.undoes is not None}
    return next((one for one in found if one.action != "undo" and one.id not in undone), None)


def _remember(connection: Connection, before: dict[str, Entry], after: Sequence[Entry]) -> None:
    """Approved pairs enter the memory; one whose approval is taken back leaves it."""
    put_pairs(
        connection, [approved(e.segment.text, e.segment.target or "") for e in after if _is_pair(e.segment)]
    )
    for entry in after:
        old = before.get(entry.name)
        if old is not None and _is_pair(old.segment) and not _is_pair(entry.segment):
            forget(connection, old.segment.text, old.segment.target or "")


def _is_pair(segment: Segment) -> bool:
    return segment.state in DONE and bool(segment.target and segment.text.strip())


def _require_target(entry: Entry, what: str) -> None:
    if not (entry.segment.target or "").strip():
        raise Refused(f"segment {entry.name} has no translation to {what}")


def _require_ready(entries: Sequence[Entry], *, rest: bool) -> None:
    for entry in entries:
        segment = entry.segment
        if segment.text.strip() and (segment.target is None or segment.state == "initial"):
            raise Refused(f"segment {entry.name} has no translation or is rejected")
        if has_open_error(entry):
            raise Refused(f"segment {entry.name} has an open error; correct it or waive it with a reason")
        if not rest and segment.state not in DONE:
            raise Refused(f"segment {entry.name} is not reviewed yet")


__all__ = ["Filter", "NotFound", "Overview", "Refused", "StaleWrite", "UsageError", "Workspace"]
