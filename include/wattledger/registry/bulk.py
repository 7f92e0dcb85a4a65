"""Inserting rows by the million, in batches, as fast as each database takes them.

Belongs here: the drivers' fast ways in. Values go past SQLAlchemy's types, so their conversion stands here too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, select
from sqlalchemy.exc import IntegrityError

from wattledger.errors import DataError
from wattledger.registry.types import Exact, exact, scaled

Row = Sequence[Any]


def insert_batches(
    connection: Connection,
    table: Table,
    fixed: Mapping[str, str | date],
    columns: Sequence[str],
    batches: Iterable[Sequence[Row]],
) -> int:
    """Insert rows whose values are in the order of ``columns``; ``fixed`` has those that all rows share.

    Reads ``batches`` once and keeps one of them in memory. Returns the number of rows. Raises DataError where a key
    comes twice.
    """
    if connection.dialect.name == "postgresql":
        return _copy(connection, table, fixed, columns, batches)
    return _executemany(connection, table, fixed, columns, batches)


def _executemany(
    connection: Connection,
    table: Table,
    fixed: Mapping[str, str | date],
    columns: Sequence[str],
    batches: Iterable[Sequence[Row]],
) -> int:
    head = [value.isoformat() if isinstance(value, date) else value for value in fixed.values()]
    places = _places(table, columns)
    # the shared values are bound by number once and not repeated in every tuple
    marks = [f"?{number}" for number in range(1, len(head) + len(columns) + 1)]
    names = ", ".join([*fixed, *columns])
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(marks)})"  # names are ours
    total = 0
    for batch in batches:
        if not batch:
            continue
        rows = [(*head, *row) for row in _scaled_rows(batch, places)]
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statement, rows)
        except IntegrityError as error:
            raise _duplicate(table, _first_duplicate(connection, table, fixed, columns, batch)) from error
        total += len(rows)
    return total


def _scaled_rows(batch: Sequence[Row], places: Mapping[int, int]) -> Iterator[Row]:
    for row in batch:
        values = list(row)
        for index, digits in places.items():
            if values[index] is not None:
                values[index] = scaled(values[index], digits)
        yield values


def _copy(
    connection: Connection,
    table: Table,
    fixed: Mapping[str, str | date],
    columns: Sequence[str],
    batches: Iterable[Sequence[Row]],
) -> int:
    from psycopg.errors import UniqueViolation

    head = [_copied_text(str(value)) for value in fixed.values()]
    places = _places(table, columns)
    writers = [_copied_number if index in places else _copied_text for index in range(len(columns))]
    names = ", ".join([*fixed, *columns])
    cursor: Any = connection.connection.cursor()
    total = 0
    try:
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for batch in batches:
                lines = [_copied_line(head, writers, row) for row in batch]
                copy.write("".join(lines))
                total += len(lines)
    except UniqueViolation as error:
        raise _duplicate(table, error.diag.message_detail or "") from error
    finally:
        cursor.close()
    return total


def _copied_line(head: Sequence[str], writers: Sequence[Callable[[Any], str]], row: Row) -> str:
    fields = ["\\N" if value is None else write(value) for write, value in zip(writers, row, strict=True)]
    return "\t".join([*head, *fields]) + "\n"


_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _copied_text(value: Any) -> str:
    """A value in the text form of COPY; almost no text has anything to escape, so look first."""
    text = value if isinstance(value, str) else str(value)
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) if _SPECIAL.search(text) else text


def _copied_number(value: Decimal | int) -> str:
    return str(exact(value))


def _places(table: Table, columns: Sequence[str]) -> dict[int, int]:
    types = {index: table.c[name].type for index, name in enumerate(columns)}
    return {index: kind.places for index, kind in types.items() if isinstance(kind, Exact)}


def _first_duplicate(
    connection: Connection,
    table: Table,
    fixed: Mapping[str, str | date],
    columns: Sequence[str],
    batch: Sequence[Row],
) -> str:
    keys = [column.name for column in table.primary_key if column.name in columns]
    same = and_(*(table.c[name] == value for name, value in fixed.items()))
    seen: set[tuple[Any, ...]] = set()
    for row in batch:
        key = tuple(row[columns.index(name)] for name in keys)
        stored = select(
            exists().where(same, *(table.c[name] == part for name, part in zip(keys, key, strict=True)))
        )
        if key in seen or connection.execute(stored).scalar():
            return " | ".join(str(part) for part in key)
        seen.add(key)
    return "a row lacks a value that it must have"


def _duplicate(table: Table, which: str) -> DataError:
    return DataError(
        f"The same {table.name} came twice: {which}",
        todo="The rule's query must return each key once; correct its join or its key.",
    )
