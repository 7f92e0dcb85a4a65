"""Every rule's SQL can be said to Spark: translated by SQLGlot, with nothing in it that Spark would not understand."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from wattledger.audit.rules import Rule, load_rules
from wattledger.contracts import load_contracts, load_published
from wattledger.settings import Settings

RULES = {rule.rule_id: rule for rule in load_rules(Settings().expectations)}
OURS = {"param", "param_on", "param_text_on", "cost_of", "landed"}
"""Functions that a Spark session has to be given, as docs/decisions/0002 says."""
SPARKS_OWN = {"make_date"}
"""Functions of Spark that SQLGlot passes on without knowing them."""

TABLES = load_contracts() | load_published()
DATASETS = {
    name: {column: c.sql_type for column, c in table.columns.items()} for name, table in TABLES.items()
}
SCHEMA: dict[str, Any] = {
    **DATASETS,
    **{f"{name}_history": columns for name, columns in DATASETS.items()},
    "audit_period": {"period_start": "DATE", "period_end": "DATE"},
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_spark_is_told_nothing_that_it_does_not_know(rule: Rule) -> None:
    money = [f"SELECT {sql} FROM r" for sql in (rule.record.amount, rule.record.kwh, rule.record.unit) if sql]
    examined = [f"SELECT {sql} FROM r" for sql in rule.record.examines.sql]
    for sql in (rule.sql, *money, *examined):
        (spark,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
        told = sqlglot.parse_one(spark, dialect="spark")
        unknown = {call.name.lower() for call in told.find_all(exp.Anonymous)} - OURS - SPARKS_OWN
        assert not unknown, f"{unknown}: say it in words that both engines know"
        for span in told.find_all(exp.Interval):
            assert isinstance(span.this, exp.Literal), f"{span.sql()}: write INTERVAL 1 MONTH * n"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_days_between_two_dates_are_a_number_in_both_engines(rule: Rule) -> None:
    # DATE - DATE is a number of days in DuckDB and an interval in Spark
    query = sqlglot.parse_one(rule.sql, dialect="duckdb")
    typed = annotate_types(
        qualify(query, schema=SCHEMA, dialect="duckdb", validate_qualify_columns=False),
        schema=SCHEMA,
        dialect="duckdb",
    )
    for difference in typed.find_all(exp.Sub):
        dates = [side for side in (difference.this, difference.expression) if side.is_type("date")]
        assert len(dates) < 2, f"{difference.sql()}: write date_diff('day', from, to)"


def test_what_stumbled_before_is_noticed() -> None:
    bare = "SELECT a.bill_id FROM receivable AS a WHERE a.late_from_on - a.late_from_on > 3"
    typed = annotate_types(qualify(sqlglot.parse_one(bare, dialect="duckdb"), schema=SCHEMA), schema=SCHEMA)
    (difference,) = typed.find_all(exp.Sub)
    assert difference.this.is_type("date")
