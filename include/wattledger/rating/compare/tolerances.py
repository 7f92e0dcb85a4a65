"""The differences that count: the tolerances of a line and of a bill, as variables of the connection.

Belongs here: looking them up on the last day of the bills. What is held against them is in ``sql/``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import duckdb

from wattledger.duckdb_connection import scalar
from wattledger.errors import ConfigurationError

TOLERANCES: Final = {
    "tolerance_line": "BIL-01.tolerance_line_yuan",
    "tolerance_bill": "BIL-01.tolerance_bill_yuan",
}
"""The variables that the SQL reads, with their parameters."""


def missing_tolerances(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tolerances that have no value on the last day of the bills to be compared."""
    return [name for name in TOLERANCES.values() if _tolerance(connection, name) is None]


def set_tolerances(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the variables; raise ConfigurationError where one has no value."""
    for variable, name in TOLERANCES.items():
        found = _tolerance(connection, name)
        if found is None:
            raise ConfigurationError(
                f"The parameter {name} has no value: nobody can say which differences count.",
                todo="Give it a value in parameters/ or in the source file.",
            )
        connection.execute(f"SET VARIABLE {variable} = {found}::DECIMAL(18, 8)")


def _tolerance(connection: duckdb.DuckDBPyConnection, name: str) -> Decimal | None:
    """The value in force at the end of the last bill; 0 where there is no bill."""
    day = scalar(connection, "SELECT max(period_end_on) FROM rating_bill")
    found: Decimal | None = scalar(connection, "SELECT param_on(?, ?)", [name, day]) if day else Decimal(0)
    return found
