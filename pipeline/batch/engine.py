"""What an engine is: tasks in, results out, in any order, each task exactly once.

An engine knows nothing of the store's jobs or of the output folder: it may run on other machines. A
task is bytes to find and read, a result is files to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.batch.settings import Settings
from pipeline.document import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A document to process: a file, or the bytes `first` to `last` of a long one.

    `reviewed` are segments that people wrote or approved in an earlier result.
    """

    stem: str
    path: str
    unit: str
    first: int = 0
    last: int | None = None
    reviewed: tuple[Segment, ...] = ()

    @property
    def name(self) -> str:
        return self.path if self.last is None else f"{self.path}#bytes={self.first}-{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Documents that are translated together."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished document: its files by format, and its figures."""

    stem: str
    sha256: str
    files: tuple[tuple[str, bytes], ...]
    counts: dict[str, Any]
    unplaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A document that could not be finished, and why, in one sentence. `trace` is for the log."""

    stem: str
    reason: str
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a task."""

    number: int
    outcomes: tuple[Done | Failed, ...]
    seconds: float = 0.0
    asked: int = 0
    computed: int = 0
    source_pieces: int = 0
    target_pieces: int = 0
    peak_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How far a worker is within a task."""

    worker: int
    asked: int
    computed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that the record should have, such as a worker that died."""

    kind: str
    body: dict[str, Any] = field(default_factory=dict)


Hear = Callable[[Pulse | Trouble], None]


class Engine(Protocol):
    """Runs tasks. `workers` is how many run at once, `name` what the record calls it."""

    name: str
    workers: int

    def run(self, tasks: Iterable[Task], settings: Settings, *, hear: Hear) -> Iterator[Result]:
        """The result of every task, as it comes; tasks are taken only when a worker is free.

        A task may come back as several results of one document each. Closing the iterator stops
        the workers.
        """
        ...
