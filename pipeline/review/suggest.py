"""Other translations of a segment that a person may take over."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from pipeline.review.workspace import Workspace
from pipeline.store.memory import StoreMemory
from pipeline.store.segments import DONE, searchable
from pipeline.store.tables import DOCUMENT, SEGMENT
from pipeline.translate.memory import HUMAN, with_figures_of

MAX_SUGGESTIONS = 9  # one for each digit key


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A translation, where it comes from, and how like its source is to ours (1: the same)."""

    target: str
    origin: str
    similarity: float
    text: str


def suggestions(space: Workspace, document: int, name: str) -> list[Suggestion]:
    """Best first, each text once, the current translation left out."""
    entry = space.entry(document, name)
    segment = entry.segment
    found = [*_of_memory(space, segment.text), *_of_documents(space, segment.text, document, name)]
    found += [Suggestion(text, "alternative", 1.0, segment.text) for text in segment.alternatives]
    seen = {segment.target or ""}
    best: list[Suggestion] = []
    for one in found:
        if one.target not in seen:
            seen.add(one.target)
            best.append(one)
    return best[:MAX_SUGGESTIONS]


def _of_memory(space: Workspace, text: str) -> list[Suggestion]:
    memory = StoreMemory(space.store)
    found = []
    if (pair := memory.get(text, (HUMAN,))) is not None:
        found.append(Suggestion(pair.target, "memory", 1.0, pair.text))
    for near, similarity in memory.near(text, (HUMAN,)):
        figures = with_figures_of(near, text)
        if figures is not None:
            found.append(Suggestion(figures, "memory, figures replaced", round(similarity, 2), near.text))
        found.append(Suggestion(near.target, "memory", round(similarity, 2), near.text))
    return found


def _of_documents(space: Workspace, text: str, document: int, name: str) -> list[Suggestion]:
    """What the same text is translated as elsewhere, approved ones first."""
    query = (
        select(DOCUMENT.c.stem, SEGMENT.c.document, SEGMENT.c.name, SEGMENT.c.state, SEGMENT.c.target)
        .join(DOCUMENT, DOCUMENT.c.id == SEGMENT.c.document)
        .where(SEGMENT.c.text == searchable(text), SEGMENT.c.target.is_not(None))
        .limit(200)
    )
    with space.store.reading() as connection:
        rows = [row for row in connection.execute(query) if (row.document, row.name) != (document, name)]
    rows.sort(key=lambda row: row.state not in DONE)
    return [Suggestion(row.target, f"same text in {row.stem}", 1.0, text) for row in rows]
