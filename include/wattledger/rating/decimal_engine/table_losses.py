"""Losses of a transformer as a contract or a table states them (``docs/rating.md``, step 3, ``table``).

Belongs here: iron loss by the month and its days, copper loss in percent of the energy, and the reactive of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from wattledger.rating.cases.bill import Loss
from wattledger.rating.decimal_engine.days import period_days
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import HUNDRED, SHOWN, half_up, half_up_quotient
from wattledger.sheets.model import Clause, Step, Value


@dataclass(frozen=True, slots=True)
class TableLosses:
    """Iron and copper losses together, in kWh and kvarh, with their arithmetic."""

    kwh: Decimal
    kvarh: Decimal
    steps: tuple[Step, ...]
    reactive_steps: tuple[Step, ...]
    clauses: tuple[Clause, ...]


def by_table(point_id: str, loss: Loss, energy: Decimal, rated: RatedUse, places: int) -> TableLosses:
    """The losses of a transformer behind a point that counted ``energy`` kWh, each rounded by itself."""
    days, month, clauses = _days(loss, rated)
    months = rated.case.months_count
    iron, iron_step = _iron("loss_iron", loss.no_load_kwh, (days, month, months), places, point_id)
    iron_kvarh, reactive_step = _iron(
        "loss_iron_reactive", loss.no_load_kvarh, (days, month, months), places, point_id
    )
    unrounded = energy * loss.load_loss_percent / HUNDRED
    copper = half_up(unrounded, places)
    copper_step = Step(
        "loss_copper",
        {
            "point_id": point_id,
            "energy_kwh": energy,
            "percent": loss.load_loss_percent,
            "unrounded": unrounded,
            "loss_kwh": copper,
        },
    )
    unrounded = copper * loss.load_loss_factor
    copper_kvarh = half_up(unrounded, places)
    copper_reactive_step = Step(
        "loss_copper_reactive",
        {
            "point_id": point_id,
            "copper_kwh": copper,
            "factor": loss.load_loss_factor,
            "unrounded": unrounded,
            "loss_kvarh": copper_kvarh,
        },
    )
    return TableLosses(
        iron + copper,
        iron_kvarh + copper_kvarh,
        (iron_step, copper_step),
        (reactive_step, copper_reactive_step),
        clauses,
    )


def _days(loss: Loss, rated: RatedUse) -> tuple[int, int, tuple[Clause, ...]]:
    """Days that count, and days of the month; the whole month where the transformer ran all through it."""
    if loss.days is None and rated.whole is None:
        return 1, 1, ()
    days, before = period_days(rated.case) if loss.days is None else loss.days, rated.days_before
    found = rated.parameter("rating.loss_part_month")
    thirtieths = found is not None and found[0].text == "thirtieths"
    month = 30 if thirtieths else period_days(rated.of_bill)
    return min(before + days, month) - min(before, month), month, () if found is None else (found[1],)


def _iron(
    code: str, a_month: Decimal, span: tuple[int, int, int], places: int, point_id: str
) -> tuple[Decimal, Step]:
    """The iron loss of days of a month, for each of the months billed."""
    days, month, months = span
    dividend = a_month * months * days
    lost = half_up_quotient(dividend, Decimal(month), places)
    values: dict[str, Value] = {"point_id": point_id, "a_month": a_month, "months": months}
    values |= {"unrounded": half_up_quotient(dividend, Decimal(month), SHOWN), "lost": lost}
    if month == 1:
        return lost, Step(code, values)
    return lost, Step(f"{code}_of_days", {**values, "days": days, "month_days": month})
