"""Late-payment damages: against the rule BIL-04a itself, against a count of days in SQL, and at the edges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wattledger.audit.rules import load_rules
from wattledger.lake.session import create_basics
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.settings import Settings
from wattledger.sheets.model import Sheet

Make = Callable[..., Sheet]

BY_DAY = """
    WITH day AS (
        SELECT debt, received_amount, year(late_from) AS first_year,
            year(CAST(unnest(generate_series(late_from, received_on, INTERVAL 1 DAY)) AS DATE)) AS day_year
        FROM paid
    ), accrued AS (
        SELECT debt, sum(received_amount *
            CASE WHEN ? THEN 0.001 WHEN day_year > first_year THEN 0.003 ELSE 0.002 END) AS exact
        FROM day GROUP BY debt
    )
    SELECT coalesce(sum(CASE WHEN round(exact, 2) > 0 THEN greatest(round(exact, 2), 1) END), 0)::DECIMAL(18, 2)
    FROM accrued
"""
"""Each day for itself, in SQL; rates of 1, 2 and 3 per mille written out, the minimum of 1 yuan by debt."""

amounts = st.integers(1, 10**9).map(lambda fen: Decimal(fen) / 100)
days = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@st.composite
def debts(draw: st.DrawFn) -> dict[str, Any]:
    late_from = draw(days)
    paid = draw(
        st.lists(st.tuples(st.integers(-3, 900), amounts), min_size=1, max_size=3, unique_by=lambda p: p[0])
    )
    receipts = [{"received_on": late_from + timedelta(days=n), "amount": amount} for n, amount in paid]
    return {
        "late_from_on": late_from,
        "amount": sum(amount for _, amount in paid),
        "receipts": receipts,
        "debt_id": "D",
    }


def paid_rows(given_debts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (number, receipt["amount"], receipt["received_on"], debt["late_from_on"])
        for number, debt in enumerate(given_debts)
        for receipt in debt["receipts"]
        if receipt["received_on"] >= debt["late_from_on"]
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(debts(), min_size=1, max_size=3), st.booleans())
def test_it_is_what_each_day_for_itself_comes_to(
    sheet: Make, given_debts: list[dict[str, Any]], residential: bool
) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE paid (debt INTEGER, received_amount DECIMAL(18, 2), received_on DATE, late_from DATE)"
        )
        if rows := paid_rows(given_debts):
            connection.executemany("INSERT INTO paid VALUES (?, ?, ?, ?)", rows)
        expected = connection.execute(BY_DAY, [residential]).fetchall()[0][0]
    assert sheet(kind="late_payment", residential=residential, debts=given_debts).total == expected


@pytest.fixture(scope="module")
def rule_query() -> str:
    (rule,) = [r for r in load_rules(Settings().expectations) if r.rule_id == "BIL-04a"]
    return rule.sql


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(debts(), st.booleans())
def test_it_is_what_the_audit_rule_finds_due(
    sheet: Make, rule_query: str, debt: dict[str, Any], residential: bool
) -> None:
    account_class = "lv_residential" if residential else "lv_commercial"
    with duckdb.connect() as connection:
        create_basics(connection, Period.parse("2026-12"), load_parameters(Settings().parameters, "CN"))
        connection.execute(
            "CREATE TABLE receipt_allocation (receivable_id VARCHAR, account_id VARCHAR, received_on DATE, "
            "received_amount DECIMAL(18, 2), penalty_amount DECIMAL(18, 2))"
        )
        connection.execute(
            "CREATE TABLE receivable_history (receivable_id VARCHAR, late_from_on DATE, "
            "late_payment_waived_amount DECIMAL(18, 2))"
        )
        connection.execute("CREATE TABLE customer_account (account_id VARCHAR, account_class VARCHAR)")
        connection.execute("INSERT INTO customer_account VALUES ('A', ?)", [account_class])
        connection.execute("INSERT INTO receivable_history VALUES ('D', ?, NULL)", [debt["late_from_on"]])
        connection.executemany(
            "INSERT INTO receipt_allocation VALUES ('D', 'A', ?, ?, 0)",
            [(r["received_on"], r["amount"]) for r in debt["receipts"]],
        )
        found = connection.execute(f"SELECT due_amount FROM ({rule_query})").fetchall()
    due = found[0][0] if found else Decimal(0)
    assert sheet(kind="late_payment", residential=residential, debts=[debt]).total == due


def test_a_debt_of_a_few_fen_costs_one_yuan_and_one_paid_in_time_nothing(sheet: Make) -> None:
    late = {"debt_id": "D", "amount": 3, "due_on": "2026-03-15", "until": "2026-03-20"}
    in_time = {**late, "until": "2026-03-15"}
    assert sheet(kind="late_payment", debts=[late]).total == Decimal("1.00")
    assert sheet(kind="late_payment", debts=[in_time]).total == 0


def test_the_sheet_names_the_days_of_each_year_and_the_law_with_its_status(sheet: Make) -> None:
    debt = {"debt_id": "D", "amount": 2000, "due_on": "2024-12-15", "until": "2025-01-18"}
    (line,) = sheet(kind="late_payment", debts=[debt]).lines
    told = [(step.values["days"], step.values["rate"]) for step in line.steps if step.code == "late_days"]
    assert told == [(16, Decimal("0.002")), (18, Decimal("0.003"))]
    assert {(c.name, c.status) for c in line.clauses} == {
        ("BIL-04.rate_same_year", "unverified"),
        ("BIL-04.rate_later_year", "unverified"),
    }
