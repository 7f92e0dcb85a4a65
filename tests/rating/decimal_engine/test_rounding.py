"""Half up on the magnitude, for products and for quotients."""

from __future__ import annotations

from decimal import Decimal

import pytest

from wattledger.rating.decimal_engine.rounding import half_up, half_up_quotient


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
