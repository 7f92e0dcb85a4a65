"""The tariff catalogue's form: tariffs, rates, tiers, times of use and power-factor tables, all of them dated.

Belongs here: the records and their own consistency. Reading files, layers, gaps and overlaps are in
``files``, the tables for SQL in ``tables``. ``docs/tariffs.md`` is for those who write the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from wattledger.law import Reference
from wattledger.parameters import Parameter, value_on

Tou = Literal["sharp", "peak", "flat", "valley", "deep_valley"]
TOU: Final[tuple[Tou, ...]] = ("sharp", "peak", "flat", "valley", "deep_valley")
"""Times of use, 尖 峰 平 谷 深谷."""

Per = Literal["kwh", "feed_in_kwh", "kva_month", "kw_month", "bill", "month", "day", "percent"]
"""What a price is per; ``percent`` is of the amounts of other components."""

PricedBy = Literal["billing_month", "period_start", "period_end", "issued_on", "days"]
"""Which day's rates a bill is rated by; ``days`` divides its quantities over its days."""

Status = Literal["confirmed", "unverified", "company_parameter", "made_up"]
"""Of a document that stands in the file of tariffs itself and not in the register of law."""


def _exact(value: object) -> object:
    """YAML reads 0.538 as a float; its shortest text is the number that was written."""
    return Decimal(str(value)) if isinstance(value, float) else value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Key = int | str
Price = Exact | dict[Key, Exact | dict[Key, Exact | dict[Key, Exact]]]


class Record(BaseModel):
    """A record of the catalogue: strict, so that a misspelt field is an error and not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Dated(Record):
    """A record that holds from one day to another, both included; without one, since always or until further notice."""

    valid_from: date | None = Field(None, alias="from")
    valid_to: date | None = Field(None, alias="to")
    source: str
    """Id of the ``Source`` that it rests on."""

    def holds(self, day: date) -> bool:
        """Whether the record holds on ``day``."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class Seasonal(Dated):
    """A dated record that may hold in some months of the year only."""

    months: tuple[int, ...] = ()
    """Months of the year, 1 to 12; empty: all."""

    def holds(self, day: date) -> bool:
        """Whether the record holds on ``day``."""
        return super().holds(day) and (not self.months or day.month in self.months)


class Source(Record):
    """What prices rest on: a document of the register (``law``), or one that stands here with words and status."""

    id: str
    law: str = ""
    article: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    document_no: str = ""
    dated: date | None = None
    status: Status | None = None

    @field_validator("article", mode="before")
    @classmethod
    def _several(cls, given: object) -> tuple[str, ...]:
        """One article may stand without brackets, and as a number."""
        return tuple(map(str, given if isinstance(given, list | tuple) else [given]))

    @model_validator(mode="after")
    def _one_of_both(self) -> Source:
        if not self.law and not (self.zh and self.en and self.status):
            raise ValueError("it names a document of the register (law), or has zh, en and status of its own")
        if self.law and (self.document_no or self.dated):
            raise ValueError("number and date of a document of the register stand there, not here")
        return self


class Tariff(Dated):
    """A tariff and what its bills are made of. A code may stand several times, for spans that do not overlap."""

    code: str
    zh: str
    en: str
    category: str
    """As ``customer_account.tariff_category``."""
    components: tuple[str, ...] = ()
    """What a bill has lines of, in order; each must have a rate on every day that the tariff holds.

    ``power_factor`` and the basic charge (``capacity``, ``demand``) apply where the account is billed so.
    """
    power_factor_base: tuple[str, ...] = ()
    """Components whose amounts the power-factor adjustment is a percentage of."""
    priced_by: PricedBy = "billing_month"
    tou: str = ""
    """Id of the ``TouScheme``; empty: kWh are not told apart by time."""
    tiers: str = ""
    """Id of the tier scheme; empty: none."""


class Rate(Seasonal):
    """The price of a component for some tariffs and a span of days.

    ``price`` is a number, or numbers by voltage band, time of use and tier, nested in this order; what a price does not
    depend on is left out: ``{1-10kV: {peak: 0.9, valley: 0.3}}`` or ``{peak: {1: 0.617, 2: 0.677}}`` or ``0.019``.
    """

    component: str
    tariffs: tuple[str, ...] = Field(min_length=1)
    per: Per = "kwh"
    price: Price
    floats: bool = False
    """Whether the price is multiplied by the ratio of the tariff's time of use."""
    surcharged: bool = False
    """Whether it is multiplied by ``rating.surcharge_factor`` for accounts that pay the surcharge (1.5-fold price)."""
    credit: bool = False
    """Whether the amount is paid to the customer, as for feed-in."""
    decimals: int = Field(8, ge=0, le=8)
    """Decimal places to which the price is rounded, half up, after ratio and surcharge."""
    of: tuple[str, ...] = ()
    """With ``per: percent``: of which components' amounts."""


