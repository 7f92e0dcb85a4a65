"""A tariff of a bill, with the bill and the catalogue: what nearly every step of the engine works on.

Belongs here: what the catalogue says of this bill on the tariff's day. What follows from it is in the steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wattledger.parameters import Parameter
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.index import Index, IndexedRate
from wattledger.rating.decimal_engine.prices import Priced, prices_of
from wattledger.sheets.model import Clause, NotRatableError


@dataclass(frozen=True, slots=True)
class RatedUse:
    """One use of a tariff in a bill: the case, the catalogue's index, and the tariff with its day and its kWh."""

    case: BillCase
    index: Index
    use: TariffUse
    whole: BillCase | None = None
    """The bill that ``case`` is a segment of; None: it is no segment."""

    @property
    def of_bill(self) -> BillCase:
        """The whole bill, by whose days a part of a month is told."""
        return self.whole or self.case

    @property
    def days_before(self) -> int:
        """Days of the bill before this segment."""
        return (self.case.period_start_on - self.of_bill.period_start_on).days

    def rate(self, component: str, day: date | None = None) -> IndexedRate | None:
        """The rate of a component on the tariff's day or another; None where it has none."""
        return self.index.rate_on(self.use.code, component, day or self.use.day, self.case.voltage)

    def price(self, indexed: IndexedRate, day: date | None = None) -> Priced:
        """The price of a rate that depends on neither time nor tier, as those by the month or by kVA."""
        return prices_of(self.index, indexed, day or self.use.day, self.case.voltage, self.case.surcharged)[0]

    def prices(self, indexed: IndexedRate, day: date | None = None) -> tuple[Priced, ...]:
        """The prices of a rate, for the times and tiers of the tariff."""
        use, case = self.use, self.case
        return prices_of(
            self.index,
            indexed,
            day or use.day,
            case.voltage,
            case.surcharged,
            use.scheme,
            len(use.tier_kwh),
        )

    def parameter(self, name: str) -> tuple[Parameter, Clause] | None:
        """A parameter on the tariff's day, with its clause; None where it has no value."""
        return self.index.parameter(name, self.use.day)

    def number(self, name: str) -> tuple[Decimal, Clause]:
        """A parameter's number on the tariff's day; raise ConfigurationError where it has none."""
        return self.index.number(name, self.use.day)

    def text(self, name: str) -> tuple[str, Clause]:
        """A parameter's word on the tariff's day; raise ConfigurationError where it has none."""
        return self.index.text(name, self.use.day)

    def chooses(self, name: str, word: str, day: date | None = None) -> Clause | None:
        """The clause of a parameter that has this word on a day (the tariff's, if none is given); None where not."""
        found = self.index.parameter(name, day or self.use.day)
        return found[1] if found is not None and found[0].text == word else None

    def no_rate(self, component: str, day: date | None = None) -> NotRatableError:
        """The reason that the bill cannot be rated: a component has no rate."""
        on = (day or self.use.day).isoformat()
        return NotRatableError(
            "no_rate",
            f"tariff {self.use.code}: {component} has no rate on {on} for voltage {self.case.voltage}",
        )
