"""Batch jobs in the store: what is to be done, what became of it, and what models answered.

A row of `work` is one document of a job (or one part of a long one). Its `unit` identifies bytes,
configuration, model and glossary together: a row that is done for a unit is never done again for it.
`answer` is what makes work survive: every answer of a model by the question that it answers. The first
answer that was kept counts; rows are written once.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.errors import OutputError
from pipeline.store.store import Store
from pipeline.store.tables import METADATA

T = TypeVar("T")
JobState = Literal["running", "done", "stopped", "cancelled"]
WorkState = Literal["waiting", "done", "failed", "gone"]
ROWS = 500

JOB = Table(
    "job",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("output", Text, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created", String(32), nullable=False),
    Column("changed", String(32), nullable=False),
    Column("runs", Integer, nullable=False, default=0),
)

# Documents of one `batch` are translated together, after a resumption too. `last_byte` is null for a whole file. `files` has the checksum of each file written, `counts` figures
# of the document (segments, characters, issues by check and severity, rungs).
WORK = Table(
    "work",
    METADATA,
    Column("job", Integer, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("stem", String(255), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("batch", Integer, nullable=False, default=0),
    Column("path", Text, nullable=False),
    Column("first_byte", BigInteger, nullable=False, default=0),
    Column("last_byte", BigInteger),
    Column("bytes", BigInteger, nullable=False, default=0),
    Column("unit", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("begun", Integer, nullable=False, default=0),
    Column("files", JSON, nullable=False, default=dict),
    Column("counts", JSON, nullable=False, default=dict),
    Index(None, "job", "state", "position"),
)

EVENT = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("job", Integer, ForeignKey("job.id", ondelete="CASCADE"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", JSON, nullable=False, default=dict),
    Index(None, "job", "id"),
    sqlite_autoincrement=True,
)

ANSWER = Table(
    "answer",
    METADATA,
    Column("question", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One batch: the same inputs into the same folder, run as often as it takes."""

    id: int
    name: str
    output: str
    inputs: list[str]
    settings: dict[str, Any]
    state: str
    created: str
    changed: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A document of a job and what became of it."""

    stem: str
    position: int
    path: str
    unit: str
    batch: int = 0
    first_byte: int = 0
    last_byte: int | None = None
    bytes: int = 0
    state: WorkState = "waiting"
    reason: str = ""
    attempts: int = 0
    begun: int = 0
    files: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, in the order of `id`."""

    id: int
    at: str
    kind: str
    body: dict[str, Any]


# -- jobs -----------------------------------------------------------------------------------------


def open_job(
    connection: Connection,
    name: str,
    *,
    output: str,
    inputs: Sequence[str],
    settings: Mapping[str, Any],
    at: str,
) -> Job:
    """The job of that name, made if it is new, set to running and its runs counted."""
    values = {"settings": dict(settings), "state": "running", "changed": at}
    known = connection.execute(
        update(JOB).where(JOB.c.name == name).values(**values, runs=JOB.c.runs + 1)
    ).rowcount
    if not known:
        row = {"name": name, "output": output, "inputs": list(inputs), "created": at, "runs": 1}
        connection.execute(insert(JOB).values(**row, **values))
    return Job(**connection.execute(select(JOB).where(JOB.c.name == name)).mappings().one())


def jobs(connection: Connection) -> list[Job]:
    """All jobs, the one that changed last first."""
    query = select(JOB).order_by(JOB.c.changed.desc(), JOB.c.id.desc())
    return [Job(**row) for row in connection.execute(query).mappings()]


def set_job_state(connection: Connection, job: int, state: JobState, *, at: str) -> None:
    """Say how a job stands."""
    connection.execute(update(JOB).where(JOB.c.id == job).values(state=state, changed=at))


def job_state(connection: Connection, job: int) -> str:
    """How a job stands: another process may have cancelled it."""
    return str(connection.execute(select(JOB.c.state).where(JOB.c.id == job)).scalar_one())


# -- work -----------------------------------------------------------------------------------------


def stems(connection: Connection, job: int) -> dict[str, str]:
    """The stem of every document so far, by its path and, for a part, its first byte (`path#byte`)."""
    query = select(WORK.c.path, WORK.c.first_byte, WORK.c.last_byte, WORK.c.stem).where(WORK.c.job == job)
    return {
        path if last is None else f"{path}#{first}": stem
        for path, first, last, stem in connection.execute(query)
    }


