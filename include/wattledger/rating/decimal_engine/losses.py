"""Losses of transformer and line of a root point, and its reactive energy (``docs/rating.md``, step 3).

Belongs here: the formulas. What a contract states is in ``table_losses``, and ``points`` has the time of use of a loss.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.rating.cases.bill import Loss, Point
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.decimal_engine.registers import Registers
from wattledger.rating.decimal_engine.table_losses import by_table
from wattledger.rating.rounding import HUNDRED, SHOWN, ZERO, half_up, half_up_quotient
from wattledger.sheets.model import Clause, Step, Value

CURVE_FACTOR = "rating.loss_curve_factor"
PLACES = 4
"""Decimals of a loss where it is not rounded to whole kWh."""


@dataclass(slots=True)
class Losses:
    """Losses of a root point in kWh, and its reactive energy with that of the transformer in kvarh."""

    kwh: Decimal = ZERO
    reactive: Decimal = ZERO
    steps: list[Step] = field(default_factory=list)
    reactive_steps: list[Step] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)


def losses_of(point: Point, energy: Decimal, registers: Registers, rated: RatedUse) -> Losses:
    """The losses of a root point whose registers counted ``energy`` kWh."""
    counted = abs(registers.of("reactive")) + abs(registers.of("reactive_reverse"))
    result = Losses(reactive_steps=registers.steps_of("reactive", "reactive_reverse"))
    of_transformer, loss = ZERO, point.loss
    exact = rated.chooses("rating.loss_rounding", "exact") if loss or point.line_loss_percent else None
    places = 0 if exact is None else PLACES
    if exact is not None:
        result.clauses.append(exact)
    if loss is not None and loss.method == "percent":
        unrounded = energy * loss.percent / HUNDRED
        result.kwh = half_up(unrounded, places)
        values = {
            "energy_kwh": energy,
            "percent": loss.percent,
            "unrounded": unrounded,
            "loss_kwh": result.kwh,
        }
        result.steps.append(Step("loss_percent", {"point_id": point.point_id, **values}))
    elif loss is not None and loss.method == "table":
        table = by_table(point.point_id, loss, energy, rated, places)
        result.kwh, of_transformer = table.kwh, table.kvarh
        result.steps += table.steps
        result.reactive_steps += table.reactive_steps
        result.clauses += table.clauses
    elif loss is not None:
        of_transformer = _formula(result, point.point_id, loss, energy, counted, rated, places)
    if point.line_loss_percent:
        _line_loss(result, point, energy, places)
    result.reactive = counted + of_transformer
    if registers.of("reactive_reverse") or of_transformer:
        result.reactive_steps.append(
            Step(
                "reactive_of_point",
                {
                    "point_id": point.point_id,
                    "reactive": abs(registers.of("reactive")),
                    "reactive_reverse": abs(registers.of("reactive_reverse")),
                    "transformer": of_transformer,
                    "kvarh": result.reactive,
                },
            )
        )
    return result


def _formula(
    result: Losses,
    point_id: str,
    loss: Loss,
    energy: Decimal,
    counted: Decimal,
    rated: RatedUse,
    places: int,
) -> Decimal:
    """Iron and copper losses in kWh, into ``result``; return those in kvarh."""
    curve, clause = rated.number(CURVE_FACTOR)
    squares = energy * energy + counted * counted
    # both over one divisor, so that nothing is rounded before the end
    apparent = loss.rated_kva * loss.rated_kva * loss.hours
    active = loss.no_load_kw * loss.hours * apparent + curve * loss.load_loss_kw * squares
    result.kwh = half_up_quotient(active, apparent, places)
    result.clauses.append(clause)
    common: dict[str, Value] = {
        "hours": loss.hours,
        "curve_factor": curve,
        "energy_kwh": energy,
        "reactive_kvarh": counted,
        "point_id": point_id,
        "rated_kva": loss.rated_kva,
    }
    result.steps.append(
        Step(
            "loss_formula",
            {
                **common,
                "no_load_kw": loss.no_load_kw,
                "load_loss_kw": loss.load_loss_kw,
                "unrounded": half_up_quotient(active, apparent, SHOWN),
                "loss_kwh": result.kwh,
            },
        )
    )
    divisor = HUNDRED * loss.rated_kva * loss.hours
    reactive = loss.no_load_current_percent * loss.rated_kva * loss.hours * loss.rated_kva * loss.hours
    reactive += curve * loss.impedance_percent * squares
    kvarh = half_up_quotient(reactive, divisor, places)
    result.reactive_steps.append(
        Step(
            "loss_formula_reactive",
            {
                **common,
                "no_load_current_percent": loss.no_load_current_percent,
                "impedance_percent": loss.impedance_percent,
                "unrounded": half_up_quotient(reactive, divisor, SHOWN),
                "loss_kvarh": kvarh,
            },
        )
    )
    return kvarh


def _line_loss(result: Losses, point: Point, energy: Decimal, places: int) -> None:
    """The line's share of energy and transformer loss, added to ``result``."""
    unrounded = (energy + result.kwh) * point.line_loss_percent / HUNDRED
    line = half_up(unrounded, places)
    result.steps.append(
        Step(
            "line_loss",
            {
                "point_id": point.point_id,
                "energy_kwh": energy,
                "transformer_loss_kwh": result.kwh,
                "percent": point.line_loss_percent,
                "unrounded": unrounded,
                "loss_kwh": line,
            },
        )
    )
    result.kwh += line
