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
    """Write all failing rows of ``rule``; a key that stands there twice is told apart by ``#2``, ``#3``.

    Raises:
        FailingRowsError: key, evidence or amount name what the failing rows do not have.
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
            f"INSERT INTO failing_row SELECT {rule_id}, "
            f"business_key || CASE WHEN n > 1 THEN '#' || n ELSE '' END, org_id, account_id, amount, kwh, evidence "
            f"FROM (SELECT *, row_number() OVER (PARTITION BY business_key ORDER BY evidence) AS n FROM ("
            f"SELECT {business_key(record)} AS business_key, {unit} AS org_id, {account} AS account_id, "
            f"({record.amount or 'NULL'})::DECIMAL(18,2) AS amount, ({record.kwh or 'NULL'})::DECIMAL(18,4) AS kwh, "
            f"{f'to_json(struct_pack({evidence}))::VARCHAR' if evidence else literal('{}')} AS evidence "
            f"FROM ({query}) r LEFT JOIN customer_account c ON c.account_id = {account}))"
        )
    except duckdb.Error as error:
        raise FailingRowsError(str(error)) from error
    totals = connection.execute(
        "SELECT count(*), sum(amount), sum(kwh) FROM failing_row WHERE rule_id = ?", [rule.rule_id]
    ).fetchall()[0]
    return Kept(*totals)


def remove(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Take back what ``insert`` wrote for ``rule``."""
    connection.execute("DELETE FROM failing_row WHERE rule_id = ?", [rule.rule_id])
