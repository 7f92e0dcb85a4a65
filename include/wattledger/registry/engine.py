"""Opening the registry: SQLite in the home folder, or PostgreSQL, and the two ways to use a connection.

Belongs here: engines and transactions. Tables stand in tables.py, bringing them up to date in schema.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from wattledger.errors import ConfigurationError, SourceUnreachableError

BUSY_SECONDS = 120
"""How long a SQLite writer waits for another: recording two million rows holds the file for about half a minute."""

_WRITES = "wattledger_writes"


def create_registry_engine(url: str) -> Engine:
    """The engine for a SQLAlchemy URL, ``sqlite:///path`` or ``postgresql://user:password@host/database``."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"The registry is on PostgreSQL, and its driver is not installed ({error.name}).",
            where=parsed.render_as_string(),
            todo="Install wattledger with the extra: wattledger[postgres].",
        ) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction for queries: on SQLite one snapshot for all of them. Whatever it wrote is rolled back."""
    with connected(engine) as connection:
        if engine.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A writing transaction, committed at the end; nothing of it remains after an error or a kill."""
    with connected(engine) as connection:
        connection = connection.execution_options(**{_WRITES: True})
        try:
            connection.begin()
        except OperationalError as error:
            raise _unreachable(engine, error) from error
        yield connection
        connection.commit()


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection; raise SourceUnreachableError where there is none to be had."""
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise _unreachable(engine, error) from error
    except DatabaseError as error:
        raise ConfigurationError(
            f"The registry is no database that can be used: {str(error.orig).strip()}.",
            where=engine.url.render_as_string(),
            todo="Put the registry back from a backup, or name another by WATTLEDGER_REGISTRY_URL or --home.",
        ) from error
    with connection:
        yield connection


def lock_source(connection: Connection, source: str) -> None:
    """Let one transaction at a time write about a source; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"wattledger {source}",)
        )


def _unreachable(engine: Engine, error: OperationalError) -> SourceUnreachableError:
    return SourceUnreachableError(
        f"The registry does not answer: {str(error.orig).strip()}",
        where=engine.url.render_as_string(),
        todo="Check that the database runs and that nobody holds it locked, then run this step again.",
    )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("The registry's address is not a SQLAlchemy URL.", todo=_URL_HELP) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationError(
            f"The registry cannot be kept in {parsed.get_backend_name()}.", todo=_URL_HELP
        )
    return parsed


_URL_HELP = "Set WATTLEDGER_REGISTRY_URL to sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."


def _set_up_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, too late and without IMMEDIATE
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")  # a mail noted as sent must stay noted after a power cut
    cursor.execute("PRAGMA cache_size = -262144")  # KiB; a million sightings change their indexes all over
    _switch_to_wal(cursor)
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Readers do not wait for the writer in this mode. SQLite's busy timeout does not cover the switch itself."""
    import sqlite3

    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: upgrading a read lock later could fail after the work was done."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
