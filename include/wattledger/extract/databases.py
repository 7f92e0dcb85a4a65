"""Reading a SQL database: batches of text, through SQLAlchemy, never a whole table in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from wattledger.errors import ConfigurationError, DataError, SourceUnreachableError
from wattledger.extract.raw import NO_VALUE, Connect, RawRows, column_names, text_rows
from wattledger.extract.source import Source
from wattledger.periods import Period

_FETCH_ROWS = 20_000


def read_database(
    source: Source, dataset: str, period: Period, scratch: Path, connect: Connect | None = None
) -> RawRows:
    """Fetch a table or query into the text Parquet file ``scratch``.

    Raises:
        SourceUnreachableError: the server does not answer or drops the connection; worth a retry.
        DataError: the query itself fails.
    """
    entry = source.datasets[dataset]
    engine = _engine(entry.database, _url(source, entry.database, connect))
    label = entry.table or f"{entry.database} query"
    statement = (
        sa.text(entry.query) if entry.query else sa.select(sa.text("*")).select_from(sa.text(entry.table))
    )
    wanted = {"period_start": period.start, "period_end": period.end}
    bound = {name: value for name, value in wanted.items() if f":{name}" in entry.query}
    try:
        with engine.connect().execution_options(stream_results=True, yield_per=_FETCH_ROWS) as connection:
            result = connection.execute(statement, bound)
            columns = column_names(result.keys(), label, f"the columns of {label}", dataset)
            return text_rows(
                label, scratch.with_suffix(".parquet"), columns, enumerate(_texts(result), start=1)
            )
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        if not error.connection_invalidated and _is_query_fault(error):
            raise _query_fault(dataset, error) from error
        raise SourceUnreachableError(
            f"{dataset}: the database {entry.database!r} does not answer: {error.orig}",
            todo="The task is tried again by itself; if it goes on, ask the database's operator.",
        ) from error
    except sa.exc.SQLAlchemyError as error:
        raise _query_fault(dataset, error) from error
    finally:
        engine.dispose()


def _engine(name: str, url: str) -> sa.Engine:
    try:
        return sa.create_engine(url)
    except sa.exc.NoSuchModuleError as error:
        raise ConfigurationError(
            f"The database {name!r} is of a kind that SQLAlchemy does not know: {sa.make_url(url).drivername}.",
            where=f"databases.{name} of the source file",
            todo="Correct its `url`; for some databases a dialect has to be installed first.",
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"The driver of the database {name!r} is not installed: {error.name}.",
            where=f"databases.{name} of the source file",
            todo=f"Install {error.name}, or name another driver in `url`, as mysql+pymysql://.",
        ) from error
    except (
        sa.exc.ArgumentError,
        ValueError,
        TypeError,
    ) as error:  # not quoted: there may be a password in it
        raise ConfigurationError(
            f"The `url` of the database {name!r} is not a SQLAlchemy URL.",
            where=f"databases.{name} of the source file",
            todo="Write dialect+driver://user:${PASSWORD}@host:port/database; a special character in it as %40.",
        ) from error


def _url(source: Source, name: str, connect: Connect | None) -> str:
    database = source.databases[name]
    if database.url:
        return database.resolved_url()
    if connect is None:
        raise ConfigurationError(
            f"The database {name!r} is the Airflow connection {database.connection!r}, which is known in Airflow only.",
            todo="Run this landing in Airflow, or give the database a `url`.",
        )
    return connect(database.connection)


def _texts(result: sa.CursorResult[Any]) -> Iterator[list[str | None]]:
    for row in result:
        yield [_text(value) for value in row]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{NO_VALUE}0x{bytes(value).hex()}"
    return str(value)


def _is_query_fault(error: sa.exc.DBAPIError) -> bool:
    """SQLite calls a missing table an operational error; servers do so only for connections."""
    return error.orig is not None and "no such" in str(error.orig)


def _query_fault(dataset: str, error: sa.exc.SQLAlchemyError) -> DataError:
    reason = getattr(error, "orig", None) or error
    return DataError(
        f"{dataset}: the query fails: {reason}",
        todo="Correct `table` or `query` in the source file; the names are those of the source system.",
    )
