"""One bill, rated: all steps of ``docs/rating.md`` in order.

Belongs here: the order of the steps, and of the lines. The arithmetic is in the modules of the steps.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.decimal_engine.basic import basic_charge
from wattledger.rating.decimal_engine.charges import lines_of
from wattledger.rating.decimal_engine.days import TariffUse, tariffs_of
from wattledger.rating.decimal_engine.head import facts_of, notes_of
from wattledger.rating.decimal_engine.index import Index, index_of
from wattledger.rating.decimal_engine.percent import add_percentages, power_factor_line
from wattledger.rating.decimal_engine.points import Quantities, quantities_of
from wattledger.rating.decimal_engine.power_factor import adjustment_of
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.decimal_engine.segments import segments_of, tier_kwh, together
from wattledger.rating.decimal_engine.tiers import split
from wattledger.rating.rounding import CONTEXT, total
from wattledger.sheets.model import Figure, Sheet, SheetLine, Step


def rate(case: BillCase, catalogue: Catalogue) -> Sheet:
    """The bill as it should be: lines and figures, each with its arithmetic and what it rests on.

    A case's own ``catalogue`` and ``parameters`` are not read here: whoever loads the catalogue includes them.
    Raises NotRatableError with the reason code of ``docs/rating.md``, and ConfigurationError where a parameter that
    the bill needs has no value on its day.
    """
    with localcontext(CONTEXT):
        if not case.points and not case.segments:
            lines = tuple(_extra(case, ""))
            return Sheet("bill", case.bill_id, lines, _kwh_figures(Quantities()), facts_of(case, ()))
        index = index_of(catalogue)
        if not case.segments:
            return _rate(case, index)
        parts = segments_of(case)
        sheets: list[Sheet] = []
        for number, part in enumerate(parts, start=1):
            billed = case.kwh_before + total(tier_kwh(sheet) for sheet in sheets)
            one = part.model_copy(update={"kwh_before": billed})
            sheets.append(_rate(one, index, case, last=number == len(parts)))
        return together(case, list(zip(parts, sheets, strict=True)))


def _rate(case: BillCase, index: Index, whole: BillCase | None = None, last: bool = True) -> Sheet:
    """A bill; or a segment of the bill ``whole``, of which the ``last`` has what is charged once for the bill."""
    main, uses = tariffs_of(case, index)
    rated = {code: RatedUse(case, index, use, whole) for code, use in uses.items()}
    quantities = quantities_of(case, index, rated)
    tier_figures = split(rated.values())
    by_tariff = {code: lines_of(found, last and code == main) for code, found in rated.items()}
    basic_figures, basic_lines = basic_charge(rated[main], quantities)
    by_tariff[main] += basic_lines + _extra(case, main)
    adjustment, factor_figures = adjustment_of(rated[main], quantities)
    lines: list[SheetLine] = []
    for code, found in rated.items():
        own = by_tariff[code]
        if adjustment is not None:
            own += power_factor_line(found.use, own, adjustment)
        add_percentages(found, own)
        lines += _in_order(found.use, own)
    figures = (
        *_kwh_figures(quantities),
        *tier_figures,
        *_reactive(quantities),
        *factor_figures,
        *basic_figures,
    )
    notes = notes_of(rated[main], quantities, lines, figures)
    facts = facts_of(case, [use.tariff for use in uses.values()])
    return Sheet("bill", case.bill_id, tuple(lines), figures, facts, notes)


def _extra(case: BillCase, tariff_code: str) -> list[SheetLine]:
    """The lines that the case gives by their amount."""
    return [
        SheetLine(
            extra.component,
            extra.amount + Decimal("0.00"),
            tariff_code=tariff_code,
            steps=(Step("amount_as_given", {"amount": extra.amount}),),
        )
        for extra in case.extra
    ]


def _in_order(use: TariffUse, lines: list[SheetLine]) -> list[SheetLine]:
    """Lines in the order of the tariff's components, those given by their amount (without a price) at the end."""
    places = {component: place for place, component in enumerate(use.tariff.components)}
    return sorted(lines, key=lambda line: len(places) if line.price is None else places[line.component])


def _kwh_figures(quantities: Quantities) -> tuple[Figure, ...]:
    q = quantities
    return (
        Figure("metered_kwh", q.metered, "kwh", tuple(q.metered_steps), tuple(q.metered_clauses)),
        Figure("loss_kwh", q.loss, "kwh", tuple(q.loss_steps), tuple(q.loss_clauses)),
        Figure("deducted_kwh", q.deducted, "kwh", tuple(q.deducted_steps)),
        Figure("usage_kwh", q.usage, "kwh", tuple(q.usage_steps)),
    )


def _reactive(quantities: Quantities) -> tuple[Figure, ...]:
    return (Figure("reactive_kvarh", quantities.reactive, "kvarh", tuple(quantities.reactive_steps)),)
