"""The event log: one JSON object a line, the same events as in the store, each exactly once.

Every line has `id`, `at` (UTC), `kind` and what the kind tells: job_started, document_done,
document_failed, document_gone, batch, worker_died, reviewed_unplaced, job_finished, job_stopped,
job_cancelled. The store is the truth: a line that a crash kept from being written is added by the
next run, a torn one is taken away.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.store import Store, jobs

TAIL_BYTES = 1 << 20


class EventLog:
    """Appends what is new in the store to a file."""

    def __init__(self, path: Path, store: Store, job: int) -> None:
        self.path = path
        self._store = store
        self._job = job
        self._last = _mend(path)
        self._torn = False
        if self._last and not self._is_ours():
            path.replace(path.with_suffix(f".before-{self._last}.jsonl"))
            self._last = 0

    def _is_ours(self) -> bool:
        """False for the log of a store that was deleted since."""
        with self._store.reading() as connection:
            return bool(jobs.events(connection, self._job, after=self._last - 1, limit=1))

    def sync(self) -> None:
        """Write the events that the file does not have yet.

        Raises:  OutputError: the file cannot be written; the events are safe in the store.
        """
        if self._torn:
            self._last, self._torn = _mend(self.path), False
        while True:
            with self._store.reading() as connection:
                events = jobs.events(connection, self._job, after=self._last)
            if not events:
                return
            lines = [
                json.dumps({"id": e.id, "at": e.at, "kind": e.kind, **e.body}, ensure_ascii=False)
                for e in events
            ]
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as file:
                    file.write("".join(f"{line}\n" for line in lines))
            except OSError as error:
                self._torn = True
                raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
            self._last = events[-1].id


def _mend(path: Path) -> int:
    """Cut off a torn last line; the number of the last event that is whole, 0 for none."""
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = max(0, size - TAIL_BYTES)
            file.seek(start)
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            if len(whole) != len(tail):
                file.truncate(start + len(whole))
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    lines = whole.splitlines()
    try:
        return int(json.loads(lines[-1])["id"]) if lines else 0
    except (ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{path} is no event log of duizhao; move it away") from error
