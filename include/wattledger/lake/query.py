"""One query over a session's views, typed in by hand.

Belongs here: what such a query may be, and how its mistakes are told. It changes nothing: the views read files, and
the session is gone afterwards. It reads nothing but the lake: whoever may ask about an audit may not thereby read the
machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from wattledger.errors import UsageError
from wattledger.lake.session import Session
from wattledger.parameters import used_in

if TYPE_CHECKING:
    import pyarrow as pa


def query_text(given: str) -> str:
    """The query itself, or that of a file ``*.sql``."""
    if not given.lower().endswith(".sql"):
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{given} cannot be read: {error.strerror}.", todo="Name a file, or write a query."
        ) from error


def ask(session: Session, text: str, limit: int | None = None) -> list[dict[str, Any]]:
    """The rows of one reading statement, at most ``limit`` of them; errors as of ``ask_table``."""
    with _told(session):
        answer = session.connection.execute(_checked(session, text))
        names = [column[0] for column in answer.description]
        rows = answer.fetchall() if limit is None else answer.fetchmany(limit)
    return [dict(zip(names, row, strict=True)) for row in rows]


def ask_table(session: Session, text: str) -> pa.Table:
    """What one reading statement gives, in the types of its columns.

    Raises:
        UsageError: there is not one statement, it would change something, reads a file, DuckDB cannot run it, or it
            looks up a parameter that has no value: compared with NULL, every row would be in order.
    """
    with _told(session):
        _checked(session, text)
        return session.connection.sql(text).to_arrow_table()


def _checked(session: Session, text: str) -> duckdb.Statement:
    session.shut()
    known = {name for (name,) in session.connection.execute("SELECT DISTINCT name FROM parameter").fetchall()}
    if unknown := [name for _, name in used_in(text) if name not in known]:
        raise UsageError(
            f"No parameter here is called {', '.join(dict.fromkeys(unknown))}.",
            todo="Write it into parameters/, or into the source file that was audited.",
        )
    statements = session.connection.extract_statements(text)
    if len(statements) != 1:
        raise UsageError(f"One query is wanted, and here are {len(statements)}.", todo="Write one SELECT.")
    if statements[0].type != duckdb.StatementType.SELECT:  # EXPLAIN ANALYZE would run what it explains
        kind = statements[0].type.name
        raise UsageError(f"This is no query, but {kind}.", todo="Write a SELECT; the views are read only.")
    return statements[0]


@contextmanager
def _told(session: Session) -> Iterator[None]:
    """What DuckDB refuses, in words."""
    try:
        yield
    except duckdb.PermissionException as error:
        raise UsageError(
            f"A query reads the views of the audit and no other file: {str(error).splitlines()[0]}",
            todo="What is not in a view is landed by way of the source file.",
        ) from error
    except duckdb.Error as error:
        views = ", ".join(sorted(session.datasets))
        raise UsageError(f"DuckDB cannot run the query: {error}", todo=f"Views are: {views}.") from error
