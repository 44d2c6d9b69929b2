"""Runs a batch: plans it, hands tasks to an engine, writes results, and keeps the record.

Order is what makes it survive: a document's files are written whole, then one transaction says that it
is done and tells the event. A kill in between leaves files that the next run writes again, byte for
byte the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.batch.engine import Done, Engine, Failed, Piece, Pulse, Result, Task, Trouble
from pipeline.batch.inputs import PART_BYTES, documents, find
from pipeline.batch.log import EventLog
from pipeline.batch.plan import BATCH_BYTES, Plan, make_plan, waiting_batches
from pipeline.batch.process import sha256_of
from pipeline.batch.reviewed import reviewed_segments
from pipeline.batch.settings import Settings, unit_of
from pipeline.errors import DuizhaoError, OutputError, UsageError
from pipeline.runner import utc_now
from pipeline.store import Store, jobs
from pipeline.store.jobs import Job, JobState, Work
from pipeline.write.whole import prepare_folder, write_whole

Clock = Callable[[], datetime]
OWN = ".duizhao"
STORE = Path(OWN) / "review.db"  # the review application's: what people approve there is used here
POLL_S = 2.0
STALE_S = 60.0
LOCK_S = 0.5  # `jobs list` holds the lock for a moment to see whether anybody else does


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a call asks for."""

    inputs: tuple[str, ...]
    output: Path
    settings: Settings
    retry_failed: bool = False
    part_bytes: int = PART_BYTES
    batch_bytes: int = BATCH_BYTES


@dataclass(slots=True)
class Totals:
    """How a run stands; what progress, metrics and the summary show."""

    documents: int = 0
    waiting: int = 0
    kept: int = 0
    done: int = 0
    failed: int = 0
    failed_before: int = 0
    segments: int = 0
    characters: int = 0
    asked: int = 0
    computed: int = 0
    source_pieces: int = 0
    target_pieces: int = 0
    memory_hits: int = 0
    bytes_done: int = 0
    bytes_waiting: int = 0
    deaths: int = 0
    peak_bytes: int = 0
    seconds: float = 0.0
    errors: int = 0
    rungs: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    live: dict[int, tuple[int, int]] = field(default_factory=dict)
    state: str = "running"

    @property
    def reused(self) -> int:
        """Answers that were there already."""
        return self.asked - self.computed

    def left_s(self) -> float | None:
        """Seconds that the rest will take at the rate so far, None before anything is finished."""
        if not self.bytes_done or not self.seconds:
            return None
        return self.seconds * max(0, self.bytes_waiting - self.bytes_done) / self.bytes_done


Watch = Callable[[Totals], None]


class _Cancelled(Exception):
    """Another process cancelled the job."""