def last_numbers(connection: Connection, job: int) -> tuple[int, int]:
    """The highest position and the highest batch so far, -1 where there is none."""
    query = select(func.max(WORK.c.position), func.max(WORK.c.batch)).where(WORK.c.job == job)
    position, batch = connection.execute(query).one()
    return (-1, -1) if position is None else (position, batch)


def put_work(connection: Connection, job: int, rows: Iterable[Work]) -> None:
    """Write rows of the plan, in place of those of the same stem."""
    values = [{"job": job, **{name: getattr(row, name) for name in Work.__slots__}} for row in rows]
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    for at in range(0, len(values), ROWS):
        # one value a column and row: SQLite takes 32,766 of them, and 500 rows have 6,500
        statement = dialect.insert(WORK).values(values[at : at + ROWS])
        fresh = {name: statement.excluded[name] for name in Work.__slots__ if name != "stem"}
        keys = [WORK.c.job, WORK.c.stem]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


def get_work(connection: Connection, job: int, names: Sequence[str]) -> dict[str, Work]:
    """The rows of some stems."""
    found: dict[str, Work] = {}
    for at in range(0, len(names), ROWS):
        query = _rows(job).where(WORK.c.stem.in_(names[at : at + ROWS]))
        found |= {row["stem"]: Work(**row) for row in connection.execute(query).mappings()}
    return found


def works(
    connection: Connection, job: int, *states: str, after: int = -1, limit: int | None = None
) -> list[Work]:
    """The rows in some states (all, if none is named) after a position, in order."""
    query = _rows(job).where(WORK.c.position > after).order_by(WORK.c.position).limit(limit)
    if states:
        query = query.where(WORK.c.state.in_(states))
    return [Work(**row) for row in connection.execute(query).mappings()]


def each_work(store: Store, job: int, *states: str) -> Iterator[Work]:
    """The same, read a few hundred at a time, so that no list of all of them is held."""
    after = -1

    def page() -> list[Work]:
        with store.reading() as connection:
            return works(connection, job, *states, after=after, limit=ROWS)

    while True:
        rows = insist(page)
        yield from rows
        if len(rows) < ROWS:
            return
        after = rows[-1].position


def count_work(connection: Connection, job: int) -> dict[str, int]:
    """How many documents are in which state."""
    query = select(WORK.c.state, func.count().label("n")).where(WORK.c.job == job).group_by(WORK.c.state)
    return {row.state: int(row.n) for row in connection.execute(query)}


def settle(
    connection: Connection,
    job: int,
    row: Work,
    *,
    state: WorkState,
    at: str,
    kind: str,
    body: Mapping[str, Any],
    unit: str = "",
    reason: str = "",
    files: Mapping[str, str] | None = None,
    counts: Mapping[str, Any] | None = None,
) -> bool:
    """Write the end of a waiting document and tell the event; False where it was settled before.

    `unit` is given where the file had changed since it was planned.
    Both or neither: an event is there exactly once, however often the call was repeated.
    """
    here = (WORK.c.job == job) & (WORK.c.stem == row.stem) & (WORK.c.unit == row.unit)
    values = {
        "state": state,
        "unit": unit or row.unit,
        "reason": reason,
        "attempts": WORK.c.attempts + 1,
        "files": dict(files or {}),
        "counts": dict(counts or {}),
    }
    statement = update(WORK).where(here, WORK.c.state == "waiting").values(**values)
    if connection.execute(statement).rowcount != 1:
        return False
    tell(connection, job, kind, at=at, **body)
    return True


def begin_work(connection: Connection, units: Sequence[str]) -> dict[str, int]:
    """Count a beginning of waiting documents; how often each was begun in this run."""
    here = WORK.c.unit.in_(units) & (WORK.c.state == "waiting")
    connection.execute(update(WORK).where(here).values(begun=WORK.c.begun + 1))
    return {row.unit: row.begun for row in connection.execute(select(WORK.c.unit, WORK.c.begun).where(here))}


