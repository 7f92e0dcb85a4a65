"""Interval readings against bill periods: each step and cause, by a case made for it.

One hourly meter uses 1 kWh an hour from 1 September on, unless the case says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from wattledger.reconcile import reconcile

PARAMETERS = {
    "interval_bill.tolerance_ratio": Decimal("0.02"),
    "interval_bill.rounding_kwh": 1,
    "interval_bill.credit_days_before": 5,
    "interval_bill.credit_days_after": 2,
    "interval_bill.late_read_cancel_ratio": Decimal("0.1"),
    "interval_bill.late_read_day_ratio": Decimal("0.25"),
}
START = datetime.fromisoformat("2026-09-01")
"""Local time, as meters have it."""
AUTUMN = "2026-09..2026-10"


def intervals(days: int = 61, kwh: Any = 1, skip: range = range(0), meter: str = "M") -> list[dict[str, Any]]:
    return [
        {
            "account_id": "A0",
            "meter_id": meter,
            "interval_start_at": START + timedelta(hours=hour),
            "occurrence": 1,
            "kwh": kwh(START + timedelta(hours=hour)) if callable(kwh) else kwh,
        }
        for hour in range(24 * days)
        if hour not in skip
    ]


def bill(first: date, last: date, kwh: Any, **more: Any) -> dict[str, Any]:
    return {
        "bill_id": f"{first}{more.get('bill_kind', '')}",
        "billing_month": last,
        "account_id": "A0",
        "period_start_on": first,
        "period_end_on": last,
        "usage_kwh": kwh,
        **more,
    }


def credit(last: date, kwh: Any) -> dict[str, Any]:
    return {
        "credit_id": f"c{last}",
        "account_id": "A0",
        "credited_on": last,
        "period_end_on": last,
        "credit_kwh": kwh,
    }


def day(month: int, number: int) -> date:
    return date(2026, month, number)


@pytest.fixture
def breaks(on: Callable[..., Any]) -> Callable[..., dict[tuple[str, str], Decimal]]:
    """(last day of the period, cause) -> difference."""

    def run(readings: Any, bills: Any, credited: Any = (), period: str = AUTUMN, **more: Any) -> Any:
        tables = {"interval_reading": readings, "bill": bills, "energy_credit": list(credited)}
        with on(tables, period=period, parameters={**PARAMETERS, **more}) as session:
            result = next(found for found in reconcile(session).links if found.link == "interval_bill")
            rows = session.connection.execute(
                "SELECT b.ends_on, r.cause, r.difference "
                "FROM recon_break r JOIN interval_bill_period b USING (business_key)"
            ).fetchall()
            periods = session.connection.execute(
                "SELECT sum(coalesce(day_kwh, 0) - billed_kwh), count(*), count(*) FILTER (agrees) "
                "FROM interval_bill_period"
            ).fetchall()[0]
        assert sum((row[2] for row in rows), Decimal(0)) == result.difference == periods[0]
        assert (result.compared, result.agreeing) == periods[1:]
        return {(f"{row[0]:%m-%d}" if row[0] else "", row[1]): row[2] for row in rows}

    return run


def test_whole_days_agree(breaks: Callable[..., Any]) -> None:
    bills = [bill(day(9, 1), day(9, 30), 720), bill(day(10, 1), day(10, 31), 744)]
    assert breaks(intervals(), bills) == {}


def test_lines_of_a_statement_are_one_period(breaks: Callable[..., Any]) -> None:
    lines = [
        bill(day(9, 1), day(9, 10), 200, statement_id="S", billing_month=day(9, 30)),
        bill(day(9, 11), day(9, 30), 520, statement_id="S", billing_month=day(9, 30)),
    ]
    assert breaks(intervals(), lines) == {}


def test_reversal_and_reissue_net(breaks: Callable[..., Any]) -> None:
    span = (day(9, 1), day(9, 30))
    bills = [bill(*span, 700), bill(*span, -700, bill_kind="reversal"), bill(*span, 720, bill_kind="reissue")]
    assert breaks(intervals(), bills) == {}


@pytest.mark.parametrize("name", ["interval_bill.read_hour.60min", "interval_bill.read_hour.M"])
def test_read_clock(breaks: Callable[..., Any], name: str) -> None:
    # From 08:00 of the 10th to 08:00 of the 20th, at 2 kWh an hour from the 20th on.
    readings = intervals(kwh=lambda at: 2 if at >= START + timedelta(days=19) else 1)
    bills = [bill(day(9, 11), day(9, 20), 16 + 9 * 24 + 8 * 2)]
    assert breaks(readings, bills, **{name: 8}) == {("09-20", "read_clock"): 9 * 24 + 48 - 248}
    # The meter's own hour wins over that of its kind.
    assert breaks(readings, bills, **{name: 8, "interval_bill.read_hour.M": 24}) == {
        ("09-20", "unexplained"): 16
    }


def test_rest_by_size(breaks: Callable[..., Any]) -> None:
    span = (day(9, 1), day(9, 30))
    assert breaks(intervals(), [bill(*span, 719)]) == {("09-30", "rounding"): 1}
    assert breaks(intervals(), [bill(*span, 710)]) == {("09-30", "read_minute"): 10}
    assert breaks(intervals(), [bill(*span, 700)]) == {("09-30", "unexplained"): 20}


def test_credit_is_carried_over(breaks: Callable[..., Any]) -> None:
    bills = [
        bill(day(9, 1), day(9, 10), 0),
        bill(day(9, 11), day(9, 20), 130),
        bill(day(9, 21), day(9, 30), 140),
    ]
    credited = [credit(day(9, 8), 300), credit(day(9, 20), 50), credit(day(10, 2), 100)]
    assert breaks(intervals(), bills, credited) == {
        ("09-10", "energy_credit"): 240,
        ("09-20", "energy_credit"): 110,
        ("09-30", "energy_credit"): 100,
    }


def test_carry_over_reaches_across_audits(breaks: Callable[..., Any]) -> None:
    bills = [bill(day(9, 1), day(9, 30), 0), bill(day(10, 1), day(10, 31), 544)]
    assert breaks(intervals(), bills, [credit(day(9, 30), 920)], period="2026-10") == {
        ("10-31", "energy_credit"): 200
    }


def test_credit_taken_twice(breaks: Callable[..., Any]) -> None:
    found = breaks(intervals(), [bill(day(9, 1), day(9, 30), 518)], [credit(day(9, 30), 100)])
    assert found == {
        ("09-30", "energy_credit"): 100,
        ("09-30", "credit_taken_twice"): 100,
        ("09-30", "read_minute"): 2,
    }


def test_credit_missing(breaks: Callable[..., Any]) -> None:
    bills = [bill(day(9, 1), day(9, 30), 620), bill(day(10, 1), day(10, 31), 600)]
    found = breaks(intervals(), bills, [credit(day(9, 30), 100)])
    assert found == {("09-30", "energy_credit"): 100, ("10-31", "credit_missing"): 144}


def test_read_one_day_late(breaks: Callable[..., Any]) -> None:
    bills = [bill(day(9, 1), day(9, 30), 744), bill(day(10, 1), day(10, 31), 719)]
    assert breaks(intervals(), bills) == {
        ("09-30", "read_one_day_late"): -24,
        ("10-31", "read_one_day_late"): 25,
    }
    # The same size, and the next bill does not give it back.
    bills = [bill(day(9, 1), day(9, 30), 744), bill(day(10, 1), day(10, 31), 744)]
    assert breaks(intervals(), bills) == {("09-30", "unexplained"): -24}
    # It is given back, and is four days' use.
    bills = [bill(day(9, 1), day(9, 30), 816), bill(day(10, 1), day(10, 31), 648)]
    assert set(breaks(intervals(), bills)) == {("09-30", "unexplained"), ("10-31", "unexplained")}


def test_missing_intervals(breaks: Callable[..., Any]) -> None:
    span = (day(9, 1), day(9, 30))
    assert breaks(intervals(skip=range(100, 150)), [bill(*span, 720)]) == {
        ("09-30", "missing_intervals"): -50
    }
    assert breaks(intervals(skip=range(720)), [bill(*span, 720)]) == {("09-30", "missing_intervals"): -720}
    other = [{**row, "account_id": "A1"} for row in intervals(days=1)]
    assert breaks(other, [bill(*span, 720)]) == {("09-30", "missing_intervals"): -720}


def test_the_lost_hour_of_spring_is_not_missing(breaks: Callable[..., Any]) -> None:
    found = breaks(intervals(skip=range(100, 101)), [bill(day(9, 1), day(9, 30), 700)])
    assert found == {("09-30", "unexplained"): 19}


def test_the_repeated_hour_of_autumn_counts(breaks: Callable[..., Any]) -> None:
    again = {**intervals(days=1)[1], "occurrence": 2}
    assert breaks([*intervals(), again], [bill(day(9, 1), day(9, 30), 721)]) == {}


def test_bill_without_dates(breaks: Callable[..., Any]) -> None:
    undated = {**bill(day(9, 1), day(9, 30), 5), "period_start_on": None, "period_end_on": None}
    assert breaks(intervals(), [undated]) == {("", "missing_period"): -5}


def test_each_meter_has_its_bill(breaks: Callable[..., Any]) -> None:
    readings = [*intervals(), *intervals(kwh=2, meter="N")]
    span = (day(9, 1), day(9, 30))
    apart = [bill(*span, 720, meter_id="M"), bill(*span, 1440, meter_id="N", bill_id="n")]
    assert breaks(readings, apart) == {}
    assert breaks(readings, [bill(*span, 2160)]) == {}


def test_six_decimals_are_rounded_before_they_are_compared(breaks: Callable[..., Any]) -> None:
    readings = intervals(days=1, kwh=Decimal("0.000007"))
    assert breaks(readings, [bill(day(9, 1), day(9, 1), 0)]) == {("09-01", "rounding"): Decimal("0.0002")}
