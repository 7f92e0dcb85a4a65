"""Registers of a point: readings to kWh, kvarh and kW (``docs/rating.md``, step 2).

Belongs here: one point's readings. What becomes of its energy is in ``points``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.errors import DataError
from wattledger.rating.cases.bill import ENERGY, Point, Reading, Register
from wattledger.rating.rounding import ZERO, half_up
from wattledger.sheets.model import Step

PLACES = 4


@dataclass(slots=True)
class Registers:
    """What the registers of a point counted, over all its meters, and by how much their dials may hide."""

    usage: dict[Register, Decimal] = field(default_factory=dict)
    steps: dict[Register, list[Step]] = field(default_factory=dict)
    notes: list[Step] = field(default_factory=list)
    unread: Decimal = ZERO
    """kWh of one unit of the dial of each register of energy."""

    def of(self, register: Register) -> Decimal:
        """What a register counted; 0 where there is none."""
        return self.usage.get(register, ZERO)

    def steps_of(self, *registers: Register) -> list[Step]:
        """The arithmetic of some registers."""
        return [step for register in registers for step in self.steps.get(register, ())]


def read(point: Point, whole_kwh: bool = False) -> Registers:
    """All registers of a point: demand is the largest of the meters, everything else their sum.

    ``whole_kwh``: what a register's readings come to is rounded to whole kWh or kvarh.
    """
    result = Registers()
    for reading in point.readings:
        register = reading.register_
        usage, step = (
            _demand(point, reading)
            if register == "demand"
            else _turn(point, reading, 0 if whole_kwh else PLACES)
        )
        if register in ENERGY:
            result.unread += reading.multiplier
        result.notes += _notes(point, reading, step)
        before = result.usage.get(register)
        if before is None:
            result.usage[register] = usage
            result.steps[register] = [step]
        else:
            result.usage[register] = max(before, usage) if register == "demand" else before + usage
            result.steps[register].append(step)
    demands = result.steps.get("demand", [])
    if len(demands) > 1:
        largest = result.usage["demand"]
        demands.append(Step("demand_largest", {"point_id": point.point_id, "demand_kw": largest}))
    return result


def _turn(point: Point, reading: Reading, places: int) -> tuple[Decimal, Step]:
    where = {"point_id": point.point_id, "meter_id": reading.meter_id, "register": reading.register_}
    if reading.usage is not None:
        return reading.usage, Step("register_given", {**where, "usage": reading.usage})
    if reading.reading is None or reading.previous_reading is None:
        raise _no_reading(point, reading)
    turn = reading.reading - reading.previous_reading
    rolled = turn < 0 and reading.dial_digits is not None
    if rolled:
        turn += 10 ** (reading.dial_digits or 0)
    usage = half_up(turn * reading.multiplier, places)
    return usage, Step(
        "register_rolled_over" if rolled else "register_turn",
        {
            **where,
            "previous_reading": reading.previous_reading,
            "reading": reading.reading,
            **({"dial_digits": reading.dial_digits or 0} if rolled else {}),
            "turn": turn,
            "multiplier": reading.multiplier,
            "usage": usage,
        },
    )


def _notes(point: Point, reading: Reading, step: Step) -> list[Step]:
    """Readings that may have been swapped."""
    where, turn = {"point_id": point.point_id, "register": reading.register_}, step.values.get("turn")
    if step.code == "register_turn" and isinstance(turn, Decimal) and turn < 0:
        shown = ("previous_reading", "reading", "usage")
        return [Step("note_backwards", {**where, **{name: step.values[name] for name in shown}})]
    digits = reading.dial_digits or 0
    if step.code == "register_rolled_over" and isinstance(turn, Decimal) and 2 * turn > 10**digits:
        return [Step("note_far", {**where, "dial_digits": digits, "turn": turn})]
    return []


def _demand(point: Point, reading: Reading) -> tuple[Decimal, Step]:
    where = {"point_id": point.point_id, "meter_id": reading.meter_id}
    if reading.usage is not None:
        return reading.usage, Step("demand_given", {**where, "demand_kw": reading.usage})
    if reading.reading is None:
        raise _no_reading(point, reading)
    demand = half_up(reading.reading * reading.multiplier, PLACES)
    return demand, Step(
        "demand_reading",
        {**where, "reading": reading.reading, "multiplier": reading.multiplier, "demand_kw": demand},
    )


def _no_reading(point: Point, reading: Reading) -> DataError:
    return DataError(  # ``Reading`` refuses it; reached only by one that was built without validation
        f"register {reading.register_} of meter {reading.meter_id} has neither readings nor a usage",
        where=f"points: {point.point_id}: readings",
        todo="give previous_reading and reading, or usage",
    )
