"""The findings that bulletins list, and those of them that have a calculation sheet.

Belongs here: the choice, the same for the step that works sheets out and for the bulletin that shows them. How many of
these fit into a mail is for ``view`` to say.
"""

from __future__ import annotations

import json
from collections import Counter
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
_OF_A_RULE, _OF_AN_ACCOUNT = 6, 2
"""So many findings of one rule at most, and of one rule and account: the others are counted, and in the worklist."""
_CANDIDATES = 3 * Limits().sheets
"""Some findings' bills cannot be rated, or are right and something else is wrong; so more are tried than are shown."""


@dataclass(frozen=True)
class Listed:
    """The findings of one audit most worth reading; asked for once, for all audiences."""

    engine: Engine
    source: str
    period: Period

    def of(self, units: Collection[str] | None) -> list[FindingRow]:
        """Of these units, None: of the company: what is new first, then what stays open, the largest first.

        No rule fills the list, and no account the list of a rule.
        """
        chosen = self._largest if units is None else [unit for unit in units if unit in self._largest]
        rows = sorted((row for unit in chosen for row in self._largest[unit]), key=_order)
        return [
            row for states, limit in _LISTED for row in _spread(r for r in rows if r.state in states)[:limit]
        ]

    @cached_property
    def _largest(self) -> dict[str | None, list[FindingRow]]:
        states = [state for some, _ in _LISTED for state in some]
        # more than are listed of a rule, for some may be of one account
        return largest_findings(self.engine, self.source, self.period, states=states, limit=5 * _OF_A_RULE)


def bills_of(rows: Iterable[FindingRow], rules: Iterable[Rule]) -> list[tuple[FindingRow, str]]:
    """The findings with the largest amounts that are about a bill, each with the bill's id."""
    of_bills = {rule.rule_id for rule in rules if rule.record.key == ("bill_id",)}
    found = [(row, bill) for row in rows if row.amount and (bill := _bill_of(row, of_bills))]
    return sorted(found, key=lambda pair: -abs(pair[0].amount or Decimal(0)))[:_CANDIDATES]


def _bill_of(row: FindingRow, of_bills: Collection[str]) -> str:
    named = json.loads(row.evidence or "{}").get("bill_id")
    return str(named or "") or (row.business_key if row.rule_id in of_bills else "")


def _spread(rows: Iterable[FindingRow]) -> list[FindingRow]:
    """The rows in their order, without those of a rule, or of a rule's account, that has its share already."""
    counts: Counter[tuple[str, ...]] = Counter()
    found = []
    for row in rows:
        # a finding without an account shares it with no other
        rule, account = (row.rule_id,), (row.rule_id, row.account_id or row.business_key)
        if counts[rule] < _OF_A_RULE and counts[account] < _OF_AN_ACCOUNT:
            counts.update((rule, account))
            found.append(row)
    return found


def _order(row: FindingRow) -> tuple[bool, Decimal, bool, Decimal, str, str]:
    """That of the registry's lists."""
    amount, kwh = abs(row.amount or Decimal(0)), abs(row.kwh or Decimal(0))
    return row.amount is None, -amount, row.kwh is None, -kwh, row.rule_id, row.business_key
