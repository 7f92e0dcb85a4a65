"""A power-factor table for every hundredth, by the straight lines between its knots.

Belongs here: reading a table. The power factor of a bill is worked out by the engines.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from wattledger.rating.catalogue.model import PowerFactorTable

HUNDREDTHS: Final = tuple(Decimal(n) / 100 for n in range(101))
_PLACES: Final = 4


class KnotError(ValueError):
    """A power-factor table does not give every hundredth a percentage; the text says which."""


def percents(table: PowerFactorTable) -> dict[Decimal, Decimal]:
    """The adjustment in percent for 0.00, 0.01 ... 1.00.

    Raises:
        KnotError: the knots do not reach from 0.00 to 1.00, or a hundredth between two has no percentage of at most
            four decimals.
    """
    knots = sorted(table.percent.items())
    if not knots or knots[0][0] != 0 or knots[-1][0] != 1:
        raise KnotError("its knots do not reach from 0.00 to 1.00")
    if off := [factor for factor, _ in knots if factor * 100 != int(factor * 100)]:
        raise KnotError(f"the knot {off[0]} is not a whole hundredth")
    found: dict[Decimal, Decimal] = {}
    for (low, low_percent), (high, high_percent) in pairwise(knots):
        slope = Fraction(high_percent - low_percent) / Fraction(high - low)
        for factor in (f for f in HUNDREDTHS if low <= f <= high):
            found[factor] = _decimal(Fraction(low_percent) + slope * Fraction(factor - low), factor)
    return found


def _decimal(percent: Fraction, factor: Decimal) -> Decimal:
    scaled = percent * 10**_PLACES
    if scaled.denominator != 1:
        raise KnotError(f"its percentage at {factor} has more than {_PLACES} decimals; give a knot there")
    return Decimal(scaled.numerator).scaleb(-_PLACES)
