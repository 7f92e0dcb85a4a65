"""Random small tables against a reference in plain Python and Decimal: totals, keys, units, and sums that add up."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reconcile.sessions import session_on
from wattledger.reconcile import reconcile

D = Decimal
OCT, SEP = date(2026, 10, 1), date(2026, 9, 1)
UNIT = {"A0": "C1", "A1": "C2", "A2": "C1", "A3": "C2"}
SUBTREES = {"P": {"C1", "C2"}, "B": {"C1", "C2"}, "C1": {"C1"}, "C2": {"C2"}}
Sides = dict[str, tuple[str | None, D | None, D | None]]
"""Key -> unit, left, right."""

accounts = st.sampled_from(["A0", "A1", "A2", "A3", "A9"])
amounts = st.sampled_from([D(n) / 100 for n in (0, 1, 1000, 1001, -1000, 250000)]) | st.decimals(
    -99, 99, places=2
)
months = st.sampled_from([OCT, OCT, OCT, SEP])
days = st.integers(-4, 30).map(lambda n: OCT + timedelta(days=n))


def records(key: str, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of records, each with a key of its own."""
    one = st.fixed_dictionaries(columns)
    return st.lists(one, max_size=9).map(
        lambda found: [{key: f"{key}{n}", **row} for n, row in enumerate(found)]
    )


