"""The catalogue, arranged for quick look-ups: tariffs by code, rates by tariff and component, parameters by name.

Belongs here: looking up what holds on a day, and remembering it. Prices are put together in ``prices``.
"""

from __future__ import annotations

import weakref
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, cast

from wattledger.errors import ConfigurationError
from wattledger.parameters import Parameter, value_on
from wattledger.rating.catalogue.model import TOU, Catalogue, Key, Rate, Tariff
from wattledger.rating.decimal_engine.clauses import clause_of, parameter_clause
from wattledger.sheets.model import Clause

Cell = tuple[str | None, str | None, int | None]
"""Voltage band, time of use, tier; None: the price does not depend on it."""


class IndexedRate:
    """A rate with its prices laid flat, and what they depend on."""

    __slots__ = ("by_tier", "by_tou", "by_voltage", "clause", "prices", "rate")

    def __init__(self, rate: Rate, clause: Clause) -> None:
        self.rate = rate
        self.clause = clause
        self.prices: dict[Cell, Decimal] = {}
        _lay_flat(rate.price, (None, None, None), self.prices)
        self.by_voltage = any(cell[0] is not None for cell in self.prices)
        self.by_tou = any(cell[1] is not None for cell in self.prices)
        self.by_tier = any(cell[2] is not None for cell in self.prices)


class Index:
    """A catalogue, arranged by what is looked up in it. The catalogue must not be changed afterwards (it is frozen)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.sources = catalogue.sources
        self.bands = catalogue.voltage_bands
        self.tou = catalogue.tou
        self.tiers = catalogue.tiers
        self.power_factor = catalogue.power_factor
        self.tariffs: dict[str, list[Tariff]] = {}
        for tariff in catalogue.tariffs:
            self.tariffs.setdefault(tariff.code, []).append(tariff)
        self.rates: dict[tuple[str, str], list[IndexedRate]] = {}
        for rate in catalogue.rates:
            indexed = IndexedRate(rate, clause_of(f"rate.{rate.component}", rate, catalogue.sources))
            for code in rate.tariffs:
                self.rates.setdefault((code, rate.component), []).append(indexed)
        self._parameters = catalogue.parameters
        self.jurisdiction = catalogue.jurisdiction
        # remembered per catalogue: they die with it
        self.rate_on = cache(self._rate_on)
        self.parameter = cache(self._parameter)
        self.memory: dict[tuple[object, ...], object] = {}

    def _rate_on(self, tariff_code: str, component: str, day: date, voltage: str) -> IndexedRate | None:
        """The rate of a component that holds on ``day`` and has a price for the voltage."""
        band = self.bands.get(voltage)
        for indexed in self.rates.get((tariff_code, component), ()):
            if indexed.rate.holds(day) and (
                not indexed.by_voltage
                or any(cell[0] == band for cell in indexed.prices if cell[0] is not None)
            ):
                return indexed
        return None

    def _parameter(self, name: str, day: date) -> tuple[Parameter, Clause] | None:
        chosen = value_on(self._parameters, name, day)
        return (chosen, parameter_clause(chosen)) if chosen else None

    def number(self, name: str, day: date) -> tuple[Decimal, Clause]:
        """A parameter's number on a day, with its clause; raise ConfigurationError where it has none."""
        found = self.parameter(name, day)
        if found is None or found[0].value is None:
            raise self._no_parameter(name, day, "number")
        return found[0].value, found[1]

    def text(self, name: str, day: date) -> tuple[str, Clause]:
        """A parameter's text on a day, with its clause; raise ConfigurationError where it has none."""
        found = self.parameter(name, day)
        if found is None or found[0].text is None:
            raise self._no_parameter(name, day, "text")
        return found[0].text, found[1]

    def _no_parameter(self, name: str, day: date, kind: str) -> ConfigurationError:
        return ConfigurationError(
            f"parameter {name} has no {kind} on {day.isoformat()}",
            where=f"parameters of {self.jurisdiction}",
            todo=f"add a value of {name} whose valid_from and valid_to span {day.isoformat()} to parameters/",
        )


_PLACES: Final[dict[str, int]] = {tou: place for place, tou in enumerate(TOU)}
_indexes: Final[dict[int, Index]] = {}


def index_of(catalogue: Catalogue) -> Index:
    """The index of a catalogue, made once and kept as long as the catalogue lives."""
    key = id(catalogue)
    index = _indexes.get(key)
    if index is None:
        index = _indexes[key] = Index(catalogue)
        weakref.finalize(catalogue, _indexes.pop, key, None)
    return index


def _lay_flat(price: object, cell: Cell, prices: dict[Cell, Decimal]) -> None:
    """Fill ``prices`` from numbers nested by band, time of use and tier, as far as they are."""
    if isinstance(price, Decimal):
        prices[cell] = price
        return
    for key, below in cast("dict[Key, object]", price).items():
        band, tou, tier = cell
        if isinstance(key, int) or key.isdigit():
            tier = int(key)
        elif key in TOU:
            tou = key
        else:
            band = key
        _lay_flat(below, (band, tou, tier), prices)


def in_order(tou: str | None) -> int:
    """The place of a time of use in the order of ``TOU``; before all of them for None."""
    return -1 if tou is None else _PLACES[tou]
