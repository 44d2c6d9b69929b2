"""What happened: the history of segments, the feed of a document, and comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from pipeline.store.tables import COMMENT, DOCUMENT, REVISION


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One entry of the history. `before` and `after` are bodies; None where the segment was not there."""

    id: int
    document: int
    segment: str
    version: int
    action: str
    author: str
    at: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str
    undoes: int | None
    group_id: str | None

    @property
    def target_before(self) -> str:
        return _target(self.before)

    @property
    def target_after(self) -> str:
        return _target(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a person says of a segment."""

    id: int
    document: int
    segment: str
    author: str
    at: str
    body: str


def history(connection: Connection, document: int, segment: str) -> list[Revision]:
    """All revisions of a segment, the newest first."""
    query = (
        select(REVISION)
        .where(REVISION.c.document == document, REVISION.c.segment == segment)
        .order_by(REVISION.c.id.desc())
    )
    return [Revision(**row) for row in connection.execute(query).mappings()]


def of_group(connection: Connection, group: str) -> list[Revision]:
    """The revisions of one action on several segments."""
    query = select(REVISION).where(REVISION.c.group_id == group).order_by(REVISION.c.id)
    return [Revision(**row) for row in connection.execute(query).mappings()]


def feed(connection: Connection, document: int, after: int, *, limit: int = 500) -> list[dict[str, Any]]:
    """What happened after a revision, oldest first: id, segment, version, action, author, at."""
    columns = (
        REVISION.c.id, REVISION.c.segment, REVISION.c.version, REVISION.c.action,
        REVISION.c.author, REVISION.c.at, REVISION.c.group_id,
    )  # fmt: skip
    query = (
        select(*columns)
        .where(REVISION.c.document == document, REVISION.c.id > after)
        .order_by(REVISION.c.id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def last_id(connection: Connection, document: int) -> int:
    """The newest revision of a document, 0 where there is none."""
    query = select(func.max(REVISION.c.id)).where(REVISION.c.document == document)
    return connection.execute(query).scalar() or 0


def add_comment(
    connection: Connection, document: int, segment: str, body: str, *, version: int, author: str, at: str
) -> None:
    """Keep a comment and tell the feed; the segment itself does not change."""
    connection.execute(
        update(DOCUMENT).where(DOCUMENT.c.id == document).values(version=DOCUMENT.c.version + 1)
    )
    who = {"document": document, "segment": segment, "author": author, "at": at}
    connection.execute(insert(COMMENT).values(**who, body=body))
    note = insert(REVISION).values(**who, version=version, action="comment", note=body)
    connection.execute(note)


def comments(connection: Connection, document: int, segment: str | None = None) -> list[Comment]:
    """Comments in their order, of one segment or of all."""
    query = select(COMMENT).where(COMMENT.c.document == document).order_by(COMMENT.c.id)
    if segment is not None:
        query = query.where(COMMENT.c.segment == segment)
    return [Comment(**row) for row in connection.execute(query).mappings()]


def commented(connection: Connection, document: int) -> dict[str, int]:
    """How many comments which segment has."""
    query = select(COMMENT.c.segment, func.count()).where(COMMENT.c.document == document)
    rows = connection.execute(query.group_by(COMMENT.c.segment)).all()
    return {row[0]: row[1] for row in rows}


def _target(body: dict[str, Any] | None) -> str:
    """The words of a body: a segment's translation, or what a line of the brief says in English."""
    if not body or "figures" in body:
        return ""
    return (body["segment"].get("target") if "segment" in body else body["line"]["en"]) or ""
