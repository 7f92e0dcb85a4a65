"""kWh by tier, and by tier and time of use (``docs/rating.md``, step 5).

Belongs here: limits, larger households and the split. Prices by tier are in ``prices``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.rating.catalogue.model import TierLimits, Tou
from wattledger.rating.decimal_engine.clauses import clause_of
from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import SHOWN, ZERO, half_up_quotient, total
from wattledger.sheets.model import Clause, Figure, NotRatableError, Step, Value

PLACES = 4


@dataclass(slots=True)
class _Tier:
    kwh: Decimal = ZERO
    steps: list[Step] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)


def split(uses: Iterable[RatedUse]) -> list[Figure]:
    """Fill the tiers of all tariffs that have some; return the figures of the bill, tier 1 first.

    Raises NotRatableError (no_tiers) where no limits hold on a tariff's day.
    """
    tiers: list[_Tier] = []
    for rated in uses:
        if rated.use.tariff.tiers:
            _split(rated, tiers)
    return [
        Figure(f"tier{number}_kwh", tier.kwh, "kwh", tuple(tier.steps), tuple(tier.clauses))
        for number, tier in enumerate(tiers, start=1)
    ]


def _split(rated: RatedUse, tiers: list[_Tier]) -> None:
    """Split the kWh of one tariff, and add them to the bill's."""
    case, use = rated.case, rated.use
    scheme = rated.index.tiers[use.tariff.tiers]
    limits = next((limits for limits in scheme.limits if limits.holds(use.day)), None)
    if limits is None:
        raise NotRatableError(
            "no_tiers", f"tier scheme {scheme.id} of tariff {use.code} has no limits on {use.day.isoformat()}"
        )
    clause = clause_of(f"tiers.{scheme.id}", limits, rated.index.sources)
    ends, steps = _ends(rated, limits)
    before, after = case.kwh_before, case.kwh_before + use.kwh
    lower = ZERO
    for number in range(1, len(ends) + 2):
        upper = ends[number - 1] if number <= len(ends) else None
        # the first has no lower end: what is taken back beyond zero is given back at its price
        floor = lower if number > 1 else None
        kwh = _clip(after, floor, upper) - _clip(before, floor, upper)
        if len(tiers) < number:
            tiers.append(_Tier())
        tier = tiers[number - 1]
        tier.kwh += kwh
        tier.clauses.append(clause)
        values: dict[str, Value] = {
            "tariff_code": use.code,
            "tier": number,
            "lower_kwh": lower,
            "before_kwh": before,
        }
        values |= {"usage_kwh": use.kwh, "tier_kwh": kwh}
        if number == 1:
            tier.steps += steps
        if upper is None:
            tier.steps.append(Step("tier_split_last", values))
        else:
            tier.steps.append(Step("tier_split", {**values, "upper_kwh": upper}))
            lower = upper
        use.tier_kwh.append(kwh)


def _clip(kwh: Decimal, lower: Decimal | None, upper: Decimal | None) -> Decimal:
    raised = kwh if lower is None else max(kwh, lower)
    return raised if upper is None else min(raised, upper)


def _ends(rated: RatedUse, limits: TierLimits) -> tuple[list[Decimal], list[Step]]:
    """The upper ends of all tiers but the last, for the months billed and for the household."""
    case, use = rated.case, rated.use
    months = {"month": case.months_count, "season": len(limits.months) or 12, "year": 12}[limits.cycle]
    factor = case.months_count if limits.cycle == "month" else 1
    steps = [
        Step(
            "tier_limits",
            {
                "tariff_code": use.code,
                "cycle": limits.cycle,
                "day": use.day,
                "listed_kwh": ", ".join(f"{end:f}" for end in limits.up_to_kwh),
                "factor": factor,
            },
        )
    ]
    raised = ZERO
    households = [h for h in limits.larger_household if h.persons <= case.persons]
    if households:
        household = max(households, key=lambda h: h.persons)
        raised = household.raise_kwh_per_month * months
        values: dict[str, Value] = {
            "persons": case.persons,
            "of_persons": household.persons,
            "months": months,
            "raise_kwh": raised,
        }
        steps.append(Step("tier_household", {**values, "raise_kwh_per_month": household.raise_kwh_per_month}))
    return [end * factor + raised for end in limits.up_to_kwh], steps


def of_tier_and_tou(use: TariffUse, tier: int, tou: Tou) -> tuple[Decimal, Step]:
    """What a tier has within a time of use: in proportion, and ``balance_to`` has the rest of the tier."""
    of_tier = use.tier_kwh[tier - 1]
    values: dict[str, Value] = {"tier": tier, "tou": tou, "tier_kwh": of_tier}
    if use.scheme is None or tou != use.scheme.balance_to:
        of_tou = use.by_tou.get(tou, ZERO)
        quantity = _proportion(use, of_tier, tou)
        unrounded = half_up_quotient(of_tier * of_tou, use.kwh, SHOWN) if use.kwh else ZERO
        values |= {"tou_kwh": of_tou, "usage_kwh": use.kwh, "unrounded": unrounded, "quantity": quantity}
        return quantity, Step("quantity_tier_tou", values)
    others = total(_proportion(use, of_tier, other) for other in use.scheme.periods if other != tou)
    quantity = of_tier - others if use.kwh else ZERO
    return quantity, Step("quantity_tier_rest", {**values, "others_kwh": others, "quantity": quantity})


def _proportion(use: TariffUse, of_tier: Decimal, tou: Tou) -> Decimal:
    if not use.kwh:
        return ZERO
    return half_up_quotient(of_tier * use.by_tou.get(tou, ZERO), use.kwh, PLACES)
