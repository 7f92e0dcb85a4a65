"""The basic charge of a bill: which one, its line and its figure (``docs/rating.md``, step 7).

Belongs here: what capacity and demand have in common. Their quantities are in ``capacity`` and ``demand``.
"""

from __future__ import annotations

from wattledger.rating.decimal_engine.capacity import capacity_charge
from wattledger.rating.decimal_engine.demand import demand_charge, discounted
from wattledger.rating.decimal_engine.points import Quantities
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.sheets.model import Figure, SheetLine


def basic_charge(rated: RatedUse, quantities: Quantities) -> tuple[list[Figure], list[SheetLine]]:
    """The figure ``basic_quantity`` and the line of the basic charge; nothing where the account has none.

    Raises NotRatableError (no_rate) where the main tariff lacks the component or its rate.
    """
    mode, use = rated.case.basic_mode, rated.use
    if mode == "none":
        return [], []
    component = "capacity" if mode == "capacity" else "demand"
    indexed = rated.rate(component)
    if component not in use.tariff.components or indexed is None:
        raise rated.no_rate(component)
    priced = rated.price(indexed)
    price, steps, clauses = priced.price, [priced.step], list(priced.clauses)
    if component == "capacity":
        charge = capacity_charge(rated, price)
    else:
        price = discounted(rated, quantities, price, indexed.rate.decimals, steps, clauses)
        charge = demand_charge(rated, quantities, price)
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
        steps=(*steps, charge.amount_step),
        clauses=(*clauses, *charge.clauses),
    )
    return [figure], [line]
