"""The power-factor table at every bracket edge, for all three standards, through both engines.

The percentages expected here are counted step by step as the published table has them, and not interpolated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import isqrt
from typing import Any

import duckdb
import pytest

from wattledger.parameters import load_parameters
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.files import load_catalogue, parse_catalogue_file
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
from wattledger.rating.decimal_engine import rate
from wattledger.rating.engine_tables import create_rating_tables
from wattledger.rating.inputs import load_cases
from wattledger.rating.sql_engine import rate_bills
from wattledger.settings import Settings

STANDARDS = (90, 85, 80)
# by standard, in hundredths: rewards in hundredths of a percent for each 0.01 upwards from the standard, then no more
REWARDS = {90: [15] * 5, 85: [10] * 5 + [15] * 4, 80: [10] * 10 + [15] * 2}
# penalties in percent for each 0.01 downwards: so many steps of 0.5, then five of 1, then of 2
HALVES = {90: 20, 85: 20, 80: 20}

PUBLISHED = [  # wgbc.cn/zxjs/205.html: Q/P, power factor, percent for the standards 0.90, 0.85, 0.80
    ("0.1003", "1.00", ("-0.75", "-1.10", "-1.30")),
    ("0.1004", "0.99", ("-0.75", "-1.10", "-1.30")),
    ("0.3461", "0.95", ("-0.75", "-1.1", "-1.3")),
    ("0.3462", "0.94", ("-0.6", "-1.1", "-1.3")),
    ("1.1536", "0.66", ("14", "9.5", "7.0")),
    ("1.1537", "0.65", ("15", "10", "7.5")),
    ("1.1848", "0.64", ("17", "11", "8.0")),
    ("1.3508", "0.59", ("27", "17", "11")),
    ("2.9099", "0.32", ("81", "71", "61")),
    ("3.6387", "0.26", ("93", "83", "73")),
]
MISPRINT = ("3.3632", "0.29")
"""The upper end of the bracket of 0.29; the page prints 5.3632."""


def percent(standard: int, factor: int) -> Decimal:
    """The percentage of a factor in hundredths, counted in steps from the standard."""
    if factor >= standard:
        return -Decimal(sum(REWARDS[standard][: factor - standard])) / 100
    steps = standard - factor
    halves = HALVES[standard]
    found = Decimal(min(steps, halves)) / 2
    found += min(max(steps - halves, 0), 5)
    return found + 2 * max(steps - halves - 5, 0)


def edges() -> Iterator[tuple[int, int, int]]:
    """P, Q just inside and just outside of each bracket, with the factor in hundredths.

    The bracket of c/100 ends where P / sqrt(P^2 + Q^2) = (2c - 1) / 200, that is Q / P = sqrt(200^2 - (2c - 1)^2) /
    (2c - 1); with P = (2c - 1) * 10^6 the greatest whole Q within is a whole root.
    """
    for factor in range(1, 101):
        odd = 2 * factor - 1
        inside = isqrt((40000 - odd * odd) * 10**12)
        yield odd * 10**6, inside, factor
        yield odd * 10**6, inside + 1, factor - 1


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    own: dict[str, Any] = {
        "jurisdiction": "CN",
        "sources": [{"id": "test", "zh": "测试", "en": "Test", "status": "made_up"}],
        "tariffs": [{"code": "T", "zh": "", "en": "", "category": "industrial", "source": "test"}],
    }
    settings = Settings()
    parameters = load_parameters(settings.parameters, "CN")
    return load_catalogue(
        settings.tariffs, "CN", parameters=parameters, own=parse_catalogue_file(own, "the test's own")
    )


def bill(bill_id: str, standard: int, active: object, reactive: object) -> BillCase:
    readings = [{"register": "total", "usage": active}, {"register": "reactive", "usage": reactive}]
    return BillCase.model_validate(
        {
            "bill_id": bill_id,
            "period_start_on": date(2026, 1, 1),
            "period_end_on": date(2026, 1, 31),
            "power_factor_standard": Decimal(standard) / 100,
            "points": [{"point_id": "P", "tariff_code": "T", "readings": readings}],
        }
    )


def expected() -> dict[str, tuple[BillCase, Decimal, Decimal]]:
    """Every bill to be rated, with its factor and its percentage."""
    found = {}
    for standard in STANDARDS:
        for active, reactive, factor in edges():
            name = f"{standard} {active} {reactive}"
            told = (Decimal(factor) / 100, percent(standard, factor))
            found[name] = (bill(name, standard, active, reactive), *told)
    for ratio, published, percents in PUBLISHED:
        for standard, told in zip(STANDARDS, percents, strict=True):
            name = f"{standard} Q/P {ratio}"
            case = bill(name, standard, 10000, Decimal(ratio) * 10000)
            found[name] = (case, Decimal(published), Decimal(told))
    ratio, printed = MISPRINT
    case = bill("misprint", 90, 10000, Decimal(ratio) * 10000)
    found["misprint"] = (case, Decimal(printed), percent(90, 29))
    return found


def test_each_edge_in_plain_decimal(catalogue: Catalogue) -> None:
    wrong = []
    for name, (case, factor, told) in expected().items():
        sheet = rate(case, catalogue)
        got = (sheet.figure("power_factor"), sheet.figure("power_factor_percent"))
        if got != (factor, told):
            wrong.append((name, got, (factor, told)))
    assert wrong == []


def test_each_edge_in_sql(catalogue: Catalogue) -> None:
    bills = expected()
    with duckdb.connect() as connection:
        create_tariffs_and_parameters(connection, catalogue)
        create_rating_tables(connection)
        load_cases(connection, [case for case, _, _ in bills.values()])
        rate_bills(connection)
        rows = connection.execute(
            "SELECT bill_id, power_factor, power_factor_percent FROM expected_bill"
        ).fetchall()
    assert {name: got for name, *got in rows} == {
        name: [factor, told] for name, (_, factor, told) in bills.items()
    }


def test_the_published_percentages_are_those_of_the_steps() -> None:
    for _, factor, percents in PUBLISHED:
        hundredths = int(Decimal(factor) * 100)
        assert [percent(s, hundredths) for s in STANDARDS] == [Decimal(p) for p in percents]
