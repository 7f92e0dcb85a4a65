"""Control totals: what the sender says a delivery holds, against what was read of it.

Belongs here: the control file. A file that lost its last thousand lines is a good file; only its sender's own count
can tell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from wattledger.contracts import Contract
from wattledger.duckdb_connection import scalar
from wattledger.errors import DataError
from wattledger.extract.readers import find_matching
from wattledger.extract.source import Source
from wattledger.periods import Period
from wattledger.sql import identifier

_HEADER = ["dataset", "item", "value"]
ROWS = "rows"


def check_controls(
    connection: duckdb.DuckDBPyConnection, source: Source, contract: Contract, period: Period
) -> None:
    """Compare the table ``staged`` and the broken lines in ``rejects`` with the declared totals of the dataset.

    A control file is a CSV with the columns dataset, item and value; an item is ``rows`` or a column of the contract.
    It goes with files that hold one period: rows of other periods are not counted.

    Raises:
        DataError: there is no control file, it is no such file, or a total differs.
    """
    pattern = source.datasets[contract.dataset].controls
    if not pattern:
        return
    declared: dict[str, Decimal] = {}
    for path in find_matching(source, contract.dataset, pattern, period):
        for item, value in _declared(contract, path):
            declared[item] = declared.get(item, Decimal(0)) + value
    if not declared:
        raise DataError(
            f"{contract.dataset}: its control file says nothing about it.",
            where=f"{pattern} for {period}",
            todo=f"Have it delivered with a line {contract.dataset},rows,NUMBER, or take `controls` out of the source.",
        )
    for item, value in declared.items():
        found = _found(connection, contract, item)
        if found != value:
            raise DataError(
                f"{contract.dataset}: its sender declares {value:f} {item}, and {found:f} were read.",
                where=f"{pattern} for {period}",
                todo="The delivery is cut off or mixed up; have it delivered again.",
            )


def _declared(contract: Contract, path: Path) -> Iterator[tuple[str, Decimal]]:
    """The items that a control file declares of a dataset, and their totals."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _wrong(contract, path, f"{path.name} cannot be read as a CSV in UTF-8: {error}.") from error
    if not rows or rows[0] != _HEADER:
        raise _wrong(
            contract, path, f"{path.name} is no control file: its first line is not {','.join(_HEADER)}."
        )
    for number, row in enumerate(rows[1:], start=2):
        if row and row[0].strip() == contract.dataset:
            yield _item(contract, path, row, number)


def _item(contract: Contract, path: Path, row: list[str], line: int) -> tuple[str, Decimal]:
    if len(row) != len(_HEADER):
        raise _wrong(contract, path, f"line {line} of {path.name} has {len(row)} fields, expected 3.", line)
    item = row[1].strip()
    if item != ROWS and (item not in contract.columns or contract.columns[item].scale is None):
        raise _wrong(
            contract,
            path,
            f"line {line} of {path.name} declares {item!r}, expected rows or a column of numbers.",
            line,
        )
    try:
        value = Decimal(row[2])
    except InvalidOperation as error:
        raise _wrong(
            contract, path, f"line {line} of {path.name} says {row[2]!r}, expected a number.", line
        ) from error
    if not value.is_finite():
        raise _wrong(contract, path, f"line {line} of {path.name} says {row[2]!r}, expected a number.", line)
    return item, value


def _wrong(contract: Contract, path: Path, told: str, line: int = 1) -> DataError:
    return DataError(
        f"{contract.dataset}: {told}",
        where=f"{path}, line {line}",
        todo=f"Its lines are {','.join(_HEADER)}, as {contract.dataset},rows,4926; have it delivered again.",
    )


def _found(connection: duckdb.DuckDBPyConnection, contract: Contract, item: str) -> Decimal:
    if item == ROWS:
        # the rejects hold the lines that are no record, too
        landed, rejected = "SELECT count(*) FROM staged WHERE _reason IS NULL", "SELECT count(*) FROM rejects"
        return Decimal(scalar(connection, landed)) + Decimal(scalar(connection, rejected))
    return Decimal(scalar(connection, f"SELECT coalesce(sum({identifier(item)}), 0)::VARCHAR FROM staged"))
