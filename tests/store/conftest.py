"""A store on every kind of database: SQLite always, PostgreSQL in a cluster of the tests' own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipeline.store import Store
from pipeline.store.connect import url_of


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The URL of a server: DUIZHAO_TEST_POSTGRES, or one that is started here and stopped after."""
    given = os.environ.get("DUIZHAO_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine; set DUIZHAO_TEST_POSTGRES to a server's URL")
    # Not below pytest's own folder, into which the server's user may not look.
    folder = Path(tempfile.mkdtemp(prefix="duizhao-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    place, port = folder / "data", _free_port()
    _run(programs / "initdb", "-D", str(place), "-U", "tests", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    _run(programs / "pg_ctl", "-D", str(place), "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield f"postgresql://tests@127.0.0.1:{port}/postgres"
    _run(programs / "pg_ctl", "-D", str(place), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.db")
        return
    server = request.getfixturevalue("cluster")
    admin = create_engine(url_of(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # A tenth of the time that a database of its own takes.
        connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    admin.dispose()
    yield server


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


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
