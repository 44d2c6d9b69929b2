"""Progress on stderr: a live bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import RenderableType

PLAIN_INTERVAL_S = 10.0  # a line every ten seconds keeps a log readable and shows life


class Progress(Protocol):
    """Hears what is going on; all calls are cheap."""

    def say(self, message: str) -> None:
        """One line for the record."""

    def stage(self, name: str) -> None:
        """A new stage of the current document begins."""

    def count(self, done: int, total: int) -> None:
        """How far the current stage is."""

    def status(self, text: str) -> None:
        """How the whole stands, in one line; a later one takes its place."""


class Silent:
    """For --quiet."""

    def say(self, message: str) -> None: ...

    def stage(self, name: str) -> None: ...

    def count(self, done: int, total: int) -> None: ...

    def status(self, text: str) -> None: ...


class Plain:
    """Lines for logs and pipes."""

    def __init__(self) -> None:
        self._stage = ""
        self._last = 0.0
        self._told = 0.0

    def say(self, message: str) -> None:
        print(message, file=sys.stderr, flush=True)

    def stage(self, name: str) -> None:
        self._stage, self._last = name, time.monotonic()

    def count(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - self._last >= PLAIN_INTERVAL_S:
            self._last = now
            self.say(f"  {self._stage} {done}/{total}")

    def status(self, text: str) -> None:
        if (now := time.monotonic()) - self._told >= PLAIN_INTERVAL_S:
            self._told = now
            self.say(f"  {text}")


class Live:
    """A bar that disappears when the stage ends."""

    def __init__(self) -> None:
        import rich.progress
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.text import Text

        class Bar(rich.progress.Progress):
            """A bar with a line of text below it."""

            below = ""

            def get_renderables(self) -> Iterable[RenderableType]:
                yield from super().get_renderables()
                if self.below:
                    yield Text(f"  {self.below}", style="dim")

        self._console = Console(stderr=True)
        self._bar = Bar(
            TextColumn("  {task.description:<12}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)

    def say(self, message: str) -> None:
        self._console.print(message, markup=False, highlight=False)

    def stage(self, name: str) -> None:
        self._bar.reset(self._task, description=name, total=None)

    def count(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)

    def status(self, text: str) -> None:
        self._bar.below = text

    def start(self) -> None:
        """Show the bar."""
        self._bar.start()

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """The kind of progress that fits where stderr goes."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty():
        live = Live()
        live.start()
        try:
            yield live
        finally:
            live.stop()
    else:
        yield Plain()
