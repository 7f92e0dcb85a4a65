"""Lines that are a percentage of other lines: power factor and taxes (``docs/rating.md``, steps 8 and 9).

Belongs here: bases and their percentages. The power factor itself is in ``power_factor``.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.power_factor import Adjustment, share_of
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import HUNDRED, SHOWN, ZERO, half_up, half_up_quotient
from wattledger.sheets.model import SheetLine, Step

POWER_FACTOR = "power_factor"


def power_factor_line(
    use: TariffUse, lines: Collection[SheetLine], adjustment: Adjustment
) -> list[SheetLine]:
    """The power-factor adjustment of a tariff's lines; none where the tariff has none or it comes to 0."""
    if POWER_FACTOR not in use.tariff.components:
        return []
    base, steps = _base(lines, use.tariff.power_factor_base)
    amount = share_of(adjustment, base)
    if not amount:
        return []
    divisor = adjustment.divisor * HUNDRED
    values = {
        "base": base,
        "percent": half_up_quotient(adjustment.dividend, adjustment.divisor, SHOWN),
        "unrounded": half_up_quotient(base * adjustment.dividend, divisor, SHOWN),
        "amount": amount,
    }
    return [
        SheetLine(
            POWER_FACTOR,
            amount,
            base,
            "yuan",
            half_up_quotient(adjustment.dividend, divisor, SHOWN),
            tariff_code=use.code,
            steps=(*steps, Step("percent_amount", values)),
            clauses=adjustment.clauses,
        )
    ]


def add_percentages(rated: RatedUse, lines: list[SheetLine]) -> None:
    """Add the percentages of a tariff's lines, in the order of its components: a later one may be of an earlier."""
    use = rated.use
    for component in use.tariff.components:
        indexed = rated.rate(component)
        if indexed is None or indexed.rate.per != "percent":
            continue
        priced = rated.price(indexed)
        base, steps = _base(lines, indexed.rate.of)
        if not base or not priced.price:
            continue
        unrounded = base * priced.price / HUNDRED
        amount = half_up(unrounded, 2)
        values = {"base": base, "percent": priced.price, "unrounded": unrounded, "amount": amount}
        steps += [priced.step, Step("percent_amount", values)]
        if indexed.rate.credit:
            amount = -amount if amount else amount
            steps.append(Step("credit", {"amount": amount}))
        lines.append(
            SheetLine(
                component,
                amount,
                base,
                "yuan",
                priced.price / HUNDRED,
                tariff_code=use.code,
                steps=tuple(steps),
                clauses=priced.clauses,
            )
        )


def _base(lines: Collection[SheetLine], components: Collection[str]) -> tuple[Decimal, list[Step]]:
    """The sum of the lines of some components, with what each of them contributes."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.component in components:
            sums[line.component] = sums.get(line.component, ZERO) + line.amount
    steps = [Step("base_component", {"component": name, "amount": amount}) for name, amount in sums.items()]
    return sum(sums.values(), Decimal("0.00")), steps
