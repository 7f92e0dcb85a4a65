"""The energy of a point by its own registers, and by time of use (``docs/rating.md``, step 3).

Belongs here: root points and sub-meters, before losses and deductions; those are in ``losses`` and ``children``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.rating.cases.bill import ENERGY, Point
from wattledger.rating.catalogue.model import TOU, Tou, TouScheme
from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.registers import Registers, read
from wattledger.rating.rounding import total
from wattledger.sheets.model import NotRatableError, Step, Value


@dataclass(slots=True)
class Metered:
    """A point with registers: its energy, by time of use where its tariff tells them apart."""

    point: Point
    use: TariffUse | None
    registers: Registers
    energy: Decimal
    by_tou: dict[Tou, Decimal] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def metered(point: Point, use: TariffUse | None) -> Metered:
    """The energy of a point; raise NotRatableError (no_tou_registers) where its tariff needs times that it lacks."""
    registers = read(point)
    counted = registers.usage
    steps = registers.steps_of(*ENERGY)
    if "total" in counted:
        energy, code = counted["total"], "energy_of_total"
    else:
        energy, code = total(registers.of(tou) for tou in TOU), "energy_of_times"
    if len(steps) > 1:
        steps.append(Step(code, {"point_id": point.point_id, "energy_kwh": energy}))
    elif not steps:
        steps.append(Step("energy_none", {"point_id": point.point_id}))
    result = Metered(point, use, registers, energy, steps=steps)
    if use is not None and use.scheme is not None:
        _tell_apart(result, use.scheme)
    return result


def _tell_apart(point: Metered, scheme: TouScheme) -> None:
    """Fill the times of use; what the registers lack to the energy goes to the scheme's ``balance_to``."""
    registers, energy = point.registers, point.energy
    if energy and not any(tou in registers.usage for tou in scheme.periods):
        raise NotRatableError(
            "no_tou_registers",
            f"point {point.point.point_id} has {energy} kWh and no register of {', '.join(scheme.periods)}",
        )
    point.by_tou = {tou: registers.of(tou) for tou in scheme.periods}
    times = total(point.by_tou.values())
    if energy != times:
        to, difference = scheme.balance_to, energy - times
        point.by_tou[to] += difference
        values: dict[str, Value] = {
            "point_id": point.point.point_id,
            "energy_kwh": energy,
            "times_kwh": times,
        }
        point.steps.append(Step("tou_balance", {**values, "tou": to, "difference_kwh": difference}))
