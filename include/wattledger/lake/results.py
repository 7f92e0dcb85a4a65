"""What rating and reconciliation found, as views of a session: rules read it like a dataset.

Belongs here: which they are, and why rules cannot use them where they cannot. Their columns are declared in
``contracts/published``, what is in them is made by ``rating`` and ``reconcile``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import duckdb

from wattledger.contracts import load_published
from wattledger.lake.datasets import DatasetState
from wattledger.sql import file_literal, literal

RATED: Final = ("expected_line", "expected_bill", "bill_difference")
"""What ``rate`` publishes and rules may read."""

RECONCILED: Final = ("reconciliation", "recon_break")
"""What ``reconcile`` publishes; rules read it link by link (``BREAKS``)."""

RESULTS: Final = (*RATED, *RECONCILED)

BREAKS: Final[Mapping[str, tuple[str, ...]]] = {
    "reading_bill_break": ("reading_bill", "reading_bill_gas"),
    "interval_bill_break": ("interval_bill",),
    "bill_receivable_break": ("bill_receivable",),
    "receivable_receipt_break": ("receivable_receipt",),
    "receipt_ledger_break": ("receipt_ledger",),
}
"""The breaks of a link, as rules read them, by the name of their view: rows of ``recon_break`` of these links."""

MADE_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "bill_difference": ("BIL-01.tolerance_line_yuan", "BIL-01.tolerance_bill_yuan")
}
"""Parameters that decide what is in a result, so that a rule on it rests on them too."""

Problem = tuple[str, str]


def result_columns() -> dict[str, frozenset[str]]:
    """The columns of every result that a rule may read."""
    published = load_published()
    return {
        **{name: frozenset(published[name].columns) for name in RESULTS},
        **{name: frozenset(published["recon_break"].columns) for name in BREAKS},
    }


def create_results(
    connection: duckdb.DuckDBPyConnection,
    files: Mapping[str, list[str]],
    names: Iterable[str] = RESULTS,
) -> None:
    """Make a view of each result over its published files; without files it is empty."""
    for name in names:
        result = load_published()[name]
        listed = ", ".join(file_literal(file) for file in files.get(name, ()))
        content = f"SELECT {result.typed} FROM read_parquet([{listed}], hive_partitioning = false)"
        connection.execute(f"CREATE VIEW {name} AS {content if listed else result.empty}")


def offer_results(connection: duckdb.DuckDBPyConnection) -> dict[str, DatasetState]:
    """Make the results that a connection has ready for rules, with ``cost_of``; return what to expect of them."""
    _create_costs(connection)
    rows, problem = _rows_and_problem(connection)
    columns = result_columns()
    states = {name: DatasetState(name, None, rows[name], columns[name], problem, ()) for name in RATED}
    return states | _offer_breaks(connection, columns)


def _offer_breaks(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, frozenset[str]]
) -> dict[str, DatasetState]:
    """Make a view of each link's breaks; a link that was not evaluated says to its rules why."""
    there = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_name = 'reconciliation'"
    ).fetchall()
    reasons: dict[str, str | None] = (
        dict(
            connection.execute(
                "SELECT link, CASE status WHEN 'NOT_EVALUATED' THEN reason END FROM reconciliation WHERE org_id IS NULL"
            ).fetchall()
        )
        if there
        else {}
    )
    states = {}
    for name, links in BREAKS.items():
        content = (
            f"SELECT * FROM recon_break WHERE link IN ({', '.join(map(literal, links))})"
            if there
            else load_published()["recon_break"].empty
        )
        connection.execute(f"CREATE VIEW {name} AS {content}")
        rows = int(connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0])
        problem: Problem | None = ("not_reconciled", "the period was not reconciled")
        if links[0] in reasons:
            code, _, told = (reasons[links[0]] or "").partition(": ")
            problem = (code, told) if code else None
        states[name] = DatasetState(name, None, rows, columns[name], problem, ())
    return states


def _rows_and_problem(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], Problem | None]:
    """Rows of each result, and why rules can use none of them: no bill at all could be rated."""
    rows = {name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]) for name in RATED}
    reasons = connection.execute(
        "SELECT coalesce(reason, status), count(*) FROM expected_bill GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    if not reasons:
        return rows, ("not_rated", "no bill of the period was rated")
    if any(reason == "rated" for reason, _ in reasons):
        return rows, None
    counted = ", ".join(f"{reason} {count}" for reason, count in reasons)
    return rows, ("none_rated", f"none of {rows['expected_bill']} bills could be rated: {counted}")


def _create_costs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macro ``cost_of(account, cause, estimate)``: to the fen where the account's bills were rated.

    0 where they were rated and are right; the estimate where they were not, or differ for another cause only.
    """
    connection.execute(
        "CREATE MACRO cost_of(account, wanted, estimate) AS coalesce("
        "(SELECT sum(d.amount) FROM bill_difference d WHERE d.account_id = account AND d.cause = wanted), "
        "CASE WHEN account IN (SELECT d.account_id FROM bill_difference d) THEN estimate "
        "WHEN account IN (SELECT b.account_id FROM bill b JOIN expected_bill e ON e.bill_id = b.bill_id "
        "WHERE e.status = 'rated' AND b.bill_amount IS NOT NULL) THEN 0.00 ELSE estimate END)"
    )
