"""Where a word stands, in either language, in all documents."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from pipeline.prepare.script import convert
from pipeline.review.workspace import Workspace
from pipeline.store.segments import searchable
from pipeline.store.tables import DOCUMENT, SEGMENT


@dataclass(frozen=True, slots=True)
class Use:
    """A segment in which the words stand."""

    document: int
    stem: str
    name: str
    text: str
    target: str
    state: str


def concordance(space: Workspace, words: str, *, limit: int = 100) -> list[Use]:
    """Segments that hold the words in their text, original or translation, in the order of the documents.

    A plain substring search: Chinese has no spaces to index by, its words have two characters, and the
    trigram index of SQLite needs three. 100,000 segments are searched in a tenth of a second.
    """
    wanted = {searchable(words.strip()), searchable(convert(words.strip(), "t2s"))}
    columns = (SEGMENT.c.text, SEGMENT.c.source, SEGMENT.c.target)
    query = (
        select(
            SEGMENT.c.document,
            DOCUMENT.c.stem,
            SEGMENT.c.name,
            SEGMENT.c.text,
            SEGMENT.c.target,
            SEGMENT.c.state,
        )
        .join(DOCUMENT, DOCUMENT.c.id == SEGMENT.c.document)
        .where(or_(*(column.icontains(one, autoescape=True) for column in columns for one in wanted)))
        .order_by(DOCUMENT.c.stem, SEGMENT.c.position)
        .limit(limit)
    )
    with space.store.reading() as connection:
        return [
            Use(row.document, row.stem, row.name, row.text, row.target or "", row.state)
            for row in connection.execute(query)
        ]
