"""Failing rows: one INSERT of a rule's own predicate, with key, unit, money and evidence.

Belongs here: the table ``failing_row`` of a session. Whether a rule fails at all is GX's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from wattledger.audit.rules import Rule, RuleRecord
from wattledger.contracts import load_published
from wattledger.sql import identifier, literal


class FailingRowsError(Exception):
    """The rule's record does not fit its failing rows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one INSERT wrote."""

    rows: int
    amount: Decimal | None
    kwh: Decimal | None


def create_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table."""
    connection.execute(f"CREATE OR REPLACE TABLE failing_row {load_published()['failing_row'].definition}")


def business_key(record: RuleRecord) -> str:
    """SQL over the failing row ``r``: the columns of the rule's key, in the order of its record."""
    return " || '|' || ".join(f"coalesce(r.{identifier(name)}::VARCHAR, '')" for name in record.key)


def insert(connection: duckdb.DuckDBPyConnection, rule: Rule, query: str) -> Kept:
    """Write all failing rows of ``rule``.

    Raises:
        FailingRowsError: key, evidence or amount name what the failing rows do not have; or two of the rows have one
            key, so that nobody could say tomorrow which of them is which. Then none is written.
    """
    record, rule_id = rule.record, literal(rule.rule_id)
    query = query.rstrip().rstrip(";")
    try:
        columns = {row[0] for row in connection.execute(f"DESCRIBE {query}").fetchall()}
        shown = [*record.evidence, *(name for name in ("_source", "_row") if name in columns)]
        evidence = ", ".join(
            f"{identifier(name)} := r.{identifier(name)}::VARCHAR" for name in dict.fromkeys(shown)
        )
        account = f"r.{identifier(record.account)}" if record.account else "NULL"
        unit = record.unit or "c.org_id"
        connection.execute(
            f"INSERT INTO failing_row SELECT {rule_id}, {business_key(record)}, {unit}, {account} AS account_id, "
            f"({record.amount or 'NULL'})::DECIMAL(18,2) AS amount, ({record.kwh or 'NULL'})::DECIMAL(18,4) AS kwh, "
            f"{f'to_json(struct_pack({evidence}))::VARCHAR' if evidence else literal('{}')} AS evidence "
            f"FROM ({query}) r LEFT JOIN customer_account c ON c.account_id = {account}"
        )
    except duckdb.Error as error:
        raise FailingRowsError(str(error)) from error
    _check_keys(connection, rule)
    totals = connection.execute(
        "SELECT count(*), sum(amount), sum(kwh) FROM failing_row WHERE rule_id = ?", [rule.rule_id]
    ).fetchall()[0]
    return Kept(*totals)


def _check_keys(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    repeated = connection.execute(
        "SELECT business_key, count(*) AS n, count(*) OVER () AS keys FROM failing_row WHERE rule_id = ? "
        "GROUP BY business_key HAVING n > 1 ORDER BY n DESC, business_key LIMIT 1",
        [rule.rule_id],
    ).fetchone()
    if repeated:
        remove(connection, rule)
        key, rows, keys = repeated
        raise FailingRowsError(
            f"its key ({', '.join(rule.record.key)}) is not unique among the failing rows: {keys} keys stand for "
            f"several of them, {key} for {rows}; add to key what tells them apart, or make one row of them"
        )


def remove(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Take back what ``insert`` wrote for ``rule``."""
    connection.execute("DELETE FROM failing_row WHERE rule_id = ?", [rule.rule_id])
