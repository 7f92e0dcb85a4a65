"""Great Expectations works a rule's own query out once: the rows that it counted are the rows written down."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from wattledger.audit import gx_runner
from wattledger.audit.rules import Rule, RuleRecord, Suite
from wattledger.audit.rules.statement import Statement

TEXT = {"zh": "文", "en": "text"}


SUITE = Suite.model_validate({"name": "billing", "area": "2.4", "title": TEXT, "owner": TEXT})


def rule(rule_id: str, query: str) -> Rule:
    record = {
        "rule_id": rule_id,
        "says": TEXT,
        "title": TEXT,
        "level": 1,
        "area": "2.4",
        "batch": "bill",
        "inputs": {"bill": ["usage_kwh"]},
        "recurrence": "event",
        "key": ["bill_id"],
        "basis": [{**TEXT, "kind": "not_seen"}],
        "remedy": TEXT,
        "owner": TEXT,
    }
    return Rule(SUITE, RuleRecord.model_validate(record), Statement.parse(query))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            "CREATE TABLE bill AS SELECT 'B' || i AS bill_id, i AS usage_kwh FROM range(1000) r(i)"
        )
        opened.execute("CREATE SEQUENCE worked_out")
        yield opened


def test_a_query_is_worked_out_once_and_its_rows_are_kept(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT bill_id, nextval('worked_out') AS n FROM bill WHERE usage_kwh >= 400;"
    found = gx_runner.run(connection, "bill", [rule("BIL-90", query)])["BIL-90"]
    assert (found.count, found.error) == (600, "")
    assert connection.execute(f"SELECT count(*), max(n) FROM ({found.query})").fetchall() == [(600, 600)]
    assert connection.execute("SELECT nextval('worked_out')").fetchall() == [(601,)]


def test_a_query_that_fails_is_an_error_of_its_own_rule(connection: duckdb.DuckDBPyConnection) -> None:
    rules = [
        rule("BIL-91", "SELECT * FROM bill WHERE no_such_column > 1"),
        rule("BIL-92", "SELECT * FROM bill WHERE usage_kwh < 0"),
        rule("BIL-93", "SELECT *, usage_kwh // CAST('x' AS INTEGER) AS y FROM bill"),
        rule("BIL-94", "SELECT a.*, b.* FROM bill AS a JOIN bill AS b USING (bill_id) WHERE a.usage_kwh < 3"),
    ]
    found = gx_runner.run(connection, "bill", rules)
    assert "no_such_column" in found["BIL-91"].error
    assert found["BIL-93"].error
    assert (found["BIL-92"].count, found["BIL-92"].error) == (0, "")
    assert (found["BIL-94"].count, found["BIL-94"].error) == (3, "")


def test_rows_are_forgotten_when_they_are_written_down(connection: duckdb.DuckDBPyConnection) -> None:
    gx_runner.run(connection, "bill", [rule("BIL-95", "SELECT * FROM bill")])
    gx_runner.forget(connection)
    kept = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'kept'").fetchall()
    assert kept == [(0,)]
    gx_runner.forget(connection)
