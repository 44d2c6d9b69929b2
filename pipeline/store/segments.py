"""The current state of segments, read and written with the version that a writer last saw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, func, insert, or_, select, update

from pipeline.document import Issue, Quantity, Segment
from pipeline.errors import DuizhaoError
from pipeline.prepare.script import convert
from pipeline.store.tables import DOCUMENT, REVISION, SEGMENT
from pipeline.write.shape import decode, encode

RANKS = {"error": 3, "warning": 2, "info": 1}
UNTRANSLATED = 40.0
REJECTED = 30.0
DONE = ("reviewed", "final")
BATCH = 500  # names in one query, well below SQLite's 32,766 parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A segment with all that belongs to it, at one version."""

    segment: Segment
    quantities: tuple[Quantity, ...] = ()
    issues: tuple[Issue, ...] = ()
    position: int = 0
    version: int = 1

    @property
    def name(self) -> str:
        return self.segment.id


class StaleWrite(DuizhaoError):
    """Somebody else wrote first; `current` is what stands there now, None where it is gone.

    `merged` is both changes in one text, where somebody worked it out.
    """

    def __init__(self, name: str, current: Entry | None) -> None:
        super().__init__(f"segment {name} was changed by somebody else")
        self.name = name
        self.current = current
        self.merged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a segment shall be (None: gone), and the version that this was decided on."""

    name: str
    base: int
    after: Entry | None
    action: str
    note: str = ""
    undoes: int | None = None


def risk(entry: Entry) -> float:
    """How urgently a person should look: severity, then missing and rejected answers, then low score.

    The worst severity decides (thousands), the number of issues of that severity comes next (tens,
    up to 50), what the model says of itself last.
    """
    segment = entry.segment
    ranks = [RANKS[issue.severity] for issue in entry.issues if issue.waived is None]
    worst = max(ranks, default=0)
    total = 1000.0 * worst + 10.0 * min(ranks.count(worst) if worst else 0, 50)
    total += UNTRANSLATED if segment.target is None else 0.0
    total += REJECTED if segment.rung == "kept" or is_rejected(segment) else 0.0
    # A mean log probability of -2 is as bad as they come.
    return total + (min(max(-segment.score, 0.0), 2.0) if segment.score is not None else 0.0)


def is_rejected(segment: Segment) -> bool:
    """A person said no: the translation stands there, but counts as none."""
    return segment.state == "initial" and segment.target is not None


def body_of(entry: Entry) -> dict[str, Any]:
    """What is kept of an entry in JSON."""
    return {
        "segment": encode(entry.segment),
        "quantities": encode(entry.quantities),
        "issues": encode(entry.issues),
    }


def entry_of(body: dict[str, Any], *, position: int = 0, version: int = 0) -> Entry:
    """The reverse of `body_of`."""
    return Entry(
        segment=decode(Segment, body["segment"], "segment"),
        quantities=decode(tuple[Quantity, ...], body["quantities"], "quantities"),
        issues=decode(tuple[Issue, ...], body["issues"], "issues"),
        position=position,
        version=version,
    )


def put_new(connection: Connection, document: int, entries: Iterable[Entry]) -> None:
    """Add rows for segments that are not there yet."""
    rows = [
        {"document": document, "name": e.name, "position": e.position, "version": e.version, **_columns(e)}
        for e in entries
    ]
    if rows:
        connection.execute(insert(SEGMENT), rows)


def get(connection: Connection, document: int, name: str) -> Entry | None:
    """One segment, None where there is none."""
    found = get_many(connection, document, [name])
    return found[0] if found else None


def get_many(connection: Connection, document: int, names: Sequence[str]) -> list[Entry]:
    """Segments in the order of `names`; those that are gone are left out."""
    found: dict[str, Entry] = {}
    for at in range(0, len(names), BATCH):
        query = _query(document).where(SEGMENT.c.name.in_(names[at : at + BATCH]))
        found |= {row.name: _entry(row) for row in connection.execute(query)}
    return [found[name] for name in names if name in found]


def get_all(connection: Connection, document: int) -> list[Entry]:
    """All segments in the order of the text."""
    return [_entry(row) for row in connection.execute(_query(document).order_by(SEGMENT.c.position))]


def around(connection: Connection, document: int, position: int) -> list[Entry]:
    """The segments just before and after a position."""
    query = _query(document).where(SEGMENT.c.position.in_((position - 1, position + 1)))
    return [_entry(row) for row in connection.execute(query.order_by(SEGMENT.c.position))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which segments to list. Empty fields do not narrow; `text` is looked for in both languages."""

    state: str = ""
    check: str = ""
    section: str = ""
    text: str = ""


def names_of(
    connection: Connection, document: int, wanted: Filter, *, by_risk: bool, sections: Sequence[str] = ()
) -> list[str]:
    """The names that a filter leaves, in the order of the text or the riskiest first, done ones last."""
    query = select(SEGMENT.c.name).where(SEGMENT.c.document == document, *_conditions(wanted, sections))
    done = case((SEGMENT.c.state.in_(DONE), 1), else_=0)
    order = (done, SEGMENT.c.risk.desc(), SEGMENT.c.position) if by_risk else (SEGMENT.c.position,)
    return list(connection.execute(query.order_by(*order)).scalars())


def counts(connection: Connection, document: int) -> dict[str, int]:
    """How many segments stand in which state; besides, how many are rejected and have open errors."""
    rejected = and_(SEGMENT.c.state == "initial", SEGMENT.c.target.is_not(None))
    numbers = (
        func.count(),
        func.sum(case((rejected, 1), else_=0)),
        func.sum(case((SEGMENT.c.risk >= 1000 * RANKS["error"], 1), else_=0)),
    )
    query = select(SEGMENT.c.state, *numbers).where(SEGMENT.c.document == document).group_by(SEGMENT.c.state)
    rows = connection.execute(query).all()
    return {state: n for state, n, _, _ in rows} | {
        "rejected": sum(int(row[2] or 0) for row in rows),
        "errors": sum(int(row[3] or 0) for row in rows),
    }


