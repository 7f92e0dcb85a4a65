"""The power factor and its percentage (``docs/rating.md``, step 8).

Belongs here: from P and Q to the percentage. The amounts that it applies to are in ``percent``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from math import isqrt

from wattledger.rating.catalogue.model import PowerFactorTable
from wattledger.rating.decimal_engine.clauses import clause_of
from wattledger.rating.decimal_engine.points import Quantities
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import CONTEXT, HUNDRED, ZERO, half_up_quotient
from wattledger.sheets.model import Clause, Figure, NotRatableError, Step, Value

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A percentage, as dividend and divisor so that it is exact, and what it rests on."""

    dividend: Decimal
    divisor: Decimal
    clauses: tuple[Clause, ...]


def factor_of(active: Decimal, reactive: Decimal) -> Decimal:
    """``active / sqrt(active^2 + reactive^2)`` rounded half up to 2 decimals, exactly; ``active`` above 0.

    The factor rounded half up is ``floor((200 * factor + 1) / 2)`` hundredths, for which the whole part of
    ``200 * factor`` is enough: the whole root of the whole part of its square.
    """
    with localcontext(CONTEXT):
        halves = isqrt(int(40000 * active * active // (active * active + reactive * reactive)))
        return Decimal((halves + 1) // 2).scaleb(-2)


def adjustment_of(rated: RatedUse, quantities: Quantities) -> tuple[Adjustment | None, list[Figure]]:
    """The percentage of the account and the figures of it; None where the account has none or used nothing.

    Raises NotRatableError where nothing tells its reactive energy (no_reactive), or its standard has no table on the
    day (no_power_factor_table).
    """
    standard, day = rated.case.power_factor_standard, rated.use.day
    active, reactive = quantities.gross, quantities.reactive
    if standard is None or active <= 0:
        return None, []
    if not quantities.has_reactive:
        raise NotRatableError(
            "no_reactive",
            f"there are {active} kWh with a power-factor standard of {standard}, and no register of reactive energy; "
            "without one the factor would be 1.00",
        )
    table = next((t for t in rated.index.power_factor if t.standard == standard and t.holds(day)), None)
    if table is None:
        raise NotRatableError(
            "no_power_factor_table", f"power-factor standard {standard} has no table on {day.isoformat()}"
        )
    factor = factor_of(active, reactive)
    squares = active * active + reactive * reactive
    shown = half_up_quotient(active, squares.sqrt(), SHOWN)  # shown only; the factor does not come from it
    values: dict[str, Value] = {"active_kwh": active, "reactive_kvarh": reactive, "unrounded": shown}
    clauses = (clause_of(f"power_factor.{standard:f}", table, rated.index.sources),)
    dividend, divisor, steps = _percent(table, factor)
    dividend, steps = _evaluated(rated, dividend, divisor, steps)
    figures = [
        Figure("power_factor", factor, "", (Step("factor", {**values, "factor": factor}),)),
        Figure("power_factor_percent", _shown(dividend, divisor), "percent", tuple(steps), clauses),
    ]
    return Adjustment(dividend, divisor, clauses), figures


def _percent(table: PowerFactorTable, factor: Decimal) -> tuple[Decimal, Decimal, list[Step]]:
    """The percentage at a factor, as dividend and divisor; beyond the knots it is that of the nearest."""
    values: dict[str, Value] = {"standard": table.standard, "factor": factor}
    below = max((knot for knot in table.percent if knot <= factor), default=min(table.percent))
    above = min((knot for knot in table.percent if knot >= factor), default=max(table.percent))
    if below == above or not below <= factor <= above:
        at = table.percent[below if below >= factor else above]
        return at, Decimal(1), [Step("percent_at_knot", {**values, "percent": at})]
    # as the published tables put it: so much for each hundredth, away from the standard
    if table.percent[below] == table.percent[above]:
        at = table.percent[below]
        return at, Decimal(1), [Step("percent_at_knot", {**values, "percent": at})]
    near, far = (above, below) if factor < table.standard else (below, above)
    start, rise = table.percent[near], table.percent[far] - table.percent[near]
    hundredths, width = abs(factor - near) * HUNDRED, abs(far - near) * HUNDRED
    dividend = start * width + rise * hundredths
    values |= {"from_factor": near, "from_percent": start, "hundredths": hundredths}
    values |= {"each": half_up_quotient(rise, width, 4), "percent": _shown(dividend, width)}
    return dividend, width, [Step("percent_between_knots", values)]


def _evaluated(
    rated: RatedUse, dividend: Decimal, divisor: Decimal, steps: list[Step]
) -> tuple[Decimal, list[Step]]:
    """The percentage as far as the account is rewarded, or penalised, at all."""
    way = rated.case.power_factor_evaluation
    if (way == "reward_only" and dividend > 0) or (way == "penalty_only" and dividend < 0):
        values = {"before": _shown(dividend, divisor), "percent": ZERO}
        return ZERO, [*steps, Step(f"percent_{way}", values)]
    return dividend, steps


def _shown(dividend: Decimal, divisor: Decimal) -> Decimal:
    return half_up_quotient(dividend, divisor, 4)


def share_of(adjustment: Adjustment, base: Decimal) -> Decimal:
    """The adjustment of a base, in yuan rounded to the fen."""
    return half_up_quotient(base * adjustment.dividend, adjustment.divisor * HUNDRED, 2)
