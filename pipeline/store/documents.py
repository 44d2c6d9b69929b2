"""Whole documents: kept as a frame by checksum, put together again from their segments."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, insert, select, update

from pipeline.document import Brief, BriefLine, Document, Segment
from pipeline.errors import InputError
from pipeline.store.segments import Entry, get_all, put_new, searchable
from pipeline.store.tables import CONTENT, DOCUMENT, REVISION
from pipeline.write.as_json import from_dict, to_dict
from pipeline.write.shape import decode, encode
from pipeline.write.view import headline

INTO = "into "  # the note of a revision that joined a segment to another
KEPT_FRAMES = 16  # parsed frames held in memory, some megabytes each for a long document


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document as a list shows it."""

    id: int
    stem: str
    frame: str
    synced: str
    title_zh: str
    title_en: str
    state: str
    version: int
    imported: str


def add(connection: Connection, stem: str, document: Document, *, at: str, synced: str = "") -> int:
    """Keep a new document and its segments; returns its number."""
    zh, en = headline(document)
    row = insert(DOCUMENT).values(
        stem=stem,
        frame=put_frame(connection, document),
        synced=synced,
        title_zh=searchable(zh),
        title_en=searchable(en),
        imported=at,
    )
    number = int(connection.execute(row).inserted_primary_key[0])  # type: ignore[index]
    put_new(connection, number, entries_of(document))
    return number


def entries_of(document: Document) -> list[Entry]:
    """The segments of a document with their quantities and issues."""
    quantities, issues = defaultdict(list), defaultdict(list)
    for quantity in document.quantities:
        quantities[quantity.segment].append(quantity)
    for issue in document.issues:
        issues[issue.segment].append(issue)
    return [
        Entry(
            segment=segment,
            quantities=tuple(quantities[segment.id]),
            issues=tuple(issues[segment.id]),
            position=position,
        )
        for position, segment in enumerate(document.segments)
    ]


def listed(connection: Connection) -> list[Listed]:
    """All documents by name."""
    rows = connection.execute(select(DOCUMENT).order_by(DOCUMENT.c.stem)).mappings()
    return [Listed(**row) for row in rows]


def find(connection: Connection, document: int) -> Listed | None:
    """One document, None where there is none."""
    row = connection.execute(select(DOCUMENT).where(DOCUMENT.c.id == document)).mappings().first()
    return Listed(**row) if row else None


def by_stem(connection: Connection, stem: str) -> Listed | None:
    """The document of a name, None where there is none."""
    row = connection.execute(select(DOCUMENT).where(DOCUMENT.c.stem == stem)).mappings().first()
    return Listed(**row) if row else None


def put_frame(connection: Connection, document: Document) -> str:
    """Keep all of a document but its segments, by checksum; returns the checksum."""
    bare = replace(
        document,
        segments=(),
        quantities=(),
        issues=tuple(issue for issue in document.issues if issue.segment is None),
        brief=None,
    )
    value = {"document": to_dict(bare), "brief": encode(document.brief)}
    text = json.dumps(value, sort_keys=True).encode()
    sha256 = hashlib.sha256(text).hexdigest()
    known = connection.execute(select(CONTENT.c.sha256).where(CONTENT.c.sha256 == sha256)).first()
    if known is None:
        connection.execute(insert(CONTENT).values(sha256=sha256, body=zlib.compress(text, 6)))
    return sha256


def get_frame(connection: Connection, sha256: str) -> Document:
    """A document without its segments. Equal checksums give the same object, parsed once."""
    cached = _frames(sha256)
    if not cached:
        body = connection.execute(select(CONTENT.c.body).where(CONTENT.c.sha256 == sha256)).scalar_one()
        cached.append(_parsed(json.loads(zlib.decompress(body))))
    return cached[0]


def assemble(connection: Connection, row: Listed) -> Document:
    """The whole document in its current state."""
    entries = get_all(connection, row.id)
    frame = get_frame(connection, row.frame)
    names = {entry.name for entry in entries}
    heirs = _heirs(connection, row.id)

    def heir(name: str | None) -> str | None:
        seen: set[str] = set()
        while name is not None and name not in names:
            if name in seen:
                return None
            seen.add(name)
            name = heirs.get(name)
        return name

    segments = tuple(
        entry.segment
        if entry.segment.lead is None
        else replace(entry.segment, lead=lead if (lead := heir(entry.segment.lead)) != entry.name else None)
        for entry in entries
    )
    return replace(
        frame,
        segments=segments,
        quantities=tuple(q for entry in entries for q in entry.quantities),
        issues=(*frame.issues, *(issue for entry in entries for issue in entry.issues)),
        brief=refreshed(frame.brief, {segment.id: segment for segment in segments}, heir),
    )


def _heirs(connection: Connection, document: int) -> dict[str, str]:
    """Which segment took over the words of one that is gone."""
    query = (
        select(REVISION.c.segment, REVISION.c.note)
        .where(REVISION.c.document == document, REVISION.c.note.startswith(INTO), REVISION.c.after.is_(None))
        .order_by(REVISION.c.id)
    )
    return {name: note.removeprefix(INTO) for name, note in connection.execute(query)}


def refreshed(
    brief: Brief | None, segments: dict[str, Segment], heir: Callable[[str], str | None]
) -> Brief | None:
    """The brief with the current words of the sentences that it takes over whole, and with live references."""
    if brief is None:
        return None

    def line(old: BriefLine) -> BriefLine:
        names = (live for name in old.segments if (live := heir(name)) is not None)
        old = replace(old, segments=tuple(dict.fromkeys(names)))
        segment = segments.get(old.segments[0]) if len(old.segments) == 1 else None
        whole = segment is not None and old.method == "extract" and old.zh == segment.text and segment.target
        return replace(old, en=segment.target or "") if whole and segment else old

    return replace(
        brief,
        headline=line(brief.headline),
        abstract=tuple(map(line, brief.abstract)),
        points=tuple(map(line, brief.points)),
    )


def set_synced(connection: Connection, document: int, synced: str) -> None:
    """Remember the checksum of the file that holds what the store holds."""
    connection.execute(update(DOCUMENT).where(DOCUMENT.c.id == document).values(synced=synced))


def set_state(connection: Connection, document: int, state: str) -> None:
    """Open or approved."""
    connection.execute(
        update(DOCUMENT).where(DOCUMENT.c.id == document).values(state=state, version=DOCUMENT.c.version + 1)
    )


def touch(connection: Connection, document: int) -> None:
    """Something of the document is different now; whoever keeps a copy is to take it anew."""
    connection.execute(
        update(DOCUMENT).where(DOCUMENT.c.id == document).values(version=DOCUMENT.c.version + 1)
    )


def set_frame(connection: Connection, document: int, frame: Document) -> None:
    """Lay the segments into another frame; the earlier one stays in the store."""
    zh, en = headline(frame)
    sha256 = put_frame(connection, frame)
    connection.execute(
        update(DOCUMENT)
        .where(DOCUMENT.c.id == document)
        .values(
            frame=sha256, title_zh=searchable(zh), title_en=searchable(en), version=DOCUMENT.c.version + 1
        )
    )


@lru_cache(maxsize=KEPT_FRAMES)
def _frames(sha256: str) -> list[Document]:
    return []


def _parsed(value: Any) -> Document:
    try:
        document = from_dict(value["document"])
        brief = value["brief"]
        return replace(document, brief=None if brief is None else decode(Brief, brief, "brief"))
    except (KeyError, TypeError) as error:
        raise InputError(f"the store holds a damaged document: {error}") from error
