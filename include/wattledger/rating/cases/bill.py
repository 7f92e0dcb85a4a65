"""One bill to be rated: the form of a case file, and what both engines take.

Belongs here: what must be known to rate a bill. A person can write it by hand; the lake's bills are brought into the
same form (``inputs``). Cases of what comes after a bill are in ``corrections``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import CatalogueFile, Exact, Record

Register = Literal[
    "total",
    "sharp",
    "peak",
    "flat",
    "valley",
    "deep_valley",
    "reactive",
    "reactive_reverse",
    "demand",
    "feed_in",
]
ENERGY: tuple[Register, ...] = ("total", "sharp", "peak", "flat", "valley", "deep_valley")


class Reading(Record):
    """The readings of a register, or its usage. A demand register has only ``reading``."""

    register_: Register = Field(alias="register")
    meter_id: str = "M"
    previous_reading: Exact | None = None
    reading: Exact | None = None
    dial_digits: int | None = Field(None, ge=1, le=12)
    """Digits before the point; with them a reading below the previous one has passed zero, without it ran backwards."""
    multiplier: Exact = Decimal(1)
    usage: Exact | None = None
    """In kWh, kvarh or kW, where readings are not known; it goes before them."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Reading:
        needs_previous = self.register_ != "demand"
        if self.usage is None and (
            self.reading is None or (needs_previous and self.previous_reading is None)
        ):
            raise ValueError(
                "give previous_reading and reading, or usage" if needs_previous else "give reading, or usage"
            )
        return self


class Loss(Record):
    """How the losses of a transformer behind the point of supply are billed where the meter stands before them."""

    method: Literal["percent", "formula"]
    percent: Exact = Decimal(0)
    no_load_kw: Exact = Decimal(0)
    load_loss_kw: Exact = Decimal(0)
    rated_kva: Exact = Decimal(0)
    no_load_current_percent: Exact = Decimal(0)
    impedance_percent: Exact = Decimal(0)
    hours: int = Field(720, ge=1)
    """Hours that it was energised."""

    @model_validator(mode="after")
    def _formula_has_capacity(self) -> Loss:
        if self.method == "formula" and self.rated_kva <= 0:
            raise ValueError("rated_kva must be above 0 for the formula")
        return self


class Point(Record):
    """A point of use: metered by itself, or a part of its parent's energy that is billed by another tariff."""

    point_id: str
    tariff_code: str = ""
    """Empty, for a sub-meter: its energy is taken off its parent's and billed elsewhere."""
    parent_point_id: str = ""
    calculation: Literal["metered", "submeter", "fixed_kwh", "fixed_ratio"] = "metered"
    fixed_kwh: Exact = Decimal(0)
    fixed_ratio: Exact = Field(Decimal(0), ge=0, le=1)
    loss: Loss | None = None
    line_loss_percent: Exact = Decimal(0)
    readings: tuple[Reading, ...] = ()
    intervals_file: str = ""
    """A CSV file beside the case's, with start_at and kwh: registers are made of it by the hours of the tariff."""


class Capacity(Record):
    """A transformer or a high-voltage motor, and its state from one day to another (both included)."""

    item: str
    kva: Exact = Field(gt=0)
    state: Literal["running", "hot_standby", "cold_standby", "suspended", "removed"] = "running"
    from_on: date | None = None
    """The first day of this state; None: since before the bill's period."""
    to_on: date | None = None
    """The last day of this state; None: it goes on."""
    new_customer: bool = False
    """Whether the two years after its connection run, in which suspended capacity once cost half."""


class ExtraLine(Record):
    """A line that is not worked out here: an approved adjustment, a charge known only by its amount."""

    component: str
    amount: Exact


class BillCase(Record):
    """One bill to be rated."""

    kind: Literal["bill"] = "bill"
    bill_id: str = "bill"
    jurisdiction: str = "CN"
    period_start_on: date
    period_end_on: date
    billing_month: date | None = None
    """The first day of the month billed; None: of the month in which the period ends."""
    issued_on: date | None = None
    """None: the day after the period."""
    months_count: int = Field(1, ge=1)
    priced_on: date | None = None
    """The day whose rates hold; None: as the tariff says (``priced_by``)."""
    voltage: str = "220V"
    basic_mode: Literal["none", "capacity", "actual_demand", "contract_demand"] = "none"
    capacity_kva: Exact = Decimal(0)
    """Capacity of transformers and high-voltage motors together, as contracted."""
    contract_demand_kw: Exact = Decimal(0)
    power_factor_standard: Exact | None = None
    power_factor_evaluation: Literal["both", "reward_only", "penalty_only"] = "both"
    kwh_before: Exact = Decimal(0)
    """kWh billed before in the cycle of the tiers (calendar year, season, or month where a bill was split)."""
    persons: int = 0
    surcharged: bool = False
    """Whether the account pays the 1.5-fold agency price."""
    points: tuple[Point, ...] = ()
    capacity: tuple[Capacity, ...] = ()
    extra: tuple[ExtraLine, ...] = ()
    catalogue: CatalogueFile | None = None
    """Tariffs of the case's own, on top of the jurisdiction's."""
    parameters: tuple[dict[str, object], ...] = ()
    """Parameters of the case's own, as in a source file."""

    @model_validator(mode="after")
    def _in_order(self) -> BillCase:
        if self.period_end_on < self.period_start_on:
            raise ValueError("period_end_on is before period_start_on")
        ids = [p.point_id for p in self.points]
        if len(ids) != len(set(ids)):
            raise ValueError("points: two have the same point_id")
        roots = {p.point_id for p in self.points if not p.parent_point_id}
        for p in self.points:
            if (p.calculation == "metered") != (not p.parent_point_id):
                raise ValueError(
                    f"points: {p.point_id}: submeter, fixed_kwh and fixed_ratio have a parent, metered has none"
                )
            if p.parent_point_id and p.parent_point_id not in roots:
                raise ValueError(
                    f"points: {p.point_id}: its parent {p.parent_point_id} is no point without a parent"
                )
        return self
