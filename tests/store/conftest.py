"""A store on every kind of database: SQLite always, PostgreSQL in a cluster of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store import Store
from tests.postgres import empty, served


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The URL of a server: DUIZHAO_TEST_POSTGRES, or one that is started here and stopped after."""
    given = os.environ.get("DUIZHAO_TEST_POSTGRES")
    if given:
        yield given
        return
    for server in served():
        yield server.url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.db")
        return
    yield empty(request.getfixturevalue("cluster"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()
