"""The reconciliation as a bulletin shows it: links, their causes, their breaks.

Belongs here: reading them from the registry, once for all audiences. Reconciling is for ``wattledger.reconcile``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Engine

from wattledger import registry
from wattledger.bulletin.evidence import read_evidence
from wattledger.bulletin.model import Break, CauseRow, LinkRow, Unit
from wattledger.bulletin.not_judged import of_keys
from wattledger.bulletin.terms import Terms
from wattledger.periods import Period


@dataclass(frozen=True)
class Reconciliation:
    """The links of one audit; ``unit`` names a unit by its code."""

    engine: Engine
    source: str
    period: Period
    terms: Terms
    unit: Callable[[str | None], Unit | None]

    def links(self, org_id: str | None, units: list[str] | None) -> Iterator[LinkRow]:
        """The links of a unit, with the causes of the breaks in ``units``; None: of the company."""
        for row in self._rows:
            if row.org_id != org_id:
                continue
            yield LinkRow(
                link=row.link,
                title=self.terms.link(row.link),
                left=self.terms.link(row.link, "left"),
                right=self.terms.link(row.link, "right"),
                measure=row.measure,  # type: ignore[arg-type]
                evaluated=row.status == "EVALUATED",
                reason=self.terms.obstacles(row.reason) if row.reason else None,
                compared=row.compared,
                agreeing=row.agreeing,
                left_total=row.left_total,
                right_total=row.right_total,
                difference=row.difference,
                causes=self._causes(row.link, units),
                not_judged=row.not_judged,
                not_judged_difference=row.not_judged_difference,
                not_judged_reason=of_keys(row.not_judged_reasons, self.terms),
            )

    def breaks(self, units: list[str] | None) -> Iterator[Break]:
        """All breaks in ``units``; None: of the company."""
        for row in registry.list_breaks(self.engine, self.source, self.period, units=units):
            yield Break(
                link=row.link,
                cause=self.terms.cause(row.cause),
                measure=row.measure,  # type: ignore[arg-type]
                business_key=row.business_key,
                difference=row.difference,
                left=row.left_value,
                right=row.right_value,
                unit=self.unit(row.org_id),
                account_id=row.account_id,
                evidence=read_evidence(row.evidence, self.terms),
            )

    @cached_property
    def _rows(self) -> list[registry.ReconciliationRow]:
        return registry.list_reconciliation(self.engine, self.source, self.period)

    @cached_property
    def _totals(self) -> dict[tuple[str, str | None, str], tuple[int, Decimal]]:
        """Number and difference of the breaks by link, unit and cause."""
        counted: dict[tuple[str, str | None, str], tuple[int, Decimal]] = {}
        for row in registry.list_breaks(self.engine, self.source, self.period):
            number, total = counted.get((row.link, row.org_id, row.cause), (0, Decimal(0)))
            counted[row.link, row.org_id, row.cause] = (number + 1, total + row.difference)
        return counted

    def _causes(self, link: str, units: list[str] | None) -> tuple[CauseRow, ...]:
        wanted = None if units is None else set(units)
        counted: dict[str, tuple[int, Decimal]] = {}
        for (of_link, org_id, cause), (more, difference) in self._totals.items():
            if of_link == link and (wanted is None or org_id in wanted):
                number, total = counted.get(cause, (0, Decimal(0)))
                counted[cause] = (number + more, total + difference)
        ordered = sorted(counted.items(), key=lambda item: (-abs(item[1][1]), item[0]))
        return tuple(CauseRow(self.terms.cause(cause), n, total) for cause, (n, total) in ordered)
