"""Dated parameters: what holds on a day is the same in Python, in SQL and in the bulletin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.delivery import deliver
from wattledger import pipeline
from wattledger.context import Audit
from wattledger.errors import ConfigurationError
from wattledger.extract.source import load_source
from wattledger.parameters import (
    Parameter,
    applied,
    create_parameters,
    load_parameters,
    value_on,
    values_over,
)
from wattledger.periods import Period
from wattledger.registry import list_findings
from wattledger.settings import Settings

MAY_AND_JUNE = Period.parse("2024-05..2024-06")


def changed(name: str, old: float, new: float, measure: str) -> list[dict[str, Any]]:
    """A company's parameter that changes in the middle of the audited period."""
    return [
        {"name": name, "value": old, "measure": measure, "valid_to": "2024-05-31", "zh": name, "en": name},
        {"name": name, "value": new, "measure": measure, "valid_from": "2024-06-01", "zh": name, "en": name},
    ]


@pytest.fixture
def audit(tmp_path: Path, settings: Settings) -> Audit:
    """Two debts paid late without damages: one late since May, one since June, when the rate has changed."""
    debts = {"R5": ("2024-05-01", "2024-05-22"), "R6": ("2024-06-01", "2024-06-11")}
    rows = {
        "customer_account": [{"account_id": "A1", "org_id": "U1", "account_class": "lv_nonresidential"}],
        "receivable": [
            {
                "receivable_id": debt,
                "receivable_month": month,
                "account_id": "A1",
                "receivable_amount": "10000.00",
                "late_from_on": late,
            }
            for debt, (month, late) in debts.items()
        ],
        "receipt_allocation": [
            {
                "receipt_id": f"Z-{debt}",
                "receivable_id": debt,
                "account_id": "A1",
                "received_on": "2024-06-20",
                "received_amount": "10000.00",
                "penalty_amount": "0.00",
            }
            for debt in debts
        ],
    }
    own = [
        *changed("BIL-04.rate_same_year", 0.002, 0.001, "per_day"),
        *changed("BIL-04.tolerance_yuan", 0.05, 0.07, "yuan"),
    ]
    path = deliver(tmp_path / "company", rows, jurisdiction="CN", language="en", parameters=own)
    audit = Audit(settings, load_source(path), MAY_AND_JUNE)
    for dataset in audit.source.datasets:
        pipeline.land(audit, dataset)
    for step in pipeline.STEPS[: pipeline.STEPS.index(pipeline.send_bulletins)]:
        step(audit)
    return audit


def test_a_bulletin_prints_the_values_that_were_applied(audit: Audit) -> None:
    found = list_findings(audit.registry, "acme", MAY_AND_JUNE, rules=["BIL-04a"])
    assert {row.business_key.split("|")[0]: row.amount for row in found} == {
        "R5": Decimal("600.00"),  # 30 days at 0.002: the rate of the day on which it fell due
        "R6": Decimal("100.00"),  # 10 days at 0.001
    }
    page = " ".join((audit.bulletins / "company.html").read_text(encoding="utf-8").split())
    assert "<b>0.2 % a day</b>" in page
    own = "0.1 % a day (the company's own, in place of 0.2 % a day)"
    assert f"<b>{own}</b>" in page
    text = " ".join((audit.bulletins / "company.txt").read_text(encoding="utf-8").split())
    assert f"0.2 % a day May 2024 [company parameter], {own} June 2024 [company parameter]" in text
    sheet = load_workbook(audit.bulletins / "company.xlsx").worksheets[1]
    (cells,) = [row for row in sheet.iter_rows(values_only=True) if row[0] == "BIL-04a"]
    told = str(cells[-1])
    assert f"{own} June 2024" in told
    tolerance = "BIL-04.tolerance_yuan 0.07 yuan (the company's own, in place of 0.01 yuan) ["
    assert tolerance in told, "the rule takes the last day's for all"
    assert "0.05 yuan" not in told


values = st.builds(
    lambda value, days, rank: Parameter(
        name="p", value=value, valid_from=days[0], valid_to=days[1], rank=rank
    ),
    value=st.integers(0, 9),
    days=st.lists(st.dates(date(2024, 1, 1), date(2024, 1, 20)) | st.none(), min_size=2, max_size=2),
    rank=st.integers(0, 99),
)


@given(
    st.lists(values, max_size=6, unique_by=lambda p: p.rank), st.dates(date(2024, 1, 1), date(2024, 1, 20))
)
def test_python_and_sql_look_up_the_same(parameters: list[Parameter], day: date) -> None:
    with duckdb.connect() as connection:
        create_parameters(connection, parameters, Period(date(2023, 1, 1), day))
        asked = connection.execute("SELECT param_on('p', ?), param('p')", [day]).fetchall()[0]
    found = value_on(parameters, "p", day)
    assert asked == (found and found.value, found and found.value)


@given(st.lists(values, max_size=6, unique_by=lambda p: p.rank))
def test_the_values_over_a_period_are_those_of_its_days(parameters: list[Parameter]) -> None:
    period = Period(date(2024, 1, 3), date(2024, 1, 17))
    spans = values_over(parameters, "p", period)
    by_day = {date(2024, 1, n): value_on(parameters, "p", date(2024, 1, n)) for n in range(3, 18)}
    told = {date(2024, 1, n): held for days, held in spans for n in range(days.start.day, days.end.day + 1)}
    assert told == {day: held for day, held in by_day.items() if held}
    assert all(before[1] != after[1] or before[0].end < after[0].start for before, after in pairwise(spans))


def test_words_are_looked_up_by_their_own_macro() -> None:
    parameters = load_parameters(Settings().parameters, "CN-99")
    with duckdb.connect() as connection:
        create_parameters(connection, parameters)
        days = "(VALUES (DATE '2024-05-31'), (DATE '2024-06-01')) d(day)"
        rows = connection.execute(f"SELECT param_text_on('rating.part_month', day) FROM {days}").fetchall()
    assert rows == [("thirtieths",), ("calendar_days",)]


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT param('p')", ["2"]),
        ("SELECT 1", ["2"]),
        ("SELECT param_on( 'p', day)", ["1", "2"]),
        ("SELECT param('p'), param_text_on('p', day)", ["1", "2"]),
        ("SELECT param_on('other', day)", ["2"]),
    ],
)
def test_what_a_statement_applies_follows_from_how_it_asks(sql: str, shown: list[str]) -> None:
    parameters = load_parameters(Path("none"), "ZZ", changed("p", 1, 2, ""))
    assert [value.shown("en") for _, value in applied(parameters, "p", MAY_AND_JUNE, sql)] == shown


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"name": "p", "value": 1, "unit": "kWh"}, "`unit` is called `measure`"),
        (
            {"name": "p", "value": 1, "valid_form": "2024-01-01"},
            "the parameter p is wrong: valid_form: there is no such field",
        ),
        (
            {"name": "p", "value": 1, "valid_form": "2024-01-01"},
            "name, value, measure, valid_from, valid_to, basis, zh",
        ),
        ("p", "the parameter number 1 is wrong"),
    ],
)
def test_a_wrong_record_is_refused_with_what_is_wrong(record: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_parameters(Path("none"), "ZZ", [record])
    with pytest.raises(ConfigurationError, match="two values on 2024-06-01"):
        load_parameters(Path("none"), "ZZ", [{"name": "p", "value": 1}, *changed("p", 1, 2, "")[1:]])
