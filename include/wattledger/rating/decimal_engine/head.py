"""What a sheet says of the bill besides its arithmetic: whose and of what it is, and what in it may be a mistake.

Belongs here: facts and notes of the whole bill. Those on a register or a point come with it (``metered``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.model import Tariff
from wattledger.rating.decimal_engine.points import Quantities
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import ZERO, total
from wattledger.sheets.model import Fact, Figure, SheetLine, Step

_BASIC = ("capacity", "demand")


def facts_of(case: BillCase, tariffs: Iterable[Tariff]) -> tuple[Fact, ...]:
    """The head of a bill's sheet: account, period, tariffs, voltage, capacity, as far as they are known."""
    month = case.billing_month
    facts = [
        Fact("account", case.account_id) if case.account_id else None,
        Fact("period", case.period_start_on, case.period_end_on),
        Fact("billing_month", f"{month:%Y-%m}") if month else None,
        Fact("months", case.months_count) if case.months_count != 1 else None,
        *(Fact("tariff", tariff.code, zh=tariff.zh, en=tariff.en) for tariff in tariffs),
        Fact("voltage", case.voltage) if case.voltage else None,
        Fact("basic_mode", case.basic_mode) if case.basic_mode != "none" else None,
        Fact("capacity_kva", _contracted(case)) if _contracted(case) else None,
        Fact("contract_demand_kw", case.contract_demand_kw) if case.contract_demand_kw else None,
        Fact("power_factor_standard", standard)
        if (standard := case.power_factor_standard) is not None
        else None,
        Fact("jurisdiction", case.jurisdiction),
    ]
    return tuple(fact for fact in facts if fact is not None)


def _contracted(case: BillCase) -> Decimal:
    """The capacity contracted; where only its items are given, theirs on the last day."""
    if case.capacity_kva:
        return case.capacity_kva
    on = case.period_end_on
    there = [i for i in case.capacity if (i.from_on or date.min) <= on <= (i.to_on or date.max)]
    return total(item.kva for item in there if item.state != "removed")


def notes_of(
    rated: RatedUse, quantities: Quantities, lines: Collection[SheetLine], figures: Collection[Figure]
) -> tuple[Step, ...]:
    """What was taken as it stands in a bill, and may be a mistake; ``rated`` is that of the main tariff."""
    notes, components = list(quantities.notes), rated.use.tariff.components
    factor = next((f.value for f in figures if f.name == "power_factor"), None)
    if factor is not None:
        of_points = (Step("note_reactive_missing", {"point_id": p}) for p in quantities.without_reactive)
        notes += of_points
        if not quantities.reactive:
            notes.append(Step("note_reactive_still", {"factor": factor}))
    billed = {line.component for line in lines}
    if rated.case.basic_mode == "none" and set(_BASIC) & set(components) and not set(_BASIC) & billed:
        notes.append(Step("note_no_basic", {"tariff_code": rated.use.code}))
    amount = sum((line.amount for line in lines), ZERO)
    if amount < 0:
        notes.append(Step("note_negative", {"amount": amount}))
    return tuple(notes)
