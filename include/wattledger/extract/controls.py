"""Control totals: what the sender says a delivery holds, against what was read of it.

Belongs here: the control file. A file that lost its last thousand lines is a good file; only its sender's own count
can tell.
"""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation

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
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        if not rows or rows[0] != _HEADER:
            raise DataError(
                f"{contract.dataset}: {path.name} is no control file.",
                where=str(path),
                todo=f"Its first line must be {','.join(_HEADER)}.",
            )
        for number, row in enumerate(rows[1:], start=2):
            if row and row[0] == contract.dataset:
                declared[row[1]] = declared.get(row[1], Decimal(0)) + _number(row, path.name, number)
    for item, value in declared.items():
        found = _found(connection, contract, item)
        if found != value:
            raise DataError(
                f"{contract.dataset}: its sender declares {value:f} {item}, and {found:f} were read.",
                where=f"{pattern} for {period}",
                todo="The delivery is cut off or mixed up; have it delivered again.",
            )


def _number(row: list[str], name: str, line: int) -> Decimal:
    try:
        return Decimal(row[2])
    except (IndexError, InvalidOperation) as error:
        raise DataError(
            f"{name}: line {line} has no number in its third column.", where=f"{name}, line {line}"
        ) from error


def _found(connection: duckdb.DuckDBPyConnection, contract: Contract, item: str) -> Decimal:
    if item == ROWS:
        # the rejects hold the lines that are no record, too
        landed, rejected = "SELECT count(*) FROM staged WHERE _reason IS NULL", "SELECT count(*) FROM rejects"
        return Decimal(scalar(connection, landed)) + Decimal(scalar(connection, rejected))
    if item not in contract.columns:
        raise DataError(f"{contract.dataset}: the control file declares {item!r}, which is no column of it.")
    return Decimal(scalar(connection, f"SELECT coalesce(sum({identifier(item)}), 0)::VARCHAR FROM staged"))
