"""What only the SQL engine has: batches, prefixes, views, and bills that are no cases; and one bill by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isqrt

import duckdb
import pytest

from tests.rating.sql_engine.made_up import made_up_catalogue, outcomes
from tests.rating.sql_engine.strategies import make_case
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
from wattledger.rating.engine_tables import create_rating_tables
from wattledger.rating.inputs import load_cases
from wattledger.rating.sql_engine import rate_bills

D = Decimal


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect(config={"threads": 2})
    create_tariffs_and_parameters(found, made_up_catalogue())
    create_rating_tables(found)
    return found


def household(bill_id: str, **readings: object) -> BillCase:
    """A bill by tiers of a month, of June 2012: 180 and 280 kWh, of five persons 60 more each."""
    reading = {"register": "total", "previous_reading": 100, "reading": 500} | readings
    return BillCase.model_validate(
        {
            "bill_id": bill_id,
            "period_start_on": date(2012, 6, 1),
            "period_end_on": date(2012, 6, 30),
            "persons": 5,
            "points": [{"point_id": "P", "tariff_code": "MONTH", "readings": [reading]}],
        }
    )


def test_a_bill_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    load_cases(connection, [household("H")])
    rate_bills(connection)
    bill = outcomes(connection)["H"]
    assert bill.lines == (
        ("MONTH", "agency_purchase", None, None, None, None, D("400"), D("0.3813"), D("152.52")),
        ("MONTH", "energy", None, 1, None, None, D("240"), D("0.5283"), D("126.79")),
        ("MONTH", "energy", None, 2, None, None, D("100"), D("0.5783"), D("57.83")),
        ("MONTH", "energy", None, 3, None, None, D("60"), D("0.8283"), D("49.70")),
        ("MONTH", "fund_a", None, None, None, None, D("400"), D("0.0083"), D("3.32")),
    )
    assert bill.total == D("390.16")
    assert [bill.figures[f"tier{n}_kwh"] for n in range(1, 6)] == [240, 100, 60, 0, 0]


def test_batches_views_and_prefixes_change_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    cases = [make_case(number) for number in range(400)]
    load_cases(connection, cases)
    rate_bills(connection)
    whole = outcomes(connection)
    assert len(whole) == len(cases)
    for table in ("bill", "point", "register", "capacity", "extra"):
        connection.execute(f"CREATE VIEW other_rating_{table} AS FROM rating_{table}")
    rate_bills(connection, "other_", batch_bills=37)
    for result in ("expected_line", "expected_bill"):
        assert connection.execute(f"FROM other_{result} EXCEPT ALL FROM {result}").fetchall() == []
        assert connection.execute(f"FROM {result} EXCEPT ALL FROM other_{result}").fetchall() == []


def test_rating_again_replaces_and_leaves_no_scratch(connection: duckdb.DuckDBPyConnection) -> None:
    load_cases(connection, [household("H")])
    rate_bills(connection)
    rate_bills(connection)
    assert connection.execute("SELECT count(*) FROM expected_bill").fetchall() == [(1,)]
    assert connection.execute("SELECT count(*) FROM expected_line").fetchall() == [(5,)]
    assert connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []


def test_no_bills_are_no_results(connection: duckdb.DuckDBPyConnection) -> None:
    rate_bills(connection)
    assert outcomes(connection) == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE rating_register SET reading = NULL", "no_reading"),
        ("UPDATE rating_register SET usage = 100000000000.0001", "out_of_range"),
        ("UPDATE rating_register SET multiplier = 9999999999, reading = 99999999999999", "out_of_range"),
        ("UPDATE rating_bill SET kwh_before = -100000000001", "out_of_range"),
        ("UPDATE rating_point SET parent_point_id = 'X', calculation = 'submeter'", "wrong_parent"),
        ("UPDATE rating_point SET calculation = 'fixed_kwh'", "wrong_parent"),
        ("UPDATE rating_point SET tariff_code = NULL", "unknown_tariff"),
        ("UPDATE rating_point SET tariff_code = 'X', parent_point_id = 'X'", "unknown_tariff"),
        ("DELETE FROM parameter WHERE name = 'rating.loss_curve_factor'", "no_parameter"),
        ("UPDATE rating_point SET load_loss_kw = 99999999, rated_kva = 0.001", "out_of_range"),
    ],
)
def test_what_cannot_be_rated_says_so_and_spoils_no_other(
    connection: duckdb.DuckDBPyConnection, change: str, reason: str
) -> None:
    load_cases(connection, [household("bad")])
    connection.execute(
        "UPDATE rating_point SET loss_method = 'formula', loss_hours = 720, rated_kva = 50, "
        "no_load_kw = 0, load_loss_kw = 0, no_load_current_percent = 0, impedance_percent = 0"
    )
    connection.execute(change)
    load_cases(connection, [household("good")])
    rate_bills(connection)
    found = outcomes(connection)
    assert (found["bad"].reason, found["bad"].lines, found["bad"].total) == (reason, (), None)
    assert (found["good"].reason, found["good"].total) == ("", D("390.16"))


def test_up_to_the_limit_a_bill_is_exact(connection: duckdb.DuckDBPyConnection) -> None:
    load_cases(connection, [household("H", usage=D("100000000000"))])
    rate_bills(connection)
    lines = outcomes(connection)["H"].lines
    assert (
        "MONTH",
        "energy",
        None,
        3,
        None,
        None,
        D("99999999660"),
        D("0.8283"),
        D("82829999718.38"),
    ) in lines


def test_power_factors_are_exact_at_every_edge(connection: duckdb.DuckDBPyConnection) -> None:
    """P and Q on both sides of c - 1/2 hundredths, and large: half up on P / sqrt(P^2 + Q^2) by integers."""
    cases, expected = [], {}
    for hundredths in range(1, 101):
        for p in (D(2 * hundredths - 1), D("99999999.9999"), D(10) ** 10):
            square = Fraction(p) ** 2 * (Fraction(40000, (2 * hundredths - 1) ** 2) - 1)
            edge = D(isqrt(int(square * 10**8))).scaleb(-4)
            for q in (edge - D("0.0001"), edge, edge + D("0.0001")):
                bill_id = f"{hundredths} {p} {q}"
                cases.append(_two_registers(bill_id, p, q))
                expected[bill_id] = _power_factor(p, q)
    load_cases(connection, cases)
    rate_bills(connection)
    found = {
        bill_id: o.figures.get("power_factor") for bill_id, o in outcomes(connection).items() if not o.reason
    }
    assert len(found) > 800
    assert found == {bill_id: expected[bill_id] for bill_id in found}


def _two_registers(bill_id: str, p: Decimal, q: Decimal) -> BillCase:
    readings = [{"register": "total", "usage": p}, {"register": "reactive", "usage": q}]
    return BillCase.model_validate(
        {
            "bill_id": bill_id,
            "period_start_on": date(2012, 6, 1),
            "period_end_on": date(2012, 6, 30),
            "power_factor_standard": "0.90",
            "points": [{"point_id": "P", "tariff_code": "MONTH", "readings": readings}],
        }
    )


def _power_factor(p: Decimal, q: Decimal) -> Decimal:
    """The largest number of hundredths c with c - 1/2 <= 100 P / sqrt(P^2 + Q^2)."""
    share = Fraction(p) ** 2 / (Fraction(p) ** 2 + Fraction(q) ** 2)
    return D(max(c for c in range(101) if c == 0 or Fraction(2 * c - 1, 200) ** 2 <= share)) / 100


@pytest.mark.parametrize("mode", ["capacity", "actual_demand"])
@pytest.mark.parametrize(
    "name", ["rating.suspension_min_days", "rating.suspended_share", "rating.part_month"]
)
def test_suspended_capacity_is_not_free_for_want_of_a_parameter(
    connection: duckdb.DuckDBPyConnection, mode: str, name: str
) -> None:
    point = {"point_id": "P", "tariff_code": "FULL", "readings": [{"register": "peak", "usage": 1}]}
    items = [
        {"item": "A", "kva": 100, "to_on": date(2012, 6, 9)},
        {
            "item": "A",
            "kva": 100,
            "state": "suspended",
            "from_on": date(2012, 6, 10),
            "to_on": date(2012, 6, 30),
        },
    ]
    bill = household("B").model_dump(exclude={"points", "capacity"}) | {"basic_mode": mode, "voltage": "10kV"}
    load_cases(connection, [BillCase.model_validate({**bill, "capacity": items, "points": [point]})])
    connection.execute("DELETE FROM parameter WHERE name = ?", [name])
    rate_bills(connection)
    assert outcomes(connection)["B"].reason == "no_parameter"
