"""Prices of a rate on a day: by time of use and tier as far as they depend on them (``docs/rating.md``, step 6).

Belongs here: ratio, surcharge and rounding of a price. Quantities are in ``charges``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from wattledger.rating.catalogue.model import Tou, TouRatio, TouScheme
from wattledger.rating.decimal_engine.clauses import clause_of
from wattledger.rating.decimal_engine.index import Cell, Index, IndexedRate, in_order
from wattledger.rating.rounding import half_up
from wattledger.sheets.model import Clause, NotRatableError, Step, Value

SURCHARGE = "rating.surcharge_factor"


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of one time of use and tier (None: of all), with its arithmetic and what it rests on."""

    tou: Tou | None
    tier: int | None
    price: Decimal
    step: Step
    clauses: tuple[Clause, ...]


def prices_of(
    index: Index,
    indexed: IndexedRate,
    day: date,
    voltage: str,
    surcharged: bool,
    scheme: TouScheme | None = None,
    tiers: int = 0,
) -> tuple[Priced, ...]:
    """The prices of a rate on ``day``, by times of the scheme and tiers 1 to ``tiers`` as far as it depends on them.

    Raises NotRatableError (no_rate) where one of them is missing.
    """
    surcharged = surcharged and indexed.rate.surcharged
    key = (id(indexed), day, voltage, surcharged, scheme and scheme.id, tiers)
    known = index.memory.get(key)
    if known is None:
        known = index.memory[key] = _prices(index, indexed, day, voltage, surcharged, scheme, tiers)
    return cast("tuple[Priced, ...]", known)


def _prices(
    index: Index,
    indexed: IndexedRate,
    day: date,
    voltage: str,
    surcharged: bool,
    scheme: TouScheme | None,
    tiers: int,
) -> tuple[Priced, ...]:
    rate = indexed.rate
    floats = rate.floats and scheme is not None
    times: list[Tou | None] = [None]
    if scheme is not None and (indexed.by_tou or floats):
        times = sorted(scheme.periods, key=in_order)
    band = index.bands.get(voltage) if indexed.by_voltage else None
    listing = _Listing(
        index, indexed, day, voltage, surcharged, _ratios(scheme, day) if floats and scheme else None
    )
    return tuple(
        listing.priced((band, tou if indexed.by_tou else None, tier), tou)
        for tou in times
        for tier in (range(1, tiers + 1) if indexed.by_tier and tiers else (None,))
    )


def _ratios(scheme: TouScheme, day: date) -> TouRatio | None:
    """The ratios of a scheme that hold on a day."""
    return next((ratios for ratios in scheme.ratios if ratios.holds(day)), None)


@dataclass(frozen=True, slots=True)
class _Listing:
    """What all prices of one rate on one day have in common."""

    index: Index
    indexed: IndexedRate
    day: date
    voltage: str
    surcharged: bool
    ratios: TouRatio | None

    def priced(self, cell: Cell, tou: Tou | None) -> Priced:
        """The price of a cell: listed, times ratio and surcharge, rounded."""
        rate = self.indexed.rate
        listed = self.indexed.prices.get(cell)
        floats = rate.floats and tou is not None
        ratio = self.ratios.ratio.get(tou) if floats and self.ratios and tou else None
        if listed is None or (floats and ratio is None):
            raise NotRatableError(
                "no_rate",
                f"{rate.component}: no {'price' if listed is None else 'ratio'} for voltage {self.voltage}, "
                f"time of use {tou or 'any'}, tier {cell[2] or 'any'} on {self.day.isoformat()}",
            )
        values: dict[str, Value] = {"listed": listed, "day": self.day, "decimals": rate.decimals}
        clauses = [self.indexed.clause]
        exact = listed
        code = (
            "price",
            *(["ratio"] if ratio is not None else []),
            *(["surcharged"] if self.surcharged else []),
        )
        if ratio is not None and self.ratios is not None and tou is not None:
            exact *= ratio
            values |= {"tou": tou, "ratio": ratio}
            clauses.append(clause_of("tou.ratio", self.ratios, self.index.sources))
        if self.surcharged:
            factor, clause = self.index.number(SURCHARGE, self.day)
            exact *= factor
            values["surcharge_factor"] = factor
            clauses.append(clause)
        price = half_up(exact, rate.decimals)
        if len(code) > 1:
            values["unrounded"] = exact
        step = Step("_".join(code) if len(code) > 1 else "price_listed", values | {"price": price})
        return Priced(tou, cell[2], price, step, tuple(clauses))
