"""The energy of a point by its own registers, and by time of use (``docs/rating.md``, step 3).

Belongs here: root points and sub-meters, before losses and deductions; those are in ``losses`` and ``children``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.rating.cases.bill import ENERGY, BillCase, Point
from wattledger.rating.catalogue.model import TOU, Tou, TouScheme
from wattledger.rating.decimal_engine.index import Index
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.decimal_engine.registers import Registers, read
from wattledger.rating.rounding import ONE, total
from wattledger.sheets.model import Clause, NotRatableError, Step, Value

DIAL_UNIT = "MRD-09.dial_unit"


@dataclass(slots=True)
class Metered:
    """A point with registers: its energy, by time of use where its tariff tells them apart."""

    point: Point
    registers: Registers
    energy: Decimal
    by_tou: dict[Tou, Decimal] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    notes: list[Step] = field(default_factory=list)
    """What may be a mistake, as steps."""


def metered(point: Point, rated: RatedUse | None, case: BillCase, index: Index) -> Metered:
    """The energy of a point; raise NotRatableError (no_tou_registers) where its tariff needs times that it lacks."""
    whole = index.parameter("rating.energy_rounding", case.period_end_on)
    registers = read(point, whole is not None and whole[0].text == "whole_kwh")
    counted = registers.usage
    steps = registers.steps_of(*ENERGY)
    times = total(registers.of(tou) for tou in TOU)
    energy, code = (counted["total"], "energy_of_total") if "total" in counted else (times, "energy_of_times")
    result = Metered(point, registers, energy, steps=steps, notes=list(registers.notes))
    if whole is not None and whole[0].text == "whole_kwh":
        result.clauses.append(whole[1])
    scheme = rated.use.scheme if rated is not None else None
    if rated is not None and scheme is not None and "total" in counted:
        code = _hold_against_times(result, times, rated, scheme) or code
    if len(steps) > 1:
        steps.append(Step(code, {"point_id": point.point_id, "energy_kwh": result.energy}))
    elif not steps:
        steps.append(Step("energy_none", {"point_id": point.point_id}))
    if scheme is not None:
        _tell_apart(result, scheme)
    return result


def _hold_against_times(point: Metered, times: Decimal, rated: RatedUse, scheme: TouScheme) -> str | None:
    """The total against its times: what their dials may hide goes by the parameter, and more than that needs them all.

    Returns the code of the step where the times are what counts.
    """
    counted, unit = point.registers.usage, rated.parameter(DIAL_UNIT)
    dial_unit = unit[0].value if unit is not None and unit[0].value is not None else ONE
    apart = abs(point.energy - times) > point.registers.unread * dial_unit
    missing = [tou for tou in scheme.periods if tou not in counted and tou != scheme.balance_to]
    if apart and missing:
        kwh: dict[str, Value] = {"energy_kwh": point.energy, "times_kwh": times, "tou": scheme.balance_to}
        point.notes += [
            Step("note_tou_missing", {"point_id": point.point.point_id, "register": tou, **kwh})
            for tou in missing
        ]
    by_times = rated.chooses("rating.unread_kwh", "times")
    if apart or by_times is None or not any(tou in counted for tou in TOU):
        return None
    point.energy = times
    point.clauses.append(by_times)
    return "energy_of_times"


def _tell_apart(point: Metered, scheme: TouScheme) -> None:
    """Fill the times of use; what the registers lack to the energy goes to the scheme's ``balance_to``."""
    registers, energy = point.registers, point.energy
    if energy and not any(tou in registers.usage for tou in scheme.periods):
        raise NotRatableError(
            "no_tou_registers",
            f"point {point.point.point_id} has {energy} kWh and no register of {', '.join(scheme.periods)}",
        )
    if energy and "total" not in registers.usage:
        absent = [tou for tou in scheme.periods if tou not in registers.usage]
        point.notes += [
            Step("note_tou_absent", {"point_id": point.point.point_id, "register": tou}) for tou in absent
        ]
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
