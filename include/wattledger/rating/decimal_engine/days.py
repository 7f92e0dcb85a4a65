"""The day whose rates hold, and the tariffs of a bill on their days (``docs/rating.md``, step 1).

Belongs here: dates. What a tariff costs on its day is in ``prices``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.model import Tariff, Tou, TouScheme
from wattledger.rating.decimal_engine.index import Index
from wattledger.rating.rounding import ZERO
from wattledger.sheets.model import NotRatableError, Step


@dataclass(slots=True)
class TariffUse:
    """A tariff of the bill on its day, and the kWh that the bill has in it."""

    tariff: Tariff
    day: date
    scheme: TouScheme | None
    kwh: Decimal = ZERO
    by_tou: dict[Tou, Decimal] = field(default_factory=dict)
    feed_in: Decimal = ZERO
    feed_in_steps: list[Step] = field(default_factory=list)
    tier_kwh: list[Decimal] = field(default_factory=list)
    """kWh of tier 1 and so on; empty without a tier scheme."""

    @property
    def code(self) -> str:
        """The tariff's code."""
        return self.tariff.code

    def add(self, kwh: Decimal, by_tou: Mapping[Tou, Decimal]) -> None:
        """Add the billed kWh of a point."""
        self.kwh += kwh
        for tou, part in by_tou.items():
            self.by_tou[tou] = self.by_tou.get(tou, ZERO) + part


def day_of(case: BillCase, tariff: Tariff) -> date:
    """The day whose rates hold for a tariff of this bill."""
    if case.priced_on is not None:
        return case.priced_on
    match tariff.priced_by:
        case "billing_month":
            return (case.billing_month or case.period_end_on).replace(day=1)
        case "period_start":
            return case.period_start_on
        case "issued_on":
            return case.issued_on or case.period_end_on + timedelta(days=1)
        case _:  # period_end, and days: for all that is not divided over them
            return case.period_end_on


def period_days(case: BillCase) -> int:
    """Days of the bill's period, first and last included."""
    return (case.period_end_on - case.period_start_on).days + 1


def tariffs_of(case: BillCase, index: Index) -> tuple[str, dict[str, TariffUse]]:
    """The main tariff's code, and the tariffs of all points by code: the main one first, then by code.

    Raises NotRatableError (unknown_tariff) for a code that no tariff has on its day, and for a root point without one.
    """
    roots = sorted((p.point_id, p.tariff_code) for p in case.points if not p.parent_point_id)
    for point_id, code in roots:
        if not code:
            raise NotRatableError("unknown_tariff", f"point {point_id} has no tariff_code")
    main = roots[0][1]
    others = {p.tariff_code for p in case.points if p.tariff_code} - {main}
    return main, {code: _tariff(case, index, code) for code in (main, *sorted(others))}


def _tariff(case: BillCase, index: Index, code: str) -> TariffUse:
    """The version of a tariff that holds on its own day; of several (they price by different days) the latest."""
    versions = index.tariffs.get(code, [])
    holding = [(t, day) for t in versions if t.holds(day := day_of(case, t))]
    if not holding:
        days = ", ".join(sorted({day_of(case, t).isoformat() for t in versions}))
        reason = (
            f"does not hold on {days}" if versions else f"is not in the catalogue of {index.jurisdiction}"
        )
        raise NotRatableError("unknown_tariff", f"tariff {code} {reason}")
    tariff, day = max(holding, key=lambda found: found[0].valid_from or date.min)
    return TariffUse(tariff, day, index.tou[tariff.tou] if tariff.tou else None)
