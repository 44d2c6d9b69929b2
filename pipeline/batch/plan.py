"""From what is there to what is to be done: each document is waiting, done for this very unit, or failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from pipeline.batch.inputs import Input, Stems
from pipeline.batch.settings import unit_of
from pipeline.store import Store, jobs
from pipeline.store.jobs import Job, Work, WorkState

# Documents translated together: enough requests to keep a model busy (a hundred and more), few enough
# that little is in the air at once.
BATCH_BYTES = 48_000
BATCH_DOCUMENTS = 64
PLANNED = 200


@dataclass(slots=True)
class Plan:
    """Counts of a plan by what is to become of the documents."""

    waiting: int = 0
    done: int = 0
    failed: int = 0
    gone: int = 0
    waiting_bytes: int = 0
    total: int = field(default=0)


@dataclass(slots=True)
class _Packer:
    """Numbers for rows that begin to wait: positions never repeat, batches close when they are full."""

    position: int
    batch: int
    batch_bytes: int
    bytes: int = 0
    documents: int = BATCH_DOCUMENTS

    def pack(self, row: Work, *, alone: bool = False) -> Work:
        full = self.documents >= BATCH_DOCUMENTS or self.bytes + row.bytes > self.batch_bytes
        if full or alone:
            self.batch, self.bytes, self.documents = self.batch + 1, 0, 0
        self.position += 1
        self.bytes += self.batch_bytes if alone else row.bytes
        self.documents += 1
        return replace(row, position=self.position, batch=self.batch)


def make_plan(
    store: Store,
    job: Job,
    inputs: Iterable[Input],
    *,
    described: dict[str, Any],
    retry_failed: bool,
    at: str,
    batch_bytes: int = BATCH_BYTES,
) -> Plan:
    """Write the plan into the store, a few hundred documents at a time."""
    with store.writing() as connection:
        jobs.reset_begun(connection, job.id)
        names = Stems(jobs.stems(connection, job.id))
        packer = _Packer(*jobs.last_numbers(connection, job.id), batch_bytes)
    plan, seen, source = Plan(), set[str](), iter(inputs)
    while chunk := list(islice(source, PLANNED)):
        rows = {names.of(one): one for one in chunk}
        seen |= rows.keys()
        with store.writing() as connection:
            known = jobs.get_work(connection, job.id, list(rows))
            for stem, one in rows.items():
                row = _planned(stem, one, known.get(stem), job, described, retry_failed)
                _count(plan, row)
                if row is known.get(stem):
                    continue
                if row.state == "failed":
                    if known.get(stem) is None or known[stem].reason != row.reason:
                        body = {"stem": stem, "path": row.path, "reason": row.reason}
                        jobs.tell(connection, job.id, "document_failed", at=at, **body)
                elif row.state == "waiting":
                    before = known.get(stem)
                    row = packer.pack(row, alone=before is not None and before.state == "failed")
                if row.position < 0:
                    packer.position += 1
                    row = replace(row, position=packer.position)
                jobs.put_work(connection, job.id, [row])
    plan.gone = _mark_gone(store, job, seen, at)
    return plan


def _planned(
    stem: str, one: Input, before: Work | None, job: Job, described: dict[str, Any], retry_failed: bool
) -> Work:
    """The row of a document: the one that is there, if it still holds."""
    unit = "" if one.reason else unit_of(one.sha256, described)
    row = Work(
        stem=stem, position=before.position if before else -1, path=one.path, unit=unit,
        first_byte=one.first, last_byte=one.last, bytes=one.bytes,
    )  # fmt: skip
    if one.reason:
        return replace(row, state="failed", reason=one.reason)
    if before is None or before.unit != unit:
        return row
    if before.state == "waiting" or (before.state == "failed" and not retry_failed):
        return before
    if before.state == "done" and all((Path(job.output) / name).exists() for name in before.files):
        return before
    return replace(row, attempts=before.attempts)


def _count(plan: Plan, row: Work) -> None:
    plan.total += 1
    if row.state == "waiting":
        plan.waiting += 1
        plan.waiting_bytes += row.bytes
    elif row.state == "done":
        plan.done += 1
    else:
        plan.failed += 1


def _mark_gone(store: Store, job: Job, seen: set[str], at: str) -> int:
    """Documents that the inputs no longer name: their results stay, nothing is done for them."""
    here: tuple[WorkState, ...] = ("waiting", "done", "failed")
    gone = [row for row in jobs.each_work(store, job.id, *here) if row.stem not in seen]
    if gone:
        with store.writing() as connection:
            jobs.put_work(connection, job.id, [replace(row, state="gone") for row in gone])
            for row in gone:
                jobs.tell(connection, job.id, "document_gone", at=at, stem=row.stem, path=row.path)
    return len(gone)


def waiting_batches(store: Store, job: Job) -> Iterator[list[Work]]:
    """The documents that wait, a batch at a time, read from the store as they are wanted."""
    rows = jobs.each_work(store, job.id, "waiting")
    for _, batch in groupby(rows, key=lambda row: row.batch):
        yield list(batch)
