"""The basic charge of a bill: which one, its line and its figure (``docs/rating.md``, step 7).

Belongs here: what capacity and demand have in common. Their quantities are in ``capacity`` and ``demand``.
"""

from __future__ import annotations

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.decimal_engine.capacity import capacity_charge
from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.demand import demand_charge, discounted
from wattledger.rating.decimal_engine.index import Index
from wattledger.rating.decimal_engine.lines import no_rate
from wattledger.rating.decimal_engine.points import Quantities
from wattledger.rating.decimal_engine.prices import single_price
from wattledger.sheets.model import Figure, SheetLine


def basic_charge(
    case: BillCase, index: Index, use: TariffUse, quantities: Quantities
) -> tuple[list[Figure], list[SheetLine]]:
    """The figure ``basic_quantity`` and the line of the basic charge; nothing where the account has none.

    Raises NotRatableError (no_rate) where the main tariff lacks the component or its rate.
    """
    if case.basic_mode == "none":
        return [], []
    component = "capacity" if case.basic_mode == "capacity" else "demand"
    indexed = index.rate_on(use.code, component, use.day, case.voltage)
    if component not in use.tariff.components or indexed is None:
        raise no_rate(use.code, component, use.day, case.voltage)
    priced = single_price(index, indexed, use.day, case.voltage, case.surcharged)
    price, steps, clauses = priced.price, [priced.step], list(priced.clauses)
    if component == "capacity":
        charge = capacity_charge(case, index, use, price)
    else:
        price = discounted(case, index, use, quantities, price, indexed.rate.decimals, steps, clauses)
        charge = demand_charge(case, index, use, quantities, price)
    figure = Figure(
        "basic_quantity", charge.quantity, charge.measure, tuple(charge.quantity_steps), tuple(charge.clauses)
    )
    if not charge.quantity or not price:
        return [figure], []
    line = SheetLine(
        component,
        charge.amount,
        charge.quantity,
        charge.measure,
        price,
        tariff_code=use.code,
        steps=(*charge.quantity_steps, *steps, charge.amount_step),
        clauses=(*clauses, *charge.clauses),
    )
    return [figure], [line]
