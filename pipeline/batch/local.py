"""The local engine: a few processes, each with one loaded model, that take tasks as they become free.

Processes are spawned, never forked: a fork would copy the threads and locks of a loaded library half.
A process that dies takes only its task with it: the documents of that task are tried again, each
alone, and one that kills a process twice is marked failed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from pipeline.batch.answers import Tally
from pipeline.batch.engine import Failed, Hear, Pulse, Result, Task, Trouble
from pipeline.batch.settings import Settings
from pipeline.errors import DuizhaoError, ModelError

MAX_DEATHS = 2  # of a document alone, before it is given up
MAX_STILLBORN = 3  # processes in a row that die before their first result
WATCH_S = 0.5
PULSE_S = 0.25


@dataclass(slots=True)
class _Hand:
    """A process and what it is busy with."""

    number: int
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    results: int = 0


@dataclass(slots=True)
class LocalEngine:
    """Runs tasks in `workers` processes of this machine.

    `cores` are shared among the processes where there are fewer tasks than workers; 0 leaves the
    threads of each as they are.
    """

    workers: int = 1
    cores: int = 0
    name: str = "local"
    _hands: list[_Hand] = field(default_factory=list)
    _again: deque[Task] = field(default_factory=deque)
    _deaths: dict[str, int] = field(default_factory=dict)
    _stillborn: int = 0

    def run(self, tasks: Iterable[Task], settings: Settings, *, hear: Hear) -> Iterator[Result]:
        """The result of every task, as it comes.

        Raises:  ModelError: processes die before they can do anything.
                 DuizhaoError: what kept a worker from starting.
        """
        source = iter(tasks)
        first = list(islice(source, self.workers))
        settings, source = self._widened(settings, len(first)), chain(first, source)
        try:
            while True:
                self._hand_out(source, settings)
                if not self._hands:
                    return
                for hand in self._ready():
                    yield from self._heard(hand, settings, hear)
        finally:
            self._stop()

    def _widened(self, settings: Settings, tasks: int) -> Settings:
        """More threads for each worker, if some would have nothing to do."""
        if not 0 < tasks < self.workers:
            return settings
        return replace(settings, threads=max(settings.threads, self.cores // tasks))

    def _hand_out(self, source: Iterator[Task], settings: Settings) -> None:
        """A task for every free hand; hands without work go home once nothing is left to try again."""
        for hand in [hand for hand in self._hands if hand.task is None]:
            task = self._next(source)
            if task is None:
                if not any(other.task for other in self._hands):
                    self._send_home(hand)
                continue
            hand.task = task
            # a hand that died while it was idle is noticed by its sentinel
            with _Quiet():
                hand.pipe.send(task)
        while len(self._hands) < self.workers:
            task = self._next(source)
            if task is None:
                return
            hand = self._hire(settings)
            hand.task = task
            with _Quiet():
                hand.pipe.send(task)

    def _next(self, source: Iterator[Task]) -> Task | None:
        return self._again.popleft() if self._again else next(source, None)

    def _hire(self, settings: Settings) -> _Hand:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        taken = {hand.number for hand in self._hands}
        number = next(n for n in range(1, self.workers + 1) if n not in taken)
        process = context.Process(
            target=work, args=(theirs, settings, number, os.getpid()), name=f"batch-{number}", daemon=True
        )
        process.start()
        theirs.close()
        hand = _Hand(number, process, ours)
        self._hands.append(hand)
        return hand

    def _ready(self) -> list[_Hand]:
        """Hands that have something to say or are dead."""
        ready = wait([hand.pipe for hand in self._hands] + [hand.process.sentinel for hand in self._hands])
        return [hand for hand in self._hands if hand.pipe in ready or hand.process.sentinel in ready]

    def _heard(self, hand: _Hand, settings: Settings, hear: Hear) -> Iterator[Result]:
        """What a hand says; what it said last before it died is heard too."""
        try:
            while hand.pipe.poll():
                message = hand.pipe.recv()
                if isinstance(message, Result):
                    hand.task, self._stillborn = None, 0
                    hand.results += 1
                    yield message
                    return
                if isinstance(message, DuizhaoError):
                    raise message
                hear(message)
        except (EOFError, OSError):
            hand.process.join(timeout=5)
        if not hand.process.is_alive():
            yield from self._buried(hand, hear)

    def _buried(self, hand: _Hand, hear: Hear) -> Iterator[Result]:
        """Take a dead process's task over: its documents alone, or given up."""
        self._hands.remove(hand)
        hand.pipe.close()
        code = hand.process.exitcode
        task = hand.task
        hear(Trouble(kind="worker_died", body={"worker": hand.number, "exit": code, "why": _why(code)}))
        if not hand.results:
            self._stillborn += 1
        if task is None:
            return
        if len(task.pieces) > 1:
            self._again.extend(replace(task, pieces=(piece,)) for piece in task.pieces)
        else:
            stem = task.pieces[0].stem
            self._deaths[stem] = self._deaths.get(stem, 0) + 1
            if self._deaths[stem] < MAX_DEATHS:
                self._again.append(task)
            else:
                self._stillborn = 0
                reason = f"{task.pieces[0].name}: the worker process died {MAX_DEATHS} times ({_why(code)})"
                yield Result(number=task.number, outcomes=(Failed(stem=stem, reason=reason),))
        if self._stillborn > MAX_STILLBORN:
            raise ModelError(f"worker processes die before they finish anything ({_why(code)})")

    def _send_home(self, hand: _Hand) -> None:
        self._hands.remove(hand)
        with _Quiet():
            hand.pipe.send(None)
        hand.pipe.close()
        hand.process.join(timeout=10)
        _end(hand.process)

    def _stop(self) -> None:
        """End all processes at once; what they had not answered yet is asked again another time."""
        for hand in self._hands:
            hand.process.terminate()
        for hand in self._hands:
            hand.process.join(timeout=5)
            _end(hand.process)
            hand.pipe.close()
        self._hands.clear()


