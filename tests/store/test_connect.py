"""Where a store may be, and what is said when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.errors import OutputError, UsageError
from pipeline.store import Store
from pipeline.store.connect import _patience, connect, url_of
from pipeline.store.tables import METADATA


@pytest.mark.parametrize(
    ("given", "scheme"),
    [
        ("postgresql://h/d", "postgresql+psycopg"),
        ("postgres://h/d", "postgresql+psycopg"),
        ("x.db", "sqlite"),
    ],
)
def test_url_of(given: str, scheme: str) -> None:
    assert url_of(given).split(":", 1)[0] == scheme


@pytest.mark.parametrize("given", ["nonsense://x", "mysql+nosuchdriver://h/d"])
def test_no_database(given: str) -> None:
    with pytest.raises(UsageError):
        connect(given)


def test_a_path_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        connect(tmp_path / "file" / "x.db")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(OutputError):
        connect(tmp_path / "x.db")


def test_migrations_lead_to_the_tables(url: str) -> None:
    store = Store.open(url)
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    store.close()
    assert differences == []


def test_a_silent_server_is_noticed_unless_the_url_says_otherwise() -> None:
    assert _patience("postgresql+psycopg://h/d")["connect_timeout"] == 10
    assert "connect_timeout" not in _patience("postgresql+psycopg://h/d?connect_timeout=3")
    assert _patience("postgresql+pg8000://h/d") == {}
    assert _patience("mysql://h/d") == {}
