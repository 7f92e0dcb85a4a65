"""The findings that bulletins list, and those of them that have a calculation sheet.

Belongs here: the choice, the same for the step that works sheets out and for the bulletin that shows them. How many of
these fit into a mail is for ``view`` to say.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Engine

from wattledger.audit.rules import Rule
from wattledger.bulletin.view import Limits
from wattledger.periods import Period
from wattledger.registry import FindingRow, largest_findings
from wattledger.registry.rows import State

_LISTED: tuple[tuple[tuple[State, ...], int], ...] = ((("new", "reopened"), 60), (("persistent",), 20))
"""Findings handed to the renderers, which show fewer: what is new, then what stays open."""
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
        chosen = self._largest if units is None else [unit for unit in units if unit in self._largest]
        rows = sorted((row for unit in chosen for row in self._largest[unit]), key=_order)
        return [row for states, limit in _LISTED for row in [r for r in rows if r.state in states][:limit]]

    @cached_property
    def _largest(self) -> dict[str | None, list[FindingRow]]:
        states = [state for some, _ in _LISTED for state in some]
        limit = max(limit for _, limit in _LISTED)
        return largest_findings(self.engine, self.source, self.period, states=states, limit=limit)


def bills_of(rows: Iterable[FindingRow], rules: Iterable[Rule]) -> list[tuple[FindingRow, str]]:
    """The findings with the largest amounts that are about a bill, each with the bill's id."""
    of_bills = {rule.rule_id for rule in rules if rule.record.key == ("bill_id",)}
    found = [(row, bill) for row in rows if row.amount and (bill := _bill_of(row, of_bills))]
    return sorted(found, key=lambda pair: -abs(pair[0].amount or Decimal(0)))[:_CANDIDATES]


def _bill_of(row: FindingRow, of_bills: Collection[str]) -> str:
    named = json.loads(row.evidence or "{}").get("bill_id")
    return str(named or "") or (row.business_key if row.rule_id in of_bills else "")


def _order(row: FindingRow) -> tuple[bool, Decimal, str, str]:
    """That of the registry's lists."""
    return row.amount is None, -abs(row.amount or Decimal(0)), row.rule_id, row.business_key