def begun(connection: Connection, units: Sequence[str]) -> int:
    """How often any of some documents was begun."""
    return connection.execute(select(func.max(WORK.c.begun)).where(WORK.c.unit.in_(units))).scalar() or 0


def end_work(connection: Connection, unit: str) -> None:
    """What came to an end no longer counts as a beginning without one."""
    connection.execute(update(WORK).where(WORK.c.unit == unit, WORK.c.begun > 1).values(begun=1))


def reset_begun(connection: Connection, job: int) -> None:
    """A new run begins to count anew: the last may have been killed as a whole."""
    connection.execute(update(WORK).where(WORK.c.job == job, WORK.c.begun > 0).values(begun=0))


def _rows(job: int) -> Any:
    return select(*(WORK.c[name] for name in Work.__slots__)).where(WORK.c.job == job)


# -- events ---------------------------------------------------------------------------------------


def tell(connection: Connection, job: int, kind: str, *, at: str, **body: Any) -> None:
    """Keep an event."""
    connection.execute(insert(EVENT).values(job=job, at=at, kind=kind, body=body))


def tell_once(connection: Connection, job: int, kind: str, *, at: str, **body: Any) -> None:
    """Keep an event unless it is the last one there is.

    A connection that is lost during a commit leaves open whether it happened, so it is done again.
    """
    query = select(EVENT.c.at, EVENT.c.kind, EVENT.c.body).where(EVENT.c.job == job)
    last = connection.execute(query.order_by(EVENT.c.id.desc()).limit(1)).first()
    if last is None or (last.at, last.kind, last.body) != (at, kind, body):
        tell(connection, job, kind, at=at, **body)


def events(connection: Connection, job: int, *, after: int = 0, limit: int | None = ROWS) -> list[Event]:
    """What happened after an event, oldest first."""
    query = (
        select(EVENT.c.id, EVENT.c.at, EVENT.c.kind, EVENT.c.body)
        .where(EVENT.c.job == job, EVENT.c.id > after)
        .order_by(EVENT.c.id)
        .limit(limit)
    )
    return [Event(**row) for row in connection.execute(query).mappings()]


# -- answers --------------------------------------------------------------------------------------


def get_answers(connection: Connection, questions: Sequence[str]) -> dict[str, str]:
    """The kept answers of some questions."""
    found: dict[str, str] = {}
    for at in range(0, len(questions), ROWS):
        query = select(ANSWER).where(ANSWER.c.question.in_(questions[at : at + ROWS]))
        found |= {row.question: row.body for row in connection.execute(query)}
    return found


def put_answers(connection: Connection, answers: Mapping[str, str]) -> None:
    """Keep answers; one that is there already stays."""
    rows = [{"question": question, "body": body} for question, body in sorted(answers.items())]
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    for at in range(0, len(rows), ROWS):
        statement = dialect.insert(ANSWER).values(rows[at : at + ROWS])
        connection.execute(statement.on_conflict_do_nothing())


# -- lost connections -----------------------------------------------------------------------------

# A database that restarts is back within a minute; a cable may take longer, then a person is needed.
PATIENCE_S = 60.0
PAUSE_S = 0.2


def insist(
    action: Callable[[], T],
    *,
    patience_s: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Do a transaction again while the connection is lost or the database busy, with growing pauses.

    Only for actions that may happen twice.

    Raises:  OutputError: the database stays away, or its disk is full.
    """
    waited, pause = 0.0, PAUSE_S
    patience_s = PATIENCE_S if patience_s is None else patience_s
    while True:
        try:
            return action()
        except DBAPIError as error:
            if not (isinstance(error, OperationalError) or error.connection_invalidated):
                raise
            if waited >= patience_s or not _passes(error):
                why = str(error.orig).strip().splitlines()[0]
                raise OutputError(
                    f"the store cannot be used ({why}); what is finished is kept: run the same command again"
                ) from error
            sleep(pause)
            waited, pause = waited + pause, min(2 * pause, 5.0)


def _passes(error: DBAPIError) -> bool:
    """False for what no waiting mends: SQLite has no connection to lose, only a lock to wait for."""
    if not isinstance(error.orig, sqlite3.Error):
        return True
    return any(word in str(error.orig) for word in ("locked", "busy"))