class TouRatio(Seasonal):
    """Prices by time of use as multiples of the price at ``flat``."""

    ratio: dict[Tou, Exact]


class TouWindows(Seasonal):
    """Which hours of the day are which time of use: ``{peak: ["08:00-11:00"], ...}``; together the whole day, once."""

    days: Literal["all", "workday", "weekend", "holiday"] = "all"
    windows: dict[Tou, tuple[str, ...]]


class TouScheme(Record):
    """Times of use that a tariff tells apart."""

    id: str
    periods: tuple[Tou, ...] = Field(min_length=2)
    balance_to: Tou
    """Where kWh go that no time-of-use register counted: losses, deductions, what the registers lack to the total."""
    ratios: tuple[TouRatio, ...] = ()
    windows: tuple[TouWindows, ...] = ()


class Household(Record):
    """By how many kWh a month tiers are raised for a household of at least so many persons."""

    persons: int = Field(ge=1)
    raise_kwh_per_month: Exact


class TierLimits(Seasonal):
    """Upper ends of the tiers but the last, per month (times the months billed), per season or per calendar year."""

    cycle: Literal["month", "season", "year"]
    up_to_kwh: tuple[Exact, ...] = ()
    """Rising; empty: one tier, without end."""
    larger_household: tuple[Household, ...] = ()


class TierScheme(Record):
    """Tiers of a tariff over time."""

    id: str
    limits: tuple[TierLimits, ...] = Field(min_length=1)


class PowerFactorTable(Dated):
    """The adjustment in percent by power factor, against one standard; linear between the knots."""

    standard: Exact
    percent: dict[Exact, Exact]
    """By power factor, from 0.00 to 1.00; negative is a reward."""


class CatalogueFile(Record):
    """A file of ``tariffs/``."""

    jurisdiction: str
    zh: str = ""
    en: str = ""
    currency: str = "CNY"
    sources: tuple[Source, ...] = ()
    voltage_bands: dict[str, tuple[str, ...]] = {}
    """Voltages, as ``customer_account.supply_voltage`` has them, by the band that prices are quoted for."""
    tariffs: tuple[Tariff, ...] = ()
    rates: tuple[Rate, ...] = ()
    tou: tuple[TouScheme, ...] = ()
    tiers: tuple[TierScheme, ...] = ()
    power_factor: tuple[PowerFactorTable, ...] = ()


PARAMETER_WORDS: Final = {
    "rating.part_month": ("thirtieths", "calendar_days"),
    "rating.demand_floor_on": ("measured", "contract"),
    "rating.days_division": ("exact", "whole_kwh"),
    "rating.untimed_kwh": ("balance", "shares"),
    "rating.unread_kwh": ("balance", "times"),
    "rating.energy_rounding": ("exact", "whole_kwh"),
    "rating.loss_part_month": ("calendar_days", "thirtieths"),
    "rating.loss_rounding": ("whole_kwh", "exact"),
    "rating.capacity_rounding": ("exact", "whole_kva"),
    "rating.demand_rounding": ("exact", "whole_kw"),
    "correction.by_rate": ("metered_times_rate",),
    "correction.usual": ("normal_less_fault",),
    "correction.multiplier": ("right_multiplier",),
    "correction.estimate": ("settled_at_next_reading",),
    "theft.round_fee_first": ("yes", "no"),
    "default_use.round_fee_first": ("yes", "no"),
}
"""Parameters that are words, and which; the others of rating and of what comes after a bill are numbers."""


class Catalogue(Record):
    """All tariffs of a jurisdiction: its own, and those of the jurisdictions that it stands on, with the parameters."""

    jurisdiction: str
    currency: str
    sources: Mapping[str, Reference]
    """What prices rest on, in words, by the id of their ``Source``."""
    voltage_bands: Mapping[str, str]
    """Band by voltage."""
    tariffs: tuple[Tariff, ...]
    rates: tuple[Rate, ...]
    tou: Mapping[str, TouScheme]
    tiers: Mapping[str, TierScheme]
    power_factor: tuple[PowerFactorTable, ...]
    parameters: tuple[Parameter, ...]

    def parameter(self, name: str, day: date) -> Parameter | None:
        """What holds of a parameter on a day; None where nothing does."""
        return value_on(self.parameters, name, day)
