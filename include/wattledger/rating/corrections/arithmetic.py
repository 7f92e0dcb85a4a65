"""Exact arithmetic of what comes after a bill: fractions, until the law or the sheet rounds them.

Belongs here: to how many places, and how an exact number is shown in a step. How numbers are rounded: ``rounding``.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from wattledger.rating.rounding import SHOWN, half_up

KWH_PLACES, FEN_PLACES = 4, 2


def kwh(value: Fraction | Decimal) -> Decimal:
    """An energy to the four decimals that the lake keeps."""
    return half_up(value, KWH_PLACES)


def fen(value: Fraction | Decimal) -> Decimal:
    """An amount to the fen."""
    return half_up(value, FEN_PLACES)


def shown(value: Fraction | Decimal) -> Decimal:
    """An unrounded value as a sheet shows it: without trailing zeros, to 8 places where it has no end."""
    plain = half_up(value, SHOWN).normalize()
    return plain if plain == plain.to_integral_value() and plain.as_tuple().exponent == 0 else _plain(plain)


def total(values: Iterable[Fraction | Decimal]) -> Fraction:
    """The exact sum."""
    return sum((Fraction(value) for value in values), Fraction(0))


def _plain(value: Decimal) -> Decimal:
    """Without an exponent: ``5E+3`` is written ``5000``."""
    return Decimal(f"{value:f}")
