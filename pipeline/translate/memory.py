"""Translation memory: what was translated once and accepted is not asked for again.

A machine's answer is served only to the very question that gave it: same text, same model revision,
same request. An approved human pair is served to its text whatever the model.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from filelock import FileLock
from rapidfuzz import fuzz, process

from models.base import Request
from pipeline.document import Measure
from pipeline.errors import OutputError
from pipeline.prepare.quantities import zh
from pipeline.prepare.quantities.match import pair as ledger
from pipeline.prepare.quantities.rewrite import english_figure
from pipeline.translate.requests import REQUEST_VERSION

HUMAN = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A remembered translation. `context` says for which question it holds: `HUMAN` for any."""

    text: str
    target: str
    context: str
    model: str = ""
    score: float | None = None

    @property
    def origin(self) -> Literal["human", "memory"]:
        return "human" if self.context == HUMAN else "memory"


class Memory(Protocol):
    """Where pairs are kept. Implementations are safe to share between threads and processes."""

    def get(self, text: str, contexts: Iterable[str]) -> Pair | None:
        """The pair of a text in the first of the contexts that has one."""
        ...

    def put(self, pairs: Iterable[Pair]) -> None:
        """Keep pairs; a later one replaces an earlier one of the same text and context."""
        ...

    def near(self, text: str, contexts: Iterable[str], *, limit: int = 5) -> list[tuple[Pair, float]]:
        """Pairs of similar texts with their similarity (0 to 1), best first."""
        ...


def context_of(request: Request, *, model: str, revision: str, kind: str = "") -> str:
    """Identifies the question but for its text: model, way of asking, glossary slice, surroundings."""
    parts = [
        str(REQUEST_VERSION), model, revision, request.kind, kind, request.context, *request.hints,
        *(f"{zh}\x1e{en}" for zh, en in request.terms),
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


# -- number-aware reuse ---------------------------------------------------------------------------


def skeleton(text: str) -> str:
    """The text with each quantity's digits masked: equal for texts that differ in figures only."""
    return re.sub(r"\d[\d,]*(?:\.\d+)?", "#", text)


def with_figures_of(pair: Pair, text: str) -> str | None:
    """The remembered target with the figures of a text that differs from the pair's in figures only.

    None where a figure cannot be placed without doubt: two quantities of one value, a number that
    the target writes as a word, or another count of quantities.
    """
    if skeleton(pair.text) != skeleton(text) or pair.text == text:
        return None
    old, new = zh.measures(pair.text), zh.measures(text)
    if len(old) != len(new) or any(_shape(a) != _shape(b) for a, b in zip(old, new, strict=True)):
        return None
    replacements: list[tuple[int, int, str]] = []
    found = {
        (line.source.start, line.source.end): line.target
        for line in ledger(pair.text, old, pair.target)
        if line.source and line.target and line.verdict == "proven"
    }
    for before, after in zip(old, new, strict=True):
        if before.text == after.text:
            continue
        target = found.get((before.start, before.end))
        if target is None or sum(m.value == before.value for m in old) > 1:
            return None
        span = _figure_span(target, before)
        figure = _plain_figure(after)
        if span is None or figure is None:
            return None
        replacements.append((*span, figure))
    out = pair.target
    for start, end, figure in sorted(replacements, reverse=True):
        out = out[:start] + figure + out[end:]
    return out


def _shape(measure: Measure) -> tuple[object, ...]:
    return measure.kind, measure.unit, measure.approximator, measure.upper is None, bool(measure.date)


def _figure_span(target: Measure, source: Measure) -> tuple[int, int] | None:
    """Where the digits of a measure stand in the target; None unless they are its whole value."""
    runs = list(re.finditer(r"\d[\d,]*(?:\.\d+)?", target.text))
    if len(runs) != 1 or source.date or source.upper is not None:
        return None
    if runs[0][0].replace(",", "") != f"{source.value.normalize():f}":
        return None
    return target.start + runs[0].start(), target.start + runs[0].end()


def _plain_figure(measure: Measure) -> str | None:
    if measure.date or measure.upper is not None:
        return None
    return english_figure(measure.value)


# -- SQLite ---------------------------------------------------------------------------------------

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pair (
    text TEXT NOT NULL, context TEXT NOT NULL, skeleton TEXT NOT NULL, target TEXT NOT NULL,
    model TEXT NOT NULL, score REAL, PRIMARY KEY (text, context)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pair_skeleton ON pair (skeleton, context);
"""
_COLUMNS = "text, target, context, model, score"


class SqliteMemory:
    """A memory in one file; writers of several processes wait for each other, readers never do."""

    def __init__(self, path: Path | str, *, timeout_s: float = 30.0) -> None:
        self.path = Path(path)
        self._timeout_s = timeout_s
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                # Who makes a file a WAL does not wait for another who does: SQLite refuses at once.
                with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=self._timeout_s):
                    connection = self._opened()
            except (OSError, sqlite3.Error) as error:
                raise OutputError(f"cannot open the translation memory {self.path}: {error}") from error
            self._local.connection = connection
        return connection

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=self._timeout_s, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(_SCHEMA)
        return connection

    def get(self, text: str, contexts: Iterable[str]) -> Pair | None:
        for context in contexts:
            row = (
                self._connection()
                .execute(f"SELECT {_COLUMNS} FROM pair WHERE text = ? AND context = ?", (text, context))
                .fetchone()
            )
            if row is not None:
                return _pair(row)
        return None

    def put(self, pairs: Iterable[Pair]) -> None:
        rows = [(p.text, p.context, skeleton(p.text), p.target, p.model, p.score) for p in pairs]
        if not rows:
            return
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany("INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?, ?, ?)", rows)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def near(self, text: str, contexts: Iterable[str], *, limit: int = 5) -> list[tuple[Pair, float]]:
        wanted = tuple(contexts)
        marks = ",".join("?" * len(wanted))
        execute = self._connection().execute
        same = execute(
            f"SELECT {_COLUMNS} FROM pair WHERE skeleton = ? AND context IN ({marks}) AND text <> ? "
            "ORDER BY text LIMIT ?",
            (skeleton(text), *wanted, text, limit),
        ).fetchall()
        low, high = int(len(text) * 0.7), int(len(text) * 1.4) + 1
        rows = (
            same
            or execute(
                f"SELECT {_COLUMNS} FROM pair WHERE context IN ({marks}) AND text <> ? "
                "AND length(text) BETWEEN ? AND ? ORDER BY text",
                (*wanted, text, low, high),
            ).fetchall()
        )
        found = process.extract(
            text, [row[0] for row in rows], scorer=fuzz.ratio, score_cutoff=0 if same else 75, limit=limit
        )
        return [(_pair(rows[index]), score / 100) for _, score, index in found]

    def close(self) -> None:
        """Close this thread's connection; the next use opens it again."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            with closing(connection):
                self._local.connection = None


def _pair(row: tuple[str, str, str, str, float | None]) -> Pair:
    text, target, context, model, score = row
    return Pair(text=text, target=target, context=context, model=model, score=score)


def approved(text: str, target: str) -> Pair:
    """A pair that a person approved: it wins over every model."""
    return Pair(text=text, target=target, context=HUMAN)
