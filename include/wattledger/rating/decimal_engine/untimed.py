"""kWh that no register tells by time of use: losses, fixed children, sub-meters without times (``docs/rating.md``).

Belongs here: how they are divided over the times. How many they are is in ``losses`` and ``children``.
"""

from __future__ import annotations

from decimal import Decimal

from wattledger.rating.catalogue.model import Tou, TouScheme
from wattledger.rating.decimal_engine.metered import Metered
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import half_up_quotient, total
from wattledger.sheets.model import Clause, Step, Value

UNTIMED = "rating.untimed_kwh"


def over_times(
    kwh: Decimal, whole: Decimal, point: Metered, scheme: TouScheme, rated: RatedUse
) -> tuple[dict[Tou, Decimal], list[Step], tuple[Clause, ...]]:
    """``kwh`` by time: in the shares that a point's times have of its ``whole``, or all at ``balance_to``."""
    found = rated.parameter(UNTIMED)
    point_id, parts, steps = point.point.point_id, dict[Tou, Decimal](), list[Step]()
    if found is not None and found[0].text == "shares" and whole:
        for tou, at in point.by_tou.items():
            if at and tou != scheme.balance_to:
                parts[tou] = half_up_quotient(kwh * at, whole, 0)
                values = {"untimed_kwh": kwh, "tou_kwh": at, "whole_kwh": whole, "part_kwh": parts[tou]}
                steps.append(Step("untimed_share", {"point_id": point_id, "tou": tou, **values}))
    rest = kwh - total(parts.values())
    values_of_rest: dict[str, Value] = {"point_id": point_id, "tou": scheme.balance_to, "part_kwh": rest}
    steps.append(Step("untimed_rest", values_of_rest))
    return {**parts, scheme.balance_to: rest}, steps, () if found is None else (found[1],)
