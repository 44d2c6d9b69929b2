"""Opens a database by path or URL and brings it to the current shape."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from pipeline.errors import OutputError, UsageError

BUSY_TIMEOUT_S = 30  # how long a writer waits for another one; writes take milliseconds
# libpq: without these a cable that is cut is noticed after two hours (seconds, the last in milliseconds).
SILENCE = {
    "connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}  # fmt: skip
POSTGRES_LOCK = 0x6475697A  # any number that only our migrations use ("duiz")


def connect(where: str | Path) -> Engine:
    """The engine of a database: a file of SQLite, made where missing, or any URL of SQLAlchemy.

    Raises:  UsageError: not a database URL, or its driver is not installed.
             OutputError: it cannot be reached or brought to the current shape.
    """
    url = url_of(where)
    try:
        if url.startswith("sqlite"):
            return _sqlite(url)
        engine = create_engine(url, pool_pre_ping=True, connect_args=_patience(url))
        migrate(engine)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(f"not a database URL: {where} ({error})") from error
    except ModuleNotFoundError as error:
        raise UsageError(f"{where} needs {error.name}: pip install 'duizhao[postgres]'") from error
    except SQLAlchemyError as error:
        raise OutputError(f"cannot open the store {_shown(url)}: {getattr(error, 'orig', error)}") from error
    return engine


def url_of(where: str | Path) -> str:
    """A path as SQLite's URL; a bare postgresql: gets the driver that we ship for."""
    text = str(where)
    if "://" not in text:
        return f"sqlite:///{Path(text).resolve()}"
    scheme, _, rest = text.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else text


def is_url(where: str) -> bool:
    """Whether an argument names a database rather than a folder."""
    return "://" in where


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing; several processes may start at once."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("pipeline.store") / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _patience(url: str) -> dict[str, Any]:
    """How soon a server that fell silent counts as lost: within a minute, unless the URL says otherwise."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql" or parsed.get_driver_name() not in ("psycopg", "psycopg2"):
        return {}
    return {name: value for name, value in SILENCE.items() if name not in parsed.query}


def _sqlite(url: str) -> Engine:
    path = Path(make_url(url).database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot open the store {path}: {error.strerror}") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    with FileLock(path.with_name(f"{path.name}.lock")):
        migrate(engine)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin where we say.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock first: one that read first and found the database changed could only fail.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
