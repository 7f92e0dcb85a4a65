"""The catalogue as tables: what a bill is joined with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from wattledger.parameters import Parameter
from wattledger.rating.catalogue.files import join_layers, parse_catalogue_file
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.catalogue.tables import create_catalogue_tables, create_tariffs_and_parameters
from wattledger.yaml_text import load_yaml

BASE = (Path(__file__).parent / "catalogue_base.yaml").read_text(encoding="utf-8")
EVER, ALWAYS = date(1, 1, 1), date(9999, 12, 31)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    parameter = Parameter(name="p", value=Decimal("0.4"), rank=1)
    return join_layers("ZZ", {"base": parse_catalogue_file(load_yaml(BASE), "base")}, [parameter])


@pytest.fixture(scope="module")
def connection(catalogue: Catalogue) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_tariffs_and_parameters(connection, catalogue)
    return connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_a_price_by_band_has_a_row_for_each_voltage(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT voltage, tou, price::VARCHAR FROM tariff_rate WHERE rate_no = 2 ORDER BY ALL"
    assert rows(connection, query) == [
        ("10kV", "flat", "0.50000000"),
        ("10kV", "peak", "0.80000000"),
        ("10kV", "valley", "0.20000000"),
        ("220V", "flat", "0.60000000"),
        ("220V", "peak", "0.90000000"),
        ("220V", "valley", "0.30000000"),
        ("380V", "flat", "0.60000000"),
        ("380V", "peak", "0.90000000"),
        ("380V", "valley", "0.30000000"),
    ]


def test_a_price_of_some_months_has_a_row_for_each(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT month FROM tariff_rate WHERE rate_no = 4 AND voltage = '10kV' ORDER BY month"
    assert rows(connection, query) == [(1,), (2,), (12,)]


def test_open_ends_are_the_first_and_the_last_day(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT tariff_code, valid_from, valid_to, tou_scheme, tier_scheme FROM tariff ORDER BY ALL"
    assert rows(connection, query) == [
        ("B", date(2024, 1, 1), date(2025, 12, 31), "hours", None),
        ("H", EVER, ALWAYS, None, "steps"),
    ]


def test_components_stand_in_order_with_the_base_of_the_power_factor(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = (
        "SELECT component, in_power_factor_base FROM tariff_component WHERE tariff_code = 'B' ORDER BY seq"
    )
    assert rows(connection, query) == [
        ("energy", True),
        ("grid", True),
        ("demand", True),
        ("power_factor", False),
    ]


def test_the_last_tier_has_no_end(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT tier, up_to_kwh, cycle, cycle_months FROM tier_limit WHERE month = 7 ORDER BY tier"
    assert rows(connection, query) == [
        (1, Decimal(260), "month", 1),
        (2, Decimal(600), "month", 1),
        (3, None, "month", 1),
    ]


def test_percentages_stand_for_every_hundredth(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*), count(DISTINCT factor), sum(percent) FROM power_factor_knot"
    # 45 at 0.00, half a percent less for each hundredth, 0 from 0.90: half of 1 + 2 + ... + 90
    assert rows(connection, query) == [(101, 101, Decimal("2047.5"))]


def test_percentages_of_what_balances_and_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "FROM tariff_rate_of") == [(1, "energy")]
    assert rows(connection, "SELECT tou FROM tou_period WHERE is_balance") == [("flat",)]
    assert rows(connection, "SELECT tou, ratio FROM tou_ratio WHERE tou = 'peak'") == [
        ("peak", Decimal("1.6"))
    ]
    assert rows(connection, "SELECT name, value, rank FROM parameter") == [("p", Decimal("0.4"), 1)]


def test_tables_are_replaced(catalogue: Catalogue) -> None:
    connection = duckdb.connect()
    for _ in range(2):
        create_catalogue_tables(connection, catalogue)
    assert rows(connection, "SELECT count(*) FROM tariff") == [(2,)]
