"""Children of a root point: sub-meters, fixed kWh, fixed shares, and taking them off (``docs/rating.md``, step 4).

Belongs here: one child at a time. Their order and the sums of the bill are in ``points``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from wattledger.rating.cases.bill import Point
from wattledger.rating.catalogue.model import Tou, TouScheme
from wattledger.rating.decimal_engine.metered import Metered
from wattledger.rating.rounding import ZERO, half_up
from wattledger.sheets.model import Step, Value

_ORDER = {"submeter": 0, "fixed_kwh": 1, "fixed_ratio": 2}


def in_turn(child: Point) -> tuple[int, str]:
    """The key by which children are taken in turn."""
    return _ORDER[child.calculation], child.point_id


def kwh_of(child: Point, own: Metered | None, gross: Decimal, left: Decimal) -> tuple[Decimal, Step]:
    """A child's kWh of its parent's ``gross``, of which other children have left ``left``; ``own`` for a sub-meter."""
    values: dict[str, Value] = {"point_id": child.point_id, "parent_point_id": child.parent_point_id}
    if own is not None:
        return own.energy, Step("child_submeter", {**values, "kwh": own.energy})
    if child.calculation == "fixed_kwh":
        kwh = max(min(child.fixed_kwh, left), ZERO)
        values |= {"fixed_kwh": child.fixed_kwh, "left_kwh": left, "kwh": kwh}
        return kwh, Step("child_fixed_kwh", values)
    unrounded = gross * child.fixed_ratio
    kwh = half_up(unrounded, 0)
    values |= {"gross_kwh": gross, "fixed_ratio": child.fixed_ratio, "unrounded": unrounded, "kwh": kwh}
    return kwh, Step("child_fixed_ratio", values)


def by_tou_of(scheme: TouScheme | None, kwh: Decimal, own: Metered | None) -> Mapping[Tou, Decimal]:
    """A child's kWh by the times of its own tariff: as metered, or all at ``balance_to``; empty without times."""
    if own is not None:
        return own.by_tou
    return {scheme.balance_to: kwh} if scheme is not None else {}


def take_off(by_tou: dict[Tou, Decimal], scheme: TouScheme, parts: Mapping[Tou, Decimal]) -> None:
    """Take kWh off a parent's times of use; times that it does not know, off ``balance_to``."""
    for tou, part in parts.items():
        by_tou[tou if tou in by_tou else scheme.balance_to] -= part
