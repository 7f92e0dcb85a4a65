"""Exact arithmetic: fractions until a rounding is named, half up on the magnitude.

Belongs here: rounding, and how an exact number is shown in a step. Not here: what is calculated.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

SHOWN_PLACES = 8
KWH_PLACES, FEN_PLACES = 4, 2


def half_up(value: Fraction | Decimal, places: int) -> Decimal:
    """``value`` rounded half up on its magnitude: 0.005 gives 0.01, -0.005 gives -0.01."""
    scaled = abs(Fraction(value)) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-units if value < 0 else units).scaleb(-places)


def kwh(value: Fraction | Decimal) -> Decimal:
    """An energy to the four decimals that the lake keeps."""
    return half_up(value, KWH_PLACES)


def fen(value: Fraction | Decimal) -> Decimal:
    """An amount to the fen."""
    return half_up(value, FEN_PLACES)


def shown(value: Fraction | Decimal) -> Decimal:
    """An unrounded value as a sheet shows it: without trailing zeros, to 8 places where it has no end."""
    plain = half_up(value, SHOWN_PLACES).normalize()
    return plain if plain == plain.to_integral_value() and plain.as_tuple().exponent == 0 else _plain(plain)


def total(values: Iterable[Fraction | Decimal]) -> Fraction:
    """The exact sum."""
    return sum((Fraction(value) for value in values), Fraction(0))


def _plain(value: Decimal) -> Decimal:
    """Without an exponent: ``5E+3`` is written ``5000``."""
    return Decimal(f"{value:f}")
