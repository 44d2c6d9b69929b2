"""A PostgreSQL server of the tests' own, which a test may kill."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipeline.store.connect import url_of


@dataclass(frozen=True, slots=True)
class Server:
    """A cluster in a folder; `programs` are PostgreSQL's own."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://tests@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start and wait until it answers; after a crash it recovers first."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += f" -c unix_socket_directories={self.folder}"
        self._pg_ctl("-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def crash(self) -> None:
        """End it as a crash does: no connection is closed in order, no buffer written."""
        self._pg_ctl("-m", "immediate", "-w", "stop")

    def init(self) -> None:
        """Make the cluster."""
        _run(
            self.programs / "initdb", "-D", str(self.folder / "data"), "-U", "tests", "--auth=trust",
            "-E", "UTF8", "--no-sync",
        )  # fmt: skip

    def _pg_ctl(self, *arguments: str) -> None:
        _run(self.programs / "pg_ctl", "-D", str(self.folder / "data"), *arguments)


def served() -> Iterator[Server]:
    """A running server, stopped afterwards."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine; set DUIZHAO_TEST_POSTGRES to a server's URL")
    # Not below pytest's own folder, into which the server's user may not look.
    folder = Path(tempfile.mkdtemp(prefix="duizhao-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Server(programs, folder, _free_port())
    server.init()
    server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):  # a test may have left it dead
            server.crash()
        shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> str:
    """Delete all that is in a database; returns its URL."""
    admin = create_engine(url_of(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # A tenth of the time that a database of its own takes.
        connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    admin.dispose()
    return url


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _run(program: Path, *arguments: str) -> None:
    """Run a program of PostgreSQL, which refuses to work for root, as its own user."""
    command = [str(program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    # pg_ctl's server keeps what it inherits open: without files of its own the test would wait for it.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