def checks_found(connection: Connection, document: int) -> dict[str, int]:
    """How many segments have an open issue of which check."""
    found: dict[str, int] = {}
    query = select(SEGMENT.c.checks).where(SEGMENT.c.document == document, SEGMENT.c.checks != "")
    for checks in connection.execute(query).scalars():
        for check in checks.strip("|").split("|"):
            found[check] = found.get(check, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def change(
    connection: Connection,
    document: int,
    changes: Sequence[Change],
    *,
    author: str,
    at: str,
    group: str | None = None,
) -> list[Entry]:
    """Write all changes or none, each only onto the version that it was based on.

    Returns: the entries as they stand now, those taken away left out.
    Raises:  StaleWrite: a version has moved on; the transaction is to be given up.
    """
    # The document's row is locked first, so that revisions get their ids in the order in which they
    # are committed and a reader who asks for those after the last it knows misses none.
    connection.execute(
        update(DOCUMENT).where(DOCUMENT.c.id == document).values(version=DOCUMENT.c.version + 1)
    )
    return [
        entry
        for one in changes
        if (entry := _change(connection, document, one, author=author, at=at, group=group)) is not None
    ]


def refresh(connection: Connection, document: int, entries: Iterable[Entry]) -> None:
    """Write what checks found anew; versions stay, and a segment that has moved on stays as it is."""
    for entry in entries:
        here = and_(SEGMENT.c.document == document, SEGMENT.c.name == entry.name)
        statement = update(SEGMENT).where(here, SEGMENT.c.version == entry.version)
        connection.execute(statement.values(**_columns(entry)))


def renumber(connection: Connection, document: int, names: Sequence[str]) -> None:
    """Set positions to the order of `names`, which are all of the document's."""
    query = select(SEGMENT.c.name, SEGMENT.c.position).where(SEGMENT.c.document == document)
    known = {row[0]: row[1] for row in connection.execute(query)}
    for position, name in enumerate(names):
        if known.get(name) != position:
            connection.execute(
                update(SEGMENT)
                .where(SEGMENT.c.document == document, SEGMENT.c.name == name)
                .values(position=position)
            )


def _change(
    connection: Connection, document: int, one: Change, *, author: str, at: str, group: str | None
) -> Entry | None:
    before = get(connection, document, one.name)
    if (before.version if before else 0) != one.base:
        raise StaleWrite(one.name, before)
    here = and_(SEGMENT.c.document == document, SEGMENT.c.name == one.name)
    after = one.after
    version = one.base + 1
    if after is None:
        n = connection.execute(delete(SEGMENT).where(here, SEGMENT.c.version == one.base)).rowcount
    elif before is None:
        version = _last_version(connection, document, one.name) + 1
        after = replace(after, version=version)
        put_new(connection, document, [after])
        n = 1
    else:
        after = replace(after, version=version, position=before.position)
        statement = update(SEGMENT).where(here, SEGMENT.c.version == one.base)
        n = connection.execute(statement.values(version=version, **_columns(after))).rowcount
    if n != 1:
        raise StaleWrite(one.name, get(connection, document, one.name))
    connection.execute(
        insert(REVISION).values(
            document=document,
            segment=one.name,
            version=version,
            action=one.action,
            author=author,
            at=at,
            before=body_of(before) if before else None,
            after=body_of(after) if after else None,
            note=one.note,
            undoes=one.undoes,
            group_id=group,
        )
    )
    return after


def _last_version(connection: Connection, document: int, name: str) -> int:
    query = select(func.max(REVISION.c.version)).where(
        REVISION.c.document == document, REVISION.c.segment == name
    )
    return connection.execute(query).scalar() or 0


def _query(document: int) -> Any:
    return select(SEGMENT.c.name, SEGMENT.c.position, SEGMENT.c.version, SEGMENT.c.body).where(
        SEGMENT.c.document == document
    )


def _entry(row: Row[Any]) -> Entry:
    return entry_of(row.body, position=row.position, version=row.version)


def _columns(entry: Entry) -> dict[str, Any]:
    segment = entry.segment
    checks = sorted({issue.check for issue in entry.issues if issue.waived is None})
    return {
        "section": segment.section,
        "state": segment.state,
        "source": searchable(segment.source),
        "text": searchable(segment.text),
        "target": None if segment.target is None else searchable(segment.target),
        "risk": risk(entry),
        "checks": f"|{'|'.join(checks)}|" if checks else "",
        "body": body_of(entry),
    }


def searchable(text: str) -> str:
    """The text without what a column of text cannot hold everywhere: NUL, lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _conditions(wanted: Filter, sections: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    if wanted.state == "open":
        found.append(SEGMENT.c.state.not_in(DONE))
    elif wanted.state == "rejected":
        found.append(and_(SEGMENT.c.state == "initial", SEGMENT.c.target.is_not(None)))
    elif wanted.state:
        found.append(SEGMENT.c.state == wanted.state)
    if wanted.check:
        found.append(SEGMENT.c.checks.contains(f"|{wanted.check}|", autoescape=True))
    if wanted.section:
        found.append(SEGMENT.c.section.in_(sections or (wanted.section,)))
    if wanted.text:
        columns = (SEGMENT.c.text, SEGMENT.c.source, SEGMENT.c.target)
        words = {searchable(wanted.text), searchable(convert(wanted.text, "t2s"))}
        found.append(or_(*(column.icontains(one, autoescape=True) for column in columns for one in words)))
    return found
