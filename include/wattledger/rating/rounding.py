"""The one rounding of rating: half up on the magnitude, of products and of quotients, exactly.

Belongs here: what rounding means, in Python. ``docs/rating.md`` says when it is done. The SQL engine rounds in the same
way by macros of its own (``sql_engine/sql/macros.sql``), because the two engines check each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)

SHOWN: Final = 8
"""Decimals to which a quotient is shown before its rounding; never calculated with."""

CONTEXT: Final = Context(prec=200, rounding=ROUND_HALF_UP)
"""Wide enough that sums, products and squares of any register are exact; quotients go through ``half_up_quotient``."""

_UNITS: Final = tuple(Decimal(1).scaleb(-places) for places in range(13))


def half_up(value: Decimal | Fraction, places: int) -> Decimal:
    """``value`` rounded half up on its magnitude: 0.005 gives 0.01, -0.005 gives -0.01; never a negative zero."""
    if isinstance(value, Fraction):
        return half_up_quotient(Decimal(value.numerator), Decimal(value.denominator), places)
    return value.quantize(_UNITS[places], ROUND_HALF_UP, CONTEXT) or _UNITS[places] - _UNITS[places]


def half_up_quotient(dividend: Decimal, divisor: Decimal, places: int) -> Decimal:
    """``dividend / divisor`` rounded half up on its magnitude, as if the quotient had been known to its last digit.

    Whatever the context of the caller.
    """
    scaled, over = dividend.copy_abs().scaleb(places, CONTEXT), divisor.copy_abs()
    halves = CONTEXT.add(CONTEXT.multiply(scaled, 2), over)
    whole = CONTEXT.divide_int(halves, CONTEXT.multiply(over, 2))
    rounded = whole.scaleb(-places, CONTEXT)
    return rounded.copy_negate() if whole and (dividend < 0) != (divisor < 0) else rounded


def whole_quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The whole part of ``dividend / divisor``, towards zero; never a negative zero."""
    return CONTEXT.divide_int(dividend, divisor) or ZERO


def total(values: Iterable[Decimal]) -> Decimal:
    """Their sum; a zero if there are none."""
    return sum(values, ZERO)
