"""The findings that bulletins list, and those of them that have a calculation sheet.

Belongs here: the choice, the same for the step that works sheets out and for the bulletin that shows them. How many of
these fit into a mail is for ``view`` to say.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Engine

from wattledger.audit.rules import Rule
from wattledger.bulletin.view import Limits
from wattledger.periods import Period
from wattledger.registry import FindingRow, largest_findings
from wattledger.registry.rows import State

_FRESH: tuple[tuple[State, ...], int] = (("new", "reopened"), 60)
_OPEN: tuple[tuple[State, ...], int] = (("persistent",), 20)
"""Findings handed to the renderers, which show fewer."""
_CANDIDATES = 3 * Limits().sheets
"""Some findings' bills cannot be rated, or are right and something else is wrong; so more are tried than are shown."""


@dataclass(frozen=True)
class Listed:
    """The findings of one audit most worth reading; asked for once, for all audiences."""

    engine: Engine
    source: str
    period: Period

    def of(self, units: Collection[str] | None) -> list[FindingRow]:
        """Of these units, None: of the company: what is new first, then what stays open, the largest first."""
        return [row for by_unit, limit in self._largest for row in _merged(by_unit, units)[:limit]]

    @cached_property
    def _largest(self) -> list[tuple[dict[str | None, list[FindingRow]], int]]:
        return [
            (largest_findings(self.engine, self.source, self.period, states=states, limit=limit), limit)
            for states, limit in (_FRESH, _OPEN)
        ]


def bills_of(rows: Iterable[FindingRow], rules: Iterable[Rule]) -> list[tuple[FindingRow, str]]:
    """The findings with the largest amounts that are about a bill, each with the bill's id."""
    of_bills = {rule.rule_id for rule in rules if rule.record.key == ("bill_id",)}
    found = [(row, bill) for row in rows if row.amount and (bill := _bill_of(row, of_bills))]
    return sorted(found, key=lambda pair: -abs(pair[0].amount or Decimal(0)))[:_CANDIDATES]


def _bill_of(row: FindingRow, of_bills: Collection[str]) -> str:
    named = json.loads(row.evidence or "{}").get("bill_id")
    return str(named or "") or (row.business_key if row.rule_id in of_bills else "")


def _merged(by_unit: dict[str | None, list[FindingRow]], units: Collection[str] | None) -> list[FindingRow]:
    chosen: Sequence[str | None] = list(by_unit) if units is None else [u for u in units if u in by_unit]
    return sorted((row for unit in chosen for row in by_unit[unit]), key=_order)


def _order(row: FindingRow) -> tuple[bool, Decimal, str, str]:
    """That of the registry's lists."""
    return row.amount is None, -abs(row.amount or Decimal(0)), row.rule_id, row.business_key