def job_name(output: Path, inputs: Sequence[str]) -> str:
    """Names a job: the same inputs into the same folder."""
    text = "\0".join((str(output.resolve()), *(str(Path(name).resolve()) for name in inputs)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def run_job(
    order: Order, engine: Engine, *, watch: Watch | None = None, clock: Clock = utc_now
) -> tuple[Job, Totals]:
    """Do all of a job that is not done yet; returns it with the totals of this run.

    Raises:  UsageError: another process works on the same folder.
             OutputError: the folder or the store cannot be written; all that is finished is kept.
    """
    prepare_folder(order.output)
    _sweep(order.output)
    lock = FileLock(prepare_folder(order.output / OWN) / "batch.lock")
    try:
        with lock.acquire(timeout=LOCK_S):
            store = Store.open(order.settings.store)
            try:
                return _Run(order, engine, store, watch or (lambda totals: None), clock).run()
            finally:
                store.close()
    except Timeout as error:
        raise UsageError(
            f"another batch is at work in {order.output}; wait for it or choose another -o"
        ) from error


def is_at_work(output: Path) -> bool:
    """Whether a process works on the folder now: a job that was killed still says that it is running."""
    path = output / OWN / "batch.lock"
    if not path.exists():
        return False
    try:
        with FileLock(path).acquire(timeout=0):
            return False
    except OSError:  # held by another process, or in a folder that we may only read
        return True


def _sweep(folder: Path) -> None:
    """Remove what a killed run left half-written; what is young may be another program's."""
    for path in folder.glob(".*.part"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S:
                path.unlink()


class _Run:
    """One run of a job."""

    def __init__(self, order: Order, engine: Engine, store: Store, watch: Watch, clock: Clock) -> None:
        self._order = order
        self._engine = engine
        self._store = store
        self._watch = watch
        self._clock = clock
        self._described = order.settings.describe()
        self._totals = Totals()
        self._begin = time.monotonic()
        self._polled = self._begin
        self._in_air: dict[str, Work] = {}
        self._refused: list[Failed] = []
        self._marks: dict[str, tuple[int, int] | None] = {}
        self._again: set[str] = set()

    def run(self) -> tuple[Job, Totals]:
        found = find(self._order.inputs, output=self._order.output)
        job = self._opened()
        self._log = EventLog(self._order.output / OWN / "jobs" / f"{job.name}.jsonl", self._store, job.id)
        self._job = job
        plan = jobs.insist(lambda: self._planned(job, found.paths))
        self._start(plan, found.left)
        try:
            self._work()
            while self._again:  # what people wrote meanwhile is laid over it, answers are there already
                self._again.clear()
                self._work()
        except _Cancelled:
            self._finish("cancelled")
        except BaseException as error:
            # the store may be what is lost: it is not waited for a second time
            with contextlib.suppress(DuizhaoError):
                self._finish("stopped", patience_s=0.0 if isinstance(error, OutputError) else None)
            raise
        else:
            self._finish("done")
        return job, self._totals

    def _planned(self, job: Job, paths: Sequence[str]) -> Plan:
        """The plan in the store; made twice, it is the same."""
        return make_plan(
            self._store,
            job,
            documents(paths, part_bytes=self._order.part_bytes),
            described=self._described,
            retry_failed=self._order.retry_failed,
            at=self._now(),
            batch_bytes=self._order.batch_bytes,
        )

    def _opened(self) -> Job:
        output, inputs = (
            str(self._order.output.resolve()),
            [str(Path(n).resolve()) for n in self._order.inputs],
        )
        settings = self._described | {"engine": self._engine.name, "workers": self._engine.workers}
        with self._store.writing() as connection:
            return jobs.open_job(
                connection, job_name(self._order.output, self._order.inputs),
                output=output, inputs=inputs, settings=settings, at=self._now(),
            )  # fmt: skip

    def _start(self, plan: Plan, left: Any) -> None:
        totals = self._totals
        totals.documents, totals.waiting, totals.kept = plan.total, plan.waiting, plan.done
        totals.failed_before, totals.bytes_waiting = plan.failed, plan.waiting_bytes
        body = {
            "run": self._job.runs, "documents": plan.total, "waiting": plan.waiting, "kept": plan.done,
            "failed_before": plan.failed, "gone": plan.gone, "left_by_suffix": dict(left),
            "settings": self._described, "engine": self._engine.name, "workers": self._engine.workers,
        }  # fmt: skip
        self._tell("job_started", **body)
        self._seen()

    def _work(self) -> None:
        results = self._engine.run(self._tasks(), self._order.settings, hear=self._hear)
        try:
            for result in results:
                self._commit(result)
                self._commit_refused()
                self._poll()
        finally:
            close = getattr(results, "close", None)
            if close is not None:
                close()
        self._commit_refused()

    # -- tasks --------------------------------------------------------------------------------

    def _tasks(self) -> Iterator[Task]:
        """Waiting documents as tasks, made when a worker is free for them."""
        for batch in waiting_batches(self._store, self._job):
            pieces = [piece for row in batch if (piece := self._piece(row)) is not None]
            if pieces:
                yield Task(number=batch[0].batch, pieces=tuple(pieces))

    def _piece(self, row: Work) -> Piece | None:
        self._in_air[row.stem] = row
        path = self._order.output / f"{row.stem}.json"
        self._marks[row.stem] = _mark(path)
        try:
            reviewed = reviewed_segments(path)
        except DuizhaoError as error:
            reason = f"{error}; it stands where the result would be written: move it away"
            self._refused.append(Failed(stem=row.stem, reason=reason))
            return None
        return Piece(
            stem=row.stem,
            path=row.path,
            unit=row.unit,
            first=row.first_byte,
            last=row.last_byte,
            reviewed=reviewed,
        )

    def _commit_refused(self) -> None:
        if self._refused:
            self._commit(Result(number=-1, outcomes=tuple(self._refused)))
            self._refused.clear()

    # -- results ------------------------------------------------------------------------------

    def _commit(self, result: Result) -> None:
        """Write the files, then keep in one transaction what became of the documents."""
        ours = [outcome for outcome in result.outcomes if outcome.stem in self._in_air]
        ends = [self._written(outcome) for outcome in ours if not self._is_overtaken(outcome)]
        at = self._now()

        def settle() -> None:
            with self._store.writing() as connection:
                new = [jobs.settle(connection, self._job.id, row, at=at, **end) for row, end in ends]
                if any(new):  # none, if a commit went through and only its answer was lost
                    jobs.tell(connection, self._job.id, "batch", at=at, **_figures(result, len(ends)))

        jobs.insist(settle)
        self._logged()
        self._add(result)
        for row, end in ends:
            del self._in_air[row.stem]
            self._add_document(row, end)
        self._seen()

    def _is_overtaken(self, outcome: Done | Failed) -> bool:
        """Whether somebody wrote into the earlier result while a new one was made: it waits again."""
        mark = self._marks.pop(outcome.stem)
        if isinstance(outcome, Failed) or _mark(self._order.output / f"{outcome.stem}.json") == mark:
            return False
        del self._in_air[outcome.stem]
        self._again.add(outcome.stem)
        return True

    def _written(self, outcome: Done | Failed) -> tuple[Work, dict[str, Any]]:
        """Write a document's files; what `jobs.settle` is to keep of it."""
        row = self._in_air[outcome.stem]
        body: dict[str, Any] = {"stem": row.stem, "path": row.path}
        try:
            if isinstance(outcome, Done):
                return row, self._finished(row, outcome, body)
        except OutputError as error:
            outcome = Failed(stem=row.stem, reason=str(error))
        body |= {"reason": outcome.reason} | ({"trace": outcome.trace} if outcome.trace else {})
        return row, {"state": "failed", "kind": "document_failed", "body": body, "reason": outcome.reason}

    def _finished(self, row: Work, outcome: Done, body: dict[str, Any]) -> dict[str, Any]:
        folder = self._order.output
        if outcome.unplaced:
            body["reviewed_unplaced"] = outcome.unplaced
            body["earlier"] = self._set_aside(folder / f"{row.stem}.json")
        files = {}
        for name, content in outcome.files:
            write_whole(folder / f"{row.stem}.{name}", content)
            files[f"{row.stem}.{name}"] = sha256_of(content)
        return {
            "state": "done", "kind": "document_done", "body": body | {"counts": outcome.counts},
            "unit": unit_of(outcome.sha256, self._described), "files": files, "counts": outcome.counts,
        }  # fmt: skip

    def _set_aside(self, path: Path) -> str:
        """Keep a result in which people wrote what has no place in the new one; where it is."""
        content = path.read_bytes()
        kept = self._order.output / OWN / "superseded" / f"{path.stem}-{sha256_of(content)[:8]}.json"
        write_whole(kept, content)
        return str(kept)

    # -- the record ---------------------------------------------------------------------------

    def _hear(self, message: Pulse | Trouble) -> None:
        if isinstance(message, Trouble):
            self._totals.deaths += message.kind == "worker_died"
            self._tell(message.kind, **message.body)
        else:
            self._totals.live[message.worker] = (message.asked, message.computed)
        self._seen()
        self._poll()

    def _poll(self) -> None:
        """Notice that another process cancelled the job."""
        if time.monotonic() - self._polled < POLL_S:
            return
        self._polled = time.monotonic()

        def state() -> str:
            with self._store.reading() as connection:
                return jobs.job_state(connection, self._job.id)

        if jobs.insist(state) == "cancelled":
            raise _Cancelled

    def _tell(self, kind: str, **body: Any) -> None:
        at = self._now()

        def write() -> None:
            with self._store.writing() as connection:
                jobs.tell_once(connection, self._job.id, kind, at=at, **body)

        jobs.insist(write)
        self._logged()

    def _finish(self, state: JobState, *, patience_s: float | None = None) -> None:
        totals = self._totals
        totals.state, totals.seconds = state, time.monotonic() - self._begin
        body = {
            "run": self._job.runs, "done": totals.done, "failed": totals.failed, "seconds": round(totals.seconds, 3),
            "segments": totals.segments, "characters": totals.characters, "asked": totals.asked,
            "computed": totals.computed, "peak_bytes": totals.peak_bytes,
        }  # fmt: skip

        at, kind = self._now(), "job_finished" if state == "done" else f"job_{state}"

        def write() -> None:
            with self._store.writing() as connection:
                jobs.set_job_state(connection, self._job.id, state, at=at)
                jobs.tell_once(connection, self._job.id, kind, at=at, **body)

        jobs.insist(write, patience_s=patience_s)
        self._logged()
        self._watch(totals)

    def _logged(self) -> None:
        """Copy what is new into the log; on a full disk the store has it, and the next copy brings it."""
        with contextlib.suppress(OutputError):
            jobs.insist(self._log.sync)

    def _seen(self) -> None:
        self._totals.seconds = time.monotonic() - self._begin
        self._watch(self._totals)

    def _add(self, result: Result) -> None:
        totals = self._totals
        totals.asked += result.asked
        totals.computed += result.computed
        totals.source_pieces += result.source_pieces
        totals.target_pieces += result.target_pieces
        totals.peak_bytes = max(totals.peak_bytes, result.peak_bytes)

    def _add_document(self, row: Work, end: dict[str, Any]) -> None:
        totals, counts = self._totals, end.get("counts", {})
        totals.done += end["state"] == "done"
        totals.failed += end["state"] == "failed"
        totals.bytes_done += row.bytes
        totals.segments += counts.get("segments", 0)
        totals.characters += counts.get("characters", 0)
        totals.memory_hits += counts.get("memory_hits", 0)
        totals.rungs.update(counts.get("rungs", {}))
        issues = counts.get("issues", {})
        totals.errors += sum(issues.get("error", {}).values())
        for found in issues.values():
            totals.issues.update(found)

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def _mark(path: Path) -> tuple[int, int] | None:
    """Tells one state of a file from another; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _figures(result: Result, documents: int) -> dict[str, Any]:
    return {
        "batch": result.number, "documents": documents, "seconds": round(result.seconds, 3),
        "asked": result.asked, "computed": result.computed, "source_pieces": result.source_pieces,
        "target_pieces": result.target_pieces, "peak_bytes": result.peak_bytes,
    }  # fmt: skip
