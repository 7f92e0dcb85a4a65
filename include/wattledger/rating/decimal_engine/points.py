"""kWh of the bill and of its tariffs, from its points (``docs/rating.md``, steps 3 and 4).

Belongs here: adding up. What a point has is in ``metered``, ``losses`` and ``children``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.rating.cases.bill import BillCase, Point
from wattledger.rating.decimal_engine.children import by_tou_of, in_turn, kwh_of, take_off
from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.index import Index
from wattledger.rating.decimal_engine.losses import Losses, losses_of
from wattledger.rating.decimal_engine.metered import Metered, metered
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.decimal_engine.untimed import over_times
from wattledger.rating.rounding import ZERO, total
from wattledger.sheets.model import Clause, NotRatableError, Step, Value


@dataclass(slots=True)
class Quantities:
    """What the whole bill has; the kWh of a tariff are in its ``TariffUse``."""

    metered: Decimal = ZERO
    loss: Decimal = ZERO
    deducted: Decimal = ZERO
    usage: Decimal = ZERO
    gross: Decimal = ZERO
    reactive: Decimal = ZERO
    demand: Decimal = ZERO
    metered_steps: list[Step] = field(default_factory=list)
    loss_steps: list[Step] = field(default_factory=list)
    deducted_steps: list[Step] = field(default_factory=list)
    usage_steps: list[Step] = field(default_factory=list)
    reactive_steps: list[Step] = field(default_factory=list)
    demand_steps: list[Step] = field(default_factory=list)
    notes: list[Step] = field(default_factory=list)
    metered_clauses: list[Clause] = field(default_factory=list)
    loss_clauses: list[Clause] = field(default_factory=list)
    has_reactive: bool = False
    """Whether any root point has a register of reactive energy."""
    without_reactive: list[str] = field(default_factory=list)
    """Root points that used electricity and have none."""


def quantities_of(case: BillCase, index: Index, rated: Mapping[str, RatedUse]) -> Quantities:
    """All kWh of the bill, put into its tariffs too; raise NotRatableError (no_tou_registers, negative_energy)."""
    uses = {code: found.use for code, found in rated.items()}
    own = {
        point.point_id: metered(point, rated.get(point.tariff_code), case, index)
        for point in case.points
        if point.calculation in ("metered", "submeter")
    }
    children: dict[str, list[Point]] = {}
    for point in case.points:
        if point.parent_point_id:
            children.setdefault(point.parent_point_id, []).append(point)
    result = Quantities(notes=[note for point in own.values() for note in point.notes])
    for point in case.points:
        if not point.parent_point_id:
            root, of_root = own[point.point_id], rated[point.tariff_code]
            losses = _losses(root, of_root)
            _add_root(result, root, of_root.use, losses)
            gross = root.energy + losses.kwh
            _bill(result, root, of_root, gross, children.get(point.point_id, []), own, uses)
    result.usage = total(use.kwh for use in uses.values())
    if len(uses) > 1:
        for use in uses.values():
            result.usage_steps.append(Step("tariff_billed", {"tariff_code": use.code, "billed_kwh": use.kwh}))
    return result


def _losses(root: Metered, rated: RatedUse) -> Losses:
    """A root point's losses, put into its times of use."""
    if root.point.loss is not None and root.energy < 0:
        raise NotRatableError(
            "negative_energy",
            f"point {root.point.point_id} has {root.energy} kWh, and losses are worked out of them",
        )
    losses = losses_of(root.point, root.energy, root.registers, rated)
    scheme = rated.use.scheme
    if scheme is not None and losses.kwh:
        parts, steps, clauses = over_times(losses.kwh, root.energy, root, scheme, rated)
        for tou, part in parts.items():
            root.by_tou[tou] += part
        losses.steps += steps
        losses.clauses += clauses
    return losses


def _add_root(result: Quantities, root: Metered, use: TariffUse, losses: Losses) -> None:
    """Add a root point to the figures of the bill."""
    result.metered += root.energy
    result.metered_steps += root.steps
    result.metered_clauses += root.clauses
    result.loss += losses.kwh
    result.loss_steps += losses.steps
    result.loss_clauses += losses.clauses
    result.gross += root.energy + losses.kwh
    result.reactive += losses.reactive
    result.reactive_steps += losses.reactive_steps
    registers = root.registers
    if {"reactive", "reactive_reverse"} & registers.usage.keys():
        result.has_reactive = True
    elif root.energy:
        result.without_reactive.append(root.point.point_id)
    result.demand += registers.of("demand")
    result.demand_steps += registers.steps_of("demand")
    use.feed_in += registers.of("feed_in")
    use.feed_in_steps += registers.steps_of("feed_in")


def _bill(
    result: Quantities,
    root: Metered,
    rated: RatedUse,
    gross: Decimal,
    children: list[Point],
    own: dict[str, Metered],
    uses: Mapping[str, TariffUse],
) -> None:
    """Take a root point's children off it, and give each tariff what is its own."""
    use, left, untimed = rated.use, gross, ZERO
    for child in sorted(children, key=in_turn):
        child_own, child_use = own.get(child.point_id), uses.get(child.tariff_code)
        kwh, step = kwh_of(child, child_own, gross, left)
        left -= kwh
        if use.scheme is not None and child_own is not None and child_own.by_tou:
            take_off(root.by_tou, use.scheme, child_own.by_tou)
        else:
            untimed += kwh
        if child_use is None:
            result.deducted += kwh
        else:
            child_use.add(kwh, by_tou_of(child_use.scheme, kwh, child_own))
        steps = result.deducted_steps if child_use is None else result.usage_steps
        steps += [*(child_own.steps if child_own is not None else ()), step]
    if use.scheme is not None and untimed:
        parts, shares, clauses = over_times(untimed, left + untimed, root, use.scheme, rated)
        take_off(root.by_tou, use.scheme, parts)
        result.usage_steps += shares
        result.loss_clauses += clauses
    use.add(left, root.by_tou)
    values: dict[str, Value] = {"point_id": root.point.point_id, "tariff_code": use.code, "gross_kwh": gross}
    result.usage_steps.append(
        Step("point_billed", {**values, "children_kwh": gross - left, "billed_kwh": left})
    )
