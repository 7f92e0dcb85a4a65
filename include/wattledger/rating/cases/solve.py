"""A price solved from a bill's total: ``solve: {component: energy, total: 12600}``.

Belongs here: looking for the price by rating again. A total is a straight line over a price, but for rounding of its
lines; so the price is found from two points of it, and is the shortest decimal that gives the total to the fen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from wattledger.errors import UsageError
from wattledger.rating.cases.bill import BillCase, Solve
from wattledger.rating.catalogue.model import Rate
from wattledger.rating.rounding import half_up
from wattledger.sheets.model import Figure, Sheet, step

PLACES = 8
Rated = Callable[[BillCase], Sheet]


def solved(case: BillCase, solve: Solve, rated: Rated) -> Sheet:
    """The sheet at the price that gives the total, with the figure ``solved_price``; raise UsageError if none does."""
    low, high = (rated(at_price(case, solve, Decimal(price))).total for price in (0, 1))
    if low == high:
        raise UsageError(f"solve: the bill has no {solve.component} that its total depends on.")
    exact = Fraction(solve.total - low) / Fraction(high - low)
    for places in range(PLACES + 1):
        price = half_up(exact, places)
        sheet = rated(at_price(case, solve, price))
        if sheet.total == solve.total:
            found = step("solved", component=solve.component, total=solve.total, price=price)
            return replace(sheet, figures=(Figure("solved_price", price, "yuan", (found,)), *sheet.figures))
    raise UsageError(
        f"solve: no price of {solve.component} comes to {solve.total}; {price} comes to {sheet.total}.",
        todo="Compare the total, and the quantities of the case, with their source.",
    )


def at_price(case: BillCase, solve: Solve, price: Decimal) -> BillCase:
    """The case at a price."""
    own = case.catalogue
    wanted = [rate for rate in own.rates if rate.component == solve.component] if own else []
    if own is None or len(wanted) != 1 or not isinstance(wanted[0].price, Decimal):
        raise UsageError(
            f"solve: expected one rate of {solve.component} among the case's own, whose price is a number; "
            f"there are {len(wanted)}."
        )
    rates: tuple[Rate, ...] = tuple(
        rate.model_copy(update={"price": price}) if rate is wanted[0] else rate for rate in own.rates
    )
    return case.model_copy(update={"catalogue": own.model_copy(update={"rates": rates})})
