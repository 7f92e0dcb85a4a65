"""The real bills of Electric Brew, rated anew by both engines, and what does not come out to the cent.

The tariffs were worked out of these bills, so that they agree proves the tariffs and the engines, not the utility. What
disagrees is listed in ``LISTED`` with its reason, and each reason is held against the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from wattledger.extract.landing import land
from wattledger.extract.source import load_source
from wattledger.lake import Lake, open_session
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating import decimal_engine
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.catalogue.tables import create_catalogue_tables
from wattledger.rating.inputs import case_of
from wattledger.rating.step import rate_session
from wattledger.settings import Settings

pytestmark = pytest.mark.real_data

ROOT = Path(__file__).resolve().parents[2]
ALL = Period.parse("2020-10..2023-09")

# Invoice and component: expected less billed, and why.
# credit_first  a solar credit comes off the part before the change alone, rating divides what is left by days
# credit_twice  the credit was taken off the delivered kWh twice and off the supplied kWh once
LISTED: dict[tuple[str, str], tuple[str, str]] = {
    ("I5bed6540", "energy"): ("0.04", "credit_first"),
    ("I9ad57d49", "energy"): ("0.12", "credit_first"),
    ("I9ad57d49", "tax"): ("0.01", "credit_first"),
    ("If56800e5", "energy"): ("0.35", "credit_first"),
    ("If56800e5", "tax"): ("0.01", "credit_first"),
    ("If56800e5", "supply"): ("-18.54", "credit_twice"),
    ("If56800e5", "supply_tax"): ("-1.02", "credit_twice"),
}
COMPONENTS = {
    "energy": "sum(delivery_charge::DECIMAL(18,2))",
    "service_charge": "sum(service_charge::DECIMAL(18,2))",
    "tax": "any_value(delivery_tax::DECIMAL(18,2))",
    "supply": "any_value(supply_charge::DECIMAL(18,2))",
    "supply_tax": "any_value(supply_tax::DECIMAL(18,2))",
}
Amounts = dict[tuple[str, str], Decimal]


@pytest.fixture(scope="module")
def data() -> Path:
    """The folder with ``electric_brew/``: ``WATTLEDGER_DATA``, or ``shared/data`` beside the checkout."""
    folder = Path(os.environ.get("WATTLEDGER_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "electric_brew" / "bills.parquet").is_file():
        pytest.skip(f"the real data are not here: no {folder}/electric_brew; set WATTLEDGER_DATA")
    return folder


@pytest.fixture(scope="module")
def plain(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The files themselves, as ``bl`` and ``sc``."""
    with duckdb.connect() as connection:
        for view, name in {"bl": "bills", "sc": "solar_credits"}.items():
            connection.execute(f"CREATE VIEW {view} AS FROM '{data}/electric_brew/{name}.parquet'")
        yield connection


