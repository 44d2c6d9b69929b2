"""The translation memory in the store: the `Memory` protocol over SQL."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.errors import UsageError
from pipeline.store.connect import is_url
from pipeline.store.jobs import insist
from pipeline.store.store import Store
from pipeline.store.tables import MEMORY
from pipeline.translate.memory import HUMAN, Memory, Pair, SqliteMemory, skeleton

NEAR_CUTOFF = 75  # rapidfuzz's ratio below which a pair helps nobody
COMPARED = 5_000  # texts nearest in length: a memory of a million pairs is not held in our own
ROWS = 500
REVIEWS = Path(".duizhao") / "review.db"  # where `review` and `batch` keep a folder's store


def open_memory(where: str) -> Memory:
    """The translation memory that a name leads to; what people approve in a store is served from it.

    Args:  where: a database URL; a folder of results, for what was approved there; the file of a
           store; any other file is a memory of its own, made where missing.

    Raises:  UsageError: nothing in the folder was reviewed yet. OutputError: it cannot be opened.
    """
    if is_url(where):
        return StoreMemory(Store.open(where))
    path = Path(where)
    if path.is_dir():
        path /= REVIEWS
        if not path.is_file():
            raise UsageError(f"nothing in {where} was reviewed yet, so there is no memory in it")
    return StoreMemory(Store.open(path)) if _is_store(path) else SqliteMemory(path)


def _is_store(path: Path) -> bool:
    """Whether a file is a store rather than a memory of its own, or nothing yet."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            return connection.execute(query).fetchone() is not None
    except sqlite3.Error:
        return False  # whoever opens it will say what is wrong


class StoreMemory:
    """Pairs in the store; an approved human pair is served whatever the question was.

    A lost connection is waited for.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, text: str, contexts: Iterable[str]) -> Pair | None:
        """The human pair of a text, else that of the first of the contexts that has one."""
        order = list(dict.fromkeys((HUMAN, *contexts)))
        query = select(MEMORY).where(MEMORY.c.text_sha256 == _sha256(text), MEMORY.c.context.in_(order))

        def read() -> dict[str, Row[Any]]:
            with self._store.reading() as connection:
                return {row.context: row for row in connection.execute(query)}

        found = insist(read)
        first = next((found[context] for context in order if context in found), None)
        return _pair(first) if first is not None else None

    def put(self, pairs: Iterable[Pair]) -> None:
        """Keep pairs; a later one replaces an earlier one of the same text and context."""
        kept = list(pairs)

        def write() -> None:
            with self._store.writing() as connection:
                put_pairs(connection, kept)

        if kept:
            insist(write)

    def near(self, text: str, contexts: Iterable[str], *, limit: int = 5) -> list[tuple[Pair, float]]:
        """Pairs of similar texts with their similarity (0 to 1), best first."""
        wanted = list(dict.fromkeys((HUMAN, *contexts)))
        others = MEMORY.c.context.in_(wanted) & (MEMORY.c.text_sha256 != _sha256(text))
        low, high = int(len(text) * 0.7), int(len(text) * 1.4) + 1
        same = MEMORY.c.skeleton_sha256 == _sha256(skeleton(text))

        def read() -> Sequence[Row[Any]]:
            with self._store.reading() as connection:
                rows = connection.execute(select(MEMORY).where(others, same).limit(limit)).all()
                query = select(MEMORY).where(others, MEMORY.c.length.between(low, high))
                nearest = (func.abs(MEMORY.c.length - len(text)), MEMORY.c.text_sha256)
                return rows or connection.execute(query.order_by(*nearest).limit(COMPARED)).all()

        return _ranked(text, insist(read), limit)


def put_pairs(connection: Connection, pairs: Sequence[Pair]) -> None:
    """The same within a transaction."""
    # One statement may name a key once only; the last pair of a key wins.
    rows = list({(row["text_sha256"], row["context"]): row for row in map(_row, pairs)}.values())
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    for at in range(0, len(rows), ROWS):
        statement = dialect.insert(MEMORY).values(rows[at : at + ROWS])
        fresh = {name: statement.excluded[name] for name in ("text", "target", "model", "score")}
        keys = [MEMORY.c.text_sha256, MEMORY.c.context]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


def forget(connection: Connection, text: str, target: str) -> None:
    """Take back an approved pair, if it is still the one that is kept."""
    connection.execute(
        delete(MEMORY).where(
            MEMORY.c.text_sha256 == _sha256(text), MEMORY.c.context == HUMAN, MEMORY.c.target == target
        )
    )


def _ranked(text: str, rows: Sequence[Row[Any]], limit: int) -> list[tuple[Pair, float]]:
    texts = [row.text for row in rows]
    found = process.extract(text, texts, scorer=fuzz.ratio, score_cutoff=NEAR_CUTOFF, limit=limit)
    return [(_pair(rows[index]), score / 100) for _, score, index in found]


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "text_sha256": _sha256(pair.text),
        "context": pair.context,
        "skeleton_sha256": _sha256(skeleton(pair.text)),
        "length": len(pair.text),
        "text": pair.text,
        "target": pair.target,
        "model": pair.model,
        "score": pair.score,
    }


def _pair(row: Row[Any]) -> Pair:
    return Pair(text=row.text, target=row.target, context=row.context, model=row.model, score=row.score)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