@pytest.fixture(scope="module")
def home() -> Iterable[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def check(home: Path, link: str, tables: dict[str, Any], expected: Sides, **parameters: Any) -> None:
    """The link's rows, breaks and sums against the reference's sides."""
    with session_on(home, tables, parameters=parameters) as session:
        result = next(found for found in reconcile(session).links if found.link == link)
        query = "SELECT {} FROM {} WHERE link = ?"
        columns = "org_id, business_key, cause, left_value, right_value, difference"
        breaks = session.connection.execute(query.format(columns, "recon_break"), [link]).fetchall()
        columns = "org_id, compared, agreeing, left_total, right_total, difference"
        rows = session.connection.execute(query.format(columns, "reconciliation"), [link]).fetchall()
        totals = {row[0]: row[1:] for row in rows}
    differences = {key: (left or D(0)) - (right or D(0)) for key, (_, left, right) in expected.items()}
    assert {row[1]: (row[0], row[3], row[4], row[5]) for row in breaks} == {
        key: (*expected[key], differences[key]) for key in expected if differences[key]
    }
    assert len({row[1:3] for row in breaks}) == len(breaks)
    scopes: dict[str | None, Callable[[str | None], bool]] = {None: lambda unit: True}
    scopes |= {unit: below.__contains__ for unit, below in SUBTREES.items()}
    for org_id, inside in scopes.items():
        keys = [key for key in expected if inside(expected[key][0])]
        assert totals[org_id] == (
            len(keys),
            sum(not differences[key] for key in keys),
            sum((expected[key][1] or D(0) for key in keys), D(0)),
            sum((expected[key][2] or D(0) for key in keys), D(0)),
            sum((row[5] for row in breaks if inside(row[0])), D(0)),
        )
    leaves = totals["C1"][4] + totals["C2"][4]
    assert result.difference == leaves + result.unassigned == sum(differences.values(), D(0))


_EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

readings = records(
    "reading_id",
    billing_month=months,
    account_id=accounts,
    meter_id=st.sampled_from("XYZ"),
    usage_point_id=st.sampled_from(["U", "V", "CHK", None]),
    reading_type=st.sampled_from(["total", "total", "total", "peak"]),
    usage_kwh=st.none() | amounts,
    reading_source=st.sampled_from([None, "normal", "change", "reversed"]),
    multiplier=st.sampled_from([1, 30]),
)
energy_bills = records(
    "bill_id",
    billing_month=months,
    account_id=accounts,
    meter_id=st.sampled_from(["X", "Y", "Z", None]),
    usage_kwh=st.none() | amounts,
    loss_kwh=st.none() | amounts,
    deducted_kwh=st.none() | amounts,
    bill_kind=st.sampled_from([None, "normal", "reversal", "reissue", "credit"]),
)


def plus(first: D | None, second: D | None) -> D | None:
    """The sum, in which a side that is not there is 0; None if neither is."""
    return None if first is None and second is None else (first or D(0)) + (second or D(0))


def by_meter(
    read: list[dict[str, Any]], billed: list[dict[str, Any]]
) -> dict[tuple[str, str | None], list[Any]]:
    """Account and meter -> kWh read, kWh billed, first usage point."""
    met: dict[tuple[str, str | None], list[Any]] = defaultdict(lambda: [None, None, None])
    for row in read:
        counts = row["reading_type"] == "total" and row["reading_source"] != "reversed"
        if (
            row["billing_month"] == OCT
            and counts
            and row["usage_kwh"] is not None
            and row["usage_point_id"] != "CHK"
        ):
            slot = met[row["account_id"], row["meter_id"]]
            slot[0] = plus(slot[0], row["usage_kwh"])
            slot[2] = min(filter(None, (slot[2], row["usage_point_id"])), default=None)
    for row in billed:
        if row["billing_month"] == OCT and row["usage_kwh"] is not None and row["bill_kind"] != "credit":
            slot = met[row["account_id"], row["meter_id"]]
            slot[1] = plus(slot[1], row["usage_kwh"] - (row["loss_kwh"] or 0) + (row["deducted_kwh"] or 0))
    return met


@_EXAMPLES
@given(read=readings, billed=energy_bills)
def test_reading_bill(home: Path, read: list[dict[str, Any]], billed: list[dict[str, Any]]) -> None:
    met = by_meter(read, billed)
    whole = {key: slot for key, slot in met.items() if slot[0] is not None and slot[1] is not None}
    sides: Sides = {f"{a}|2026-10|{m}": (UNIT.get(a), slot[0], slot[1]) for (a, m), slot in whole.items()}
    for (account, meter), slot in met.items():
        if (account, meter) in whole:
            continue
        same = [str(m) for (a, m), other in whole.items() if a == account and slot[2] and other[2] == slot[2]]
        key = f"{account}|2026-10" + (f"|{min(same)}" if same else "")
        _, left, right = sides.get(key, (None, None, None))
        sides[key] = (UNIT.get(account), plus(left, slot[0]), plus(right, slot[1]))
    points = [{"usage_point_id": "CHK", "account_id": "A0", "purpose": "check"}]
    check(home, "reading_bill", {"meter_reading": read, "bill": billed, "usage_point": points}, sides)


bills = records("bill_id", billing_month=months, account_id=accounts, bill_amount=st.none() | amounts)
claims = records(
    "receivable_id",
    receivable_month=months,
    account_id=accounts,
    receivable_amount=amounts,
    received_amount=st.none() | amounts,
    bill_id=st.sampled_from([None, *(f"bill_id{n}" for n in range(12))]),
)


@_EXAMPLES
@given(billed=bills, claimed=claims)
def test_bill_receivable(home: Path, billed: list[dict[str, Any]], claimed: list[dict[str, Any]]) -> None:
    # An account may be named by one side alone; on both, the bill's is taken.
    owner = {row["bill_id"]: row["account_id"] for row in billed}
    claimed = [{**row, "account_id": owner.get(row["bill_id"], "A0")} for row in claimed]
    sides: Sides = {
        row["bill_id"]: (UNIT.get(row["account_id"]), row["bill_amount"], None)
        for row in billed
        if row["billing_month"] == OCT
    }
    for row in claimed:
        if row["receivable_month"] == OCT:
            key = row["bill_id"] or row["receivable_id"]
            unit, left, right = sides.get(key, (UNIT.get(row["account_id"]), None, None))
            sides[key] = (unit, left, (right or D(0)) + row["receivable_amount"])
    check(home, "bill_receivable", {"bill": billed, "receivable": claimed}, sides)


receipts = records(
    "receipt_id",
    received_on=days,
    account_id=accounts,
    received_amount=amounts,
    receivable_id=st.sampled_from([None, *(f"receivable_id{n}" for n in range(12))]),
)


@_EXAMPLES
@given(claimed=claims, received=receipts)
def test_receivable_receipt(
    home: Path, claimed: list[dict[str, Any]], received: list[dict[str, Any]]
) -> None:
    known = {row["receivable_id"]: row for row in claimed}
    owner = {key: row["account_id"] for key, row in known.items()}
    received = [{**row, "account_id": owner.get(row["receivable_id"], "A1")} for row in received]
    sides: Sides = {
        key: (UNIT.get(row["account_id"]), row["received_amount"], None)
        for key, row in known.items()
        if row["receivable_month"] == OCT
    }
    for row in received:
        key = row["receivable_id"] or row["receipt_id"]
        if key in sides if key in known else row["received_on"] >= OCT:
            unit, left, right = sides.get(key, (UNIT.get(row["account_id"]), None, None))
            sides[key] = (unit, left, (right or D(0)) + row["received_amount"])
    check(home, "receivable_receipt", {"receivable": claimed, "receipt_allocation": received}, sides)


entries = records(
    "entry_id",
    voucher_no=st.just("V"),
    posted_on=days,
    org_id=st.sampled_from(["C1", "C2"]),
    account_code=st.just("1122"),
    ledger_item=st.sampled_from(["receipt", "receipt", "bank"]),
    debit_amount=st.none() | amounts,
    credit_amount=st.none() | amounts,
)


@_EXAMPLES
@given(received=receipts, posted=entries, late_days=st.integers(0, 4))
def test_receipt_ledger(
    home: Path, received: list[dict[str, Any]], posted: list[dict[str, Any]], late_days: int
) -> None:
    sums: dict[tuple[str | None, date], list[D | None]] = defaultdict(lambda: [None, None])
    for row in received:
        slot = sums[UNIT.get(row["account_id"]), row["received_on"]]
        slot[0] = (slot[0] or D(0)) + row["received_amount"]
    for row in posted:
        if row["ledger_item"] == "receipt":
            slot = sums[row["org_id"], row["posted_on"]]
            slot[1] = (slot[1] or D(0)) + (row["credit_amount"] or 0) - (row["debit_amount"] or 0)
    sides: Sides = {
        f"{unit or ''}|{day}": (unit, slot[0], slot[1]) for (unit, day), slot in sums.items() if day >= OCT
    }
    tables = {"receipt_allocation": received, "ledger_entry": posted}
    check(home, "receipt_ledger", tables, sides, **{"receipt_ledger.late_days": late_days})


@_EXAMPLES
@given(
    used=st.lists(st.integers(0, 40), min_size=30, max_size=30),
    hour=st.integers(0, 24),
    periods=st.lists(
        st.tuples(st.integers(1, 6), st.integers(0, 200), st.none() | st.integers(0, 300)),
        min_size=1,
        max_size=5,
    ),
)
def test_interval_bill(
    home: Path, used: list[int], hour: int, periods: list[tuple[int, int, int | None]]
) -> None:
    """The steps of each period add up, and the bank is what a plain walk through the bills says."""
    spans = [(n, half) for n in range(30) for half in (0, 12)]
    meter = {"account_id": "A0", "meter_id": "M", "occurrence": 1}
    tables: dict[str, Any] = {
        "interval_reading": [
            {
                **meter,
                "interval_start_at": f"{OCT + timedelta(days=n)} {half:02}:00:00",
                "kwh": used[n] + half,
            }
            for n, half in spans
        ],
        "bill": [],
        "energy_credit": [],
    }
    expected, bank, first = {}, 0, OCT
    for length, billed, credit in periods:
        last = first + timedelta(days=length - 1)
        span = {"period_start_on": first, "period_end_on": last, "account_id": "A0"}
        tables["bill"].append({**span, "bill_id": str(first), "billing_month": last, "usage_kwh": billed})
        if credit is not None:
            tables["energy_credit"].append(
                {**span, "credit_id": str(last), "credited_on": last, "credit_kwh": credit}
            )
        begin, end = (first - OCT).days * 24, ((last - OCT).days + 1) * 24
        day, clock = (
            sum(used[n] + half for n, half in spans if begin <= n * 24 + half + early < end)
            for early in (0, 24 - hour)
        )
        taken = min(clock, bank + (credit or 0))
        expected[f"A0|{first}..{last}"] = (day, clock, bank, taken, billed)
        bank += (credit or 0) - taken
        first = last + timedelta(days=1)
    with session_on(home, tables, parameters={"interval_bill.read_hour.M": hour}) as session:
        result = next(found for found in reconcile(session).links if found.link == "interval_bill")
        found = session.connection.execute(
            "SELECT business_key, coalesce(day_kwh, 0), metered_kwh, bank_in, used_kwh, billed_kwh "
            "FROM interval_bill_period"
        ).fetchall()
        query = "SELECT business_key, cause, sum(difference) FROM recon_break GROUP BY ALL"
        breaks = {row[:2]: row[2] for row in session.connection.execute(query).fetchall()}
    assert {row[0]: row[1:] for row in found} == expected
    for key, (day, clock, _, taken, billed) in expected.items():
        assert sum(v for k, v in breaks.items() if k[0] == key) == day - billed
        assert breaks.get((key, "read_clock"), 0) == day - clock
        assert breaks.get((key, "energy_credit"), 0) == taken
    assert result.difference == sum(day - billed for day, _, _, _, billed in expected.values())