@pytest.fixture(scope="module")
def rated(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Catalogue]]:
    """The session after the SQL engine went over all bills and compared them, and the catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATTLEDGER_DATA", str(data))
        settings = Settings(home=tmp_path_factory.mktemp("electric_brew"))
        source = load_source(ROOT / "sources" / "electric_brew.yaml")
        lake = Lake(settings.home / "lake")
        for name in ("bill", "bill_line"):
            land(settings, lake, source, name, ALL)
    parameters = load_parameters(settings.parameters, source.jurisdiction, source.parameters)
    catalogue = load_catalogue(ROOT / "tariffs", source.jurisdiction, parameters=parameters)
    pins = {name: lake.pin(name) for name in source.datasets}
    with open_session(settings, lake, ALL, pins, parameters) as session:
        create_catalogue_tables(session.connection, catalogue)
        rate_session(session, lambda _: None)
        yield session.connection, catalogue


@pytest.fixture(scope="module")
def billed(plain: duckdb.DuckDBPyConnection) -> Amounts:
    columns = ", ".join(f"{sql} AS {name}" for name, sql in COMPONENTS.items())
    rows = plain.execute(f"SELECT invoice_id, {columns} FROM bl GROUP BY invoice_id").fetchall()
    return {
        (row[0], name): amount
        for row in rows
        for name, amount in zip(COMPONENTS, row[1:], strict=True)
        if amount
    }


def differences(expected: Amounts, billed: Amounts) -> Amounts:
    return {
        key: expected.get(key, Decimal(0)) - billed.get(key, Decimal(0))
        for key in expected.keys() | billed.keys()
        if expected.get(key) != billed.get(key)
    }


def listed(reason: str) -> set[str]:
    return {invoice for (invoice, _), (_, why) in LISTED.items() if why == reason}


def cents(exact_amount: Decimal) -> Decimal:
    return exact_amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_set_based_engine_gives_what_was_billed(
    rated: tuple[duckdb.DuckDBPyConnection, Catalogue], billed: Amounts
) -> None:
    query = "SELECT bill_id, component, sum(amount)::DECIMAL(18,2) FROM expected_line GROUP BY ALL"
    expected = {(bill, component): amount for bill, component, amount in rated[0].execute(query).fetchall()}
    assert differences(expected, billed) == {key: Decimal(amount) for key, (amount, _) in LISTED.items()}
    assert rated[0].execute("SELECT status, count(*) FROM expected_bill GROUP BY ALL").fetchall() == [
        ("rated", 120)
    ]


def test_decimal_engine_gives_the_same_lines(rated: tuple[duckdb.DuckDBPyConnection, Catalogue]) -> None:
    connection, catalogue = rated
    columns = "component, from_on, to_on, quantity, price, amount"
    query = f"SELECT bill_id, {columns} FROM expected_line ORDER BY ALL"
    of_bill: dict[str, list[Any]] = {}
    for bill_id, *line in connection.execute(query).fetchall():
        of_bill.setdefault(bill_id, []).append(tuple(line))
    assert len(of_bill) == 120
    for bill_id, lines in of_bill.items():
        sheet = decimal_engine.rate(case_of(connection, bill_id), catalogue)
        found = [(e.component, e.from_on, e.to_on, e.quantity, e.price, e.amount) for e in sheet.lines]
        assert sorted(found, key=str) == sorted(lines, key=str), bill_id


def test_comparison_finds_what_is_listed(rated: tuple[duckdb.DuckDBPyConnection, Catalogue]) -> None:
    amounts: dict[str, Decimal] = {}
    for (invoice, _), (amount, _) in LISTED.items():
        amounts[invoice] = amounts.get(invoice, Decimal(0)) + Decimal(amount)
    query = "SELECT bill_id, sum(amount)::DECIMAL(18,2) FROM bill_difference GROUP BY bill_id"
    assert dict(rated[0].execute(query).fetchall()) == amounts


def test_every_line_of_the_bills_has_the_price_of_its_days(
    rated: tuple[duckdb.DuckDBPyConnection, Catalogue], plain: duckdb.DuckDBPyConnection
) -> None:
    """With the kWh as the utility divided them, no line is off: that is the reason where rating divides otherwise."""
    rates = [rate for rate in rated[1].rates if rate.component == "energy"]
    query = "SELECT period_start, kwh_delivered, delivery_charge::DECIMAL(18,2) FROM bl"
    lines = plain.execute(query).fetchall()
    for day, kwh, charge in lines:
        (price,) = (rate.price for rate in rates if rate.holds(day))
        assert isinstance(price, Decimal)
        assert cents(kwh * price) == charge
    assert len(lines) == 135


def test_reasons_of_what_is_listed(plain: duckdb.DuckDBPyConnection) -> None:
    plain.execute("""
        CREATE OR REPLACE TABLE divided AS
        SELECT invoice_id, sum(kwh_delivered)::INTEGER AS kwh, arg_min(kwh_delivered, period_start) AS first_kwh,
            max(kwh_supplied) AS supplied_kwh, min(period_end) - min(period_start) + 1 AS first_days,
            max(period_end) - min(period_start) + 1 AS days,
            (SELECT max(kwh) FROM sc WHERE sc.account_id = bl.account_id AND sc.period_end = max(bl.period_end))
                AS credit
        FROM bl GROUP BY account_id, invoice_id HAVING count(*) = 2 AND sum(kwh_delivered) > 0
    """)
    # without a credit, kWh are divided as rating does it: rating.days_division of parameters/US.yaml
    taken = "CASE WHEN credit IS NULL THEN 0 WHEN supplied_kwh - kwh = credit THEN 2 * credit ELSE credit END"
    first = plain.execute(
        f"SELECT invoice_id, credit FROM divided WHERE first_kwh = (kwh + {taken}) * first_days // days - {taken}"
    ).fetchall()
    assert len(first) == 8
    assert listed("credit_first") == {invoice for invoice, credit in first if credit is not None}
    twice = plain.execute("SELECT invoice_id FROM divided WHERE supplied_kwh - kwh = credit").fetchall()
    assert listed("credit_twice") == {row[0] for row in twice}
    assert plain.execute("SELECT count(*) FROM divided").fetchone() == (8,)
