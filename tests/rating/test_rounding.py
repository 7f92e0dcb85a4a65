"""Half up on the magnitude: products, quotients and fractions, in Python and in the SQL engine."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest

from wattledger.rating.rounding import half_up, half_up_quotient
from wattledger.sql import sql_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049999", "0.00"), ("-0.004", "0.00"), ("2.675", "2.68")],
)
def test_half_up_on_the_magnitude(value: str, expected: str) -> None:
    assert str(half_up(Decimal(value), 2)) == expected


@pytest.mark.parametrize(
    ("dividend", "divisor", "places", "expected"),
    [
        ("1", "3", 4, "0.3333"),
        ("2", "3", 4, "0.6667"),
        ("1", "8", 2, "0.13"),  # 0.125
        ("-1", "8", 2, "-0.13"),
        ("1", "-8", 2, "-0.13"),
        ("-1", "-8", 2, "0.13"),
        ("-1", "1000", 2, "0.00"),
        # 0.005 less one part in 10^40: an ordinary Decimal quotient of 28 digits would round it up
        ("0.0049999999999999999999999999999999999999999", "1", 2, "0.00"),
        ("14999999999999999999999999999999999999999", "3e40", 0, "0"),
        ("15000000000000000000000000000000000000000", "3e40", 0, "1"),
    ],
)
def test_quotients_round_as_if_known_to_the_last_digit(
    dividend: str, divisor: str, places: int, expected: str
) -> None:
    assert str(half_up_quotient(Decimal(dividend), Decimal(divisor), places)) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [("1/3", 4, "0.3333"), ("-1/8", 2, "-0.13"), ("-1/1000", 2, "0.00"), ("5/2", 0, "3"), ("7", 2, "7.00")],
)
def test_fractions_round_alike(value: str, places: int, expected: str) -> None:
    assert str(half_up(Fraction(value), places)) == expected


def test_the_sql_engine_rounds_alike() -> None:
    connection = duckdb.connect()
    connection.execute(sql_text("wattledger.rating.sql_engine", "macros"))
    draw = random.Random(1)
    # halves as often as not: they are what roundings differ in
    rows = [(draw.randint(-(10**12), 10**12) * 5, draw.choice([1, 2, 10, 30, 10_000])) for _ in range(2_000)]
    connection.execute("CREATE TABLE given (num HUGEINT, den HUGEINT)")
    connection.executemany("INSERT INTO given VALUES (?, ?)", rows)
    for num, den, quotient, product in connection.execute(
        "SELECT num, den, half_up(num, den), round(num::DECIMAL(38, 0) * 0.001, 2) FROM given"
    ).fetchall():
        assert quotient == half_up_quotient(Decimal(num), Decimal(den), 0), (num, den)
        assert product == half_up(Decimal(num) / 1000, 2), num
