"""A database that is open: where transactions begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from pipeline.store.connect import connect


class Store:
    """Safe to share between threads; processes open their own.

    The functions of `documents`, `segments` and `revisions` take the connection of a transaction, so
    that several of them can happen together or not at all.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, where: str | Path) -> Store:
        """Open a file of SQLite (made where missing) or a database URL, brought to the current shape."""
        return cls(connect(where))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; never waits for writers."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(reading=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it happens or, on an exception, nothing."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
