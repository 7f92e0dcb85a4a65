"""One bill to be rated: the form of a case file, and what both engines take.

Belongs here: what must be known to rate a bill. A person can write it by hand; the lake's bills are brought into the
same form (``inputs``). Cases of what comes after a bill are in ``corrections``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
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

    method: Literal["percent", "formula", "table"]
    """``percent`` of the energy; ``formula`` of its nameplate; ``table``: iron and copper losses as stated."""
    percent: Exact = Decimal(0)
    no_load_kw: Exact = Decimal(0)
    load_loss_kw: Exact = Decimal(0)
    rated_kva: Exact = Decimal(0)
    no_load_current_percent: Exact = Decimal(0)
    impedance_percent: Exact = Decimal(0)
    hours: int = Field(720, ge=1)
    """Hours that it was energised, for the formula."""
    no_load_kwh: Exact = Decimal(0)
    """By the table: iron loss in kWh a month, and in kvarh."""
    no_load_kvarh: Exact = Decimal(0)
    load_loss_percent: Exact = Decimal(0)
    """By the table: copper loss in percent of the energy."""
    load_loss_factor: Exact = Decimal(0)
    """By the table: kvarh of the copper loss for each of its kWh, K."""
    days: int | None = Field(None, ge=0)
    """By the table: days of the period on which it was energised; None: all of them."""

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


class Segment(Record):
    """Days of a bill with points of their own: since a change of tariff, meter or transformer, or until one."""

    from_on: date | None = None
    """None: the period's first day, or the day after the segment before."""
    to_on: date | None = None
    """None: the period's last day."""
    points: tuple[Point, ...] = Field(min_length=1)
    voltage: str | None = None
    """What is not given here is the bill's."""
    power_factor_standard: Exact | None = None
    power_factor_evaluation: Literal["both", "reward_only", "penalty_only"] | None = None
    basic_mode: Literal["none", "capacity", "actual_demand", "contract_demand"] | None = None
    capacity_kva: Exact | None = None
    contract_demand_kw: Exact | None = None


class Solve(Record):
    """A price that is not known, from the total that it came to."""

    component: str
    """Of the case's own catalogue, with one rate whose price is a number; that number does not matter."""
    total: Exact


class BillCase(Record):
    """One bill to be rated."""

    kind: Literal["bill"] = "bill"
    bill_id: str = "bill"
    account_id: str = ""
    """Whose bill it is, for the sheet."""
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
    segments: tuple[Segment, ...] = ()
    """Instead of ``points``: one after the other they are the period, each with a power factor of its own."""
    capacity: tuple[Capacity, ...] = ()
    extra: tuple[ExtraLine, ...] = ()
    catalogue: CatalogueFile | None = None
    """Tariffs of the case's own, on top of the jurisdiction's."""
    parameters: tuple[dict[str, object], ...] = ()
    """Parameters of the case's own, as in a source file."""
    solve: Solve | None = None

    @model_validator(mode="after")
    def _in_order(self) -> BillCase:
        if self.period_end_on < self.period_start_on:
            raise ValueError("period_end_on is before period_start_on")
        _points_in_order(self.points)
        return self

    @model_validator(mode="before")
    @classmethod
    def _segments_with_days(cls, given: object) -> object:
        """The days that segments leave out, from those beside them."""
        if not isinstance(given, Mapping) or not isinstance(given.get("segments"), list):
            return given
        segments, start = [], given.get("period_start_on")
        for number, segment in enumerate(given["segments"], start=1):
            if not isinstance(segment, Mapping):
                return given
            last = given.get("period_end_on") if number == len(given["segments"]) else None
            filled = {"from_on": start, "to_on": last, **segment}
            end = filled["to_on"]
            start = end + timedelta(days=1) if isinstance(end, date) else None
            segments.append(filled)
        return {**given, "segments": segments}

    @model_validator(mode="after")
    def _segments_follow(self) -> BillCase:
        if not self.segments:
            return self
        if self.points:
            raise ValueError("segments: give points in each of them, and none beside them")
        if self.months_count != 1:
            raise ValueError("segments: months_count must be 1")
        expected = self.period_start_on
        for number, segment in enumerate(self.segments):
            _points_in_order(segment.points)
            if any(point.intervals_file for point in segment.points):
                raise ValueError(
                    f"segments.{number}: intervals_file is for bills without segments; give registers"
                )
            if segment.from_on != expected or segment.to_on is None or segment.to_on < expected:
                raise ValueError(
                    f"segments.{number}: expected from_on {expected} and a to_on not before it; segments follow each "
                    "other day by day"
                )
            expected = segment.to_on + timedelta(days=1)
        if expected != self.period_end_on + timedelta(days=1):
            raise ValueError(f"segments: the last one must end on {self.period_end_on}, as the period does")
        return self


def _points_in_order(points: tuple[Point, ...]) -> None:
    """Raise ValueError where points have the same id, or a parent that is none."""
    ids = [p.point_id for p in points]
    if len(ids) != len(set(ids)):
        raise ValueError("points: two have the same point_id")
    roots = {p.point_id for p in points if not p.parent_point_id}
    for p in points:
        if (p.calculation == "metered") != (not p.parent_point_id):
            raise ValueError(
                f"points: {p.point_id}: submeter, fixed_kwh and fixed_ratio have a parent, metered has none"
            )
        if p.parent_point_id and p.parent_point_id not in roots:
            raise ValueError(
                f"points: {p.point_id}: its parent {p.parent_point_id} is no point without a parent"
            )
