"""The basic charge by demand: measured or contracted, its floor, what exceeds the contract, and the discount.

Belongs here: kW-months and what they cost. By capacity: ``capacity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from wattledger.rating.decimal_engine.capacity import Charge, not_twice
from wattledger.rating.decimal_engine.days import period_days
from wattledger.rating.decimal_engine.demand_days import part_of_month
from wattledger.rating.decimal_engine.points import Quantities
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import ONE, SHOWN, half_up, half_up_quotient
from wattledger.sheets.model import Clause, Step, Value

PLACES = 4


def demand_charge(rated: RatedUse, quantities: Quantities, price: Decimal) -> Charge:
    """kW-months by what was measured, or by the contract and what exceeded it."""
    case, demand, clauses = rated.case, quantities.demand, list[Clause]()
    not_twice(case)
    steps = [*quantities.demand_steps, Step("demand_together", {"demand_kw": demand})]
    floor, clause = rated.number("rating.demand_floor_share")
    floor_kw = floor * case.capacity_kva
    floor_values = {"share": floor, "capacity_kva": case.capacity_kva, "floor_kw": floor_kw}
    if case.basic_mode == "actual_demand":
        billed = demand
        text, on_clause = rated.text("rating.demand_floor_on")
        clauses.append(on_clause)
        if text == "measured":
            billed = max(demand, floor_kw)
            clauses.append(clause)
            steps.append(Step("demand_floor", {"demand_kw": demand, **floor_values, "billed_kw": billed}))
    else:
        contract = max(case.contract_demand_kw, floor_kw)
        steps.append(
            Step(
                "contract_floor",
                {"contract_kw": case.contract_demand_kw, **floor_values, "billed_kw": contract},
            )
        )
        clauses.append(clause)
        billed = _by_contract(rated, demand, contract, steps, clauses)
    whole = rated.chooses("rating.demand_rounding", "whole_kw")
    kw = half_up(billed, PLACES if whole is None else 0)
    if whole is not None:
        clauses.append(whole)
        steps.append(Step("demand_whole", {"unrounded": billed, "billed_kw": kw}))
    part = part_of_month(rated, steps, clauses)
    days, month = part or (ONE, 1)
    dividend = kw * days * price * case.months_count
    amount = half_up_quotient(dividend, Decimal(month), 2)
    values: dict[str, Value] = {"quantity": kw, "price": price, "months": case.months_count, "amount": amount}
    if part is None:
        step = Step("demand_amount", {**values, "unrounded": dividend})
    else:
        unrounded = half_up_quotient(dividend, Decimal(month), SHOWN)
        step = Step(
            "demand_amount_of_days", {**values, "days": days, "month_days": month, "unrounded": unrounded}
        )
    return Charge(
        half_up_quotient(kw * days, Decimal(month), PLACES), "kw_month", amount, steps, step, clauses
    )


def _by_contract(
    rated: RatedUse, demand: Decimal, contract: Decimal, steps: list[Step], clauses: list[Clause]
) -> Decimal:
    """What is billed of a demand under a contract demand."""
    share, clause = rated.number("rating.demand_over_share")
    clauses.append(clause)
    limit = share * contract
    values: dict[str, Value] = {
        "demand_kw": demand,
        "contract_kw": contract,
        "share": share,
        "limit_kw": limit,
    }
    if demand <= limit:
        steps.append(Step("contract_kept", {**values, "billed_kw": contract}))
        return contract
    excess = demand - limit
    steps.append(Step("contract_exceeded", {**values, "excess_kw": excess, "billed_kw": demand + excess}))
    return demand + excess


def discounted(
    rated: RatedUse,
    quantities: Quantities,
    price: Decimal,
    decimals: int,
    steps: list[Step],
    clauses: list[Clause],
) -> Decimal:
    """The demand price, lower for accounts that use their capacity enough."""
    case = rated.case
    found = rated.parameter("rating.demand_discount_kwh_per_kva")
    if found is None or found[0].value is None or case.capacity_kva <= 0:
        return price
    threshold = found[0].value
    clauses.append(found[1])
    # of a segment, the part of the month that its days are
    months = Decimal(case.months_count * period_days(case)) / period_days(rated.of_bill)
    capacity_months = case.capacity_kva * months
    values: Mapping[str, Value] = {
        "kwh": quantities.gross,
        "capacity_kva": case.capacity_kva,
        "months": months if rated.whole is None else half_up(months, PLACES),
        "kwh_per_kva": half_up_quotient(quantities.gross, capacity_months, PLACES),
        "threshold": threshold,
    }
    of_days = quantities.gross * period_days(rated.of_bill)
    if of_days < threshold * case.capacity_kva * case.months_count * period_days(case):
        steps.append(Step("demand_no_discount", values))
        return price
    factor, clause = rated.number("rating.demand_discount_factor")
    clauses.append(clause)
    lower = half_up(price * factor, decimals)
    more: dict[str, Value] = {"listed": price, "discount_factor": factor, "unrounded": price * factor}
    steps.append(Step("demand_discount", {**values, **more, "decimals": decimals, "price": lower}))
    return lower