class _Quiet:
    """Lets a broken pipe pass: the death of the process on its other end is noticed elsewhere."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        return isinstance(error, OSError)


def _end(process: BaseProcess) -> None:
    if process.is_alive():
        process.kill()
        process.join()


def _why(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "for a reason unknown"
    if code == -signal.SIGKILL.value if hasattr(signal, "SIGKILL") else False:
        return "killed, most likely because memory ran out"
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


# -- in the worker's process ------------------------------------------------------------------------


def work(pipe: Connection, settings: Settings, number: int, parent: int) -> None:
    """Take tasks from the pipe until it says None or closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    from pipeline.batch.process import Worker

    told = 0.0

    def heard(tally: Tally) -> None:
        nonlocal told
        if time.monotonic() - told < PULSE_S:
            return
        told = time.monotonic()
        pipe.send(Pulse(worker=number, asked=tally.asked, computed=tally.computed))

    try:
        worker = Worker(settings, heard=heard)
    except DuizhaoError as error:
        pipe.send(error)
        return
    while (task := _received(pipe)) is not None:
        pipe.send(worker.process(task))


def _received(pipe: Connection) -> Task | None:
    try:
        task: Task | None = pipe.recv()
    except (EOFError, OSError):
        return None
    return task


def _watch(parent: int) -> None:
    """End with the parent, also when it was killed: nobody would take the result."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    sys.stderr.flush()
    os._exit(1)


# -- how many -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sizing:
    """How many workers of how many threads."""

    workers: int
    threads: int


# Beside its weights a worker holds the state of its requests, the document and libraries: 1.1 GB on
# the seed report with the 1.5B model.
WORKER_BYTES = 1_500_000_000
# One model reads its weights for all requests of a batch together, so few cores are used better by the
# threads of one process: two processes of one thread gain a tenth on one (`benchmarks/batch.py scaling`
# shows what each division of the cores gives). Beyond four, what a process does in one thread (reading,
# acceptance, checks, the sums of a single answer) leaves more idle than a second copy of the weights costs.
THREADS = 4


def sizing(
    *, workers: int = 0, threads: int = 0, model_bytes: int = 0, cores: int = 0, memory: int = 0
) -> Sizing:
    """Workers for the cores and the free memory there are, or as many of as many threads as were asked for."""
    cores = cores or available_cores()
    memory = memory or available_memory()
    if workers <= 0:
        by_memory = memory // (model_bytes + WORKER_BYTES) if memory else cores
        workers = max(1, min(max(1, cores // (threads or THREADS)), by_memory))
    return Sizing(workers, threads or max(1, cores // workers))


def available_cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_memory() -> int:
    """Bytes free for new processes, within the limit of a container; 0 where the system does not say."""
    free = []
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            free = [int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable:")]
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as limit:
            most = limit.read().strip()
        with open("/sys/fs/cgroup/memory.current", encoding="ascii") as used:
            if most != "max":
                free.append(max(0, int(most) - int(used.read())))
    except (OSError, ValueError):
        pass
    return min(free, default=0)
