"""A bill in segments: tariff, meter or transformer changed within it, and each part has a power factor of its own.

Belongs here: the bill parted into segments, and their sheets made one (``docs/rating.md``, step 10). Each is rated as a
bill of its own days, with the whole one at hand for parts of a month.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.rounding import ZERO, total
from wattledger.sheets.model import Fact, Figure, Sheet, SheetLine, Step

_OWN = (
    *("points", "voltage", "power_factor_standard", "power_factor_evaluation"),
    *("basic_mode", "capacity_kva", "contract_demand_kw"),
)
"""What a segment may have of its own."""
_BY_SEGMENT = frozenset({"power_factor", "power_factor_percent", "basic_quantity"})
"""Figures that cannot be added up."""


def segments_of(case: BillCase) -> list[BillCase]:
    """The segments of a bill, each as a bill of its days; lines given by their amount are in the last."""
    common = {
        "segments": (),
        "extra": (),
        "billing_month": case.billing_month or case.period_end_on.replace(day=1),
        "issued_on": case.issued_on or case.period_end_on + timedelta(days=1),
    }
    parts = []
    for segment in case.segments:
        own = {name: getattr(segment, name) for name in _OWN if getattr(segment, name) is not None}
        days = {"period_start_on": segment.from_on, "period_end_on": segment.to_on}
        parts.append(case.model_copy(update={**common, **own, **days}))
    parts[-1] = parts[-1].model_copy(update={"extra": case.extra})
    return parts


def tier_kwh(sheet: Sheet) -> Decimal:
    """What a segment fills of the tiers, for those that follow."""
    return total(f.value for f in sheet.figures if f.name.startswith("tier") and f.name.endswith("_kwh"))


def together(case: BillCase, parts: list[tuple[BillCase, Sheet]]) -> Sheet:
    """The sheets of the segments as that of the bill."""
    lines: list[SheetLine] = []
    notes: list[Step] = []
    facts: dict[tuple[str, object], Fact] = {}
    for part, sheet in parts:
        start, end = part.period_start_on, part.period_end_on
        lines += [
            line if line.from_on or line.price is None else replace(line, from_on=start, to_on=end)
            for line in sheet.lines
        ]
        notes += sheet.notes
        facts |= {(fact.name, fact.value): fact for fact in sheet.facts if fact.name != "period"}
    period = Fact("period", case.period_start_on, case.period_end_on)
    names = dict.fromkeys(fact.name for fact in facts.values())
    in_turn = [fact for name in names for fact in facts.values() if fact.name == name]
    figures = tuple(_figures(parts))
    return Sheet("bill", case.bill_id, tuple(lines), figures, (period, *in_turn), tuple(notes))


def _figures(parts: list[tuple[BillCase, Sheet]]) -> list[Figure]:
    """Energies added up, and the rest by segment, in the order in which they are worked out."""
    names = dict.fromkeys(figure.name for _, sheet in parts for figure in sheet.figures)
    found: list[Figure] = []
    for name in names:
        of_name = [(part, f) for part, sheet in parts for f in sheet.figures if f.name == name]
        if name in _BY_SEGMENT:
            found += [
                replace(figure, from_on=part.period_start_on, to_on=part.period_end_on)
                for part, figure in of_name
            ]
            continue
        value = sum((figure.value for _, figure in of_name), ZERO)
        steps = tuple(step for _, figure in of_name for step in figure.steps)
        clauses = tuple(dict.fromkeys(clause for _, figure in of_name for clause in figure.clauses))
        found.append(Figure(name, value, of_name[0][1].measure, steps, clauses))
    return found
