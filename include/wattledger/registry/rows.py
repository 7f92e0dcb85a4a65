"""The rows that go into the registry and come out of it, as plain frozen values.

Belongs here: their shapes and units. Storage stands in tables.py, the states of findings in finding_states.py.
Amounts are Decimal yuan with 2 places (+ = under-collected), energy is Decimal kWh with 4 places; None: no such value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from wattledger.periods import Period

Verdict = Literal["PASS", "FINDINGS", "NO_ROWS", "NOT_EVALUATED", "ERROR"]
Recurrence = Literal["event", "condition"]
State = Literal["new", "persistent", "reopened", "resolved"]


@dataclass(frozen=True, slots=True)
class Run:
    """One audit of a period on fixed inputs; another set of inputs is the next revision (1, 2, ...)."""

    id: int
    source: str
    period: Period
    revision: int
    inputs: Mapping[str, Any]
    manifest_hash: str
    rules_hash: str
    code_version: str
    opened_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What one rule said about one period."""

    rule_id: str
    verdict: Verdict
    recurrence: Recurrence
    rows_examined: int = 0
    """Rows judged + rows not judged."""
    findings: int = 0
    amount: Decimal | None = None
    kwh: Decimal | None = None
    reason_code: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    rows_judged: int = 0
    rows_not_judged: int = 0
    not_judged: str = "[]"
    """Why not, a JSON list of {code, what, rows, zh, en}."""


class Sighting(NamedTuple):
    """One failing row of one rule in the period being recorded; a plain tuple in this order serves as well."""

    rule_id: str
    business_key: str
    org_id: str | None
    account_id: str | None
    amount: Decimal | None
    kwh: Decimal | None
    evidence: str
    """JSON object: column of the failing row -> its value."""


@dataclass(frozen=True, slots=True)
class ReconciliationRow:
    """One link of the reconciliation for one unit, or for the whole company (``org_id`` None)."""

    link: str
    org_id: str | None
    status: Literal["EVALUATED", "NOT_EVALUATED"]
    measure: str
    """``kWh`` or ``yuan``; the totals are in it, with 4 places."""
    compared: int = 0
    agreeing: int = 0
    left_total: Decimal = Decimal(0)
    right_total: Decimal = Decimal(0)
    difference: Decimal = Decimal(0)
    reason: str | None = None
    not_judged: int = 0
    """Keys that could not be compared; in none of the totals."""
    not_judged_difference: Decimal = Decimal(0)
    not_judged_reasons: str = "[]"
    """Why not, a JSON list of {code, rows, difference}."""


class BreakRow(NamedTuple):
    """What does not reconcile: one key with its cause; ``difference`` = left - right, 4 places."""

    link: str
    org_id: str | None
    account_id: str | None
    business_key: str
    cause: str
    measure: str
    left_value: Decimal | None
    right_value: Decimal | None
    difference: Decimal
    evidence: str


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """What was landed of one dataset: extracted = landed + rejected; ``reasons``: reason -> rejected rows."""

    dataset: str
    extracted: int
    landed: int
    rejected: int
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as of a period, with what its latest sighting up to then showed."""

    rule_id: str
    business_key: str
    org_id: str | None
    account_id: str | None
    recurrence: Recurrence
    state: State
    first_seen: str
    last_seen: str
    amount: Decimal | None
    kwh: Decimal | None
    evidence: str | None
    re_examined: bool
    """False: open, but not looked at in this period: rule not evaluated, or an event of an earlier period."""


@dataclass(frozen=True, slots=True)
class FindingTotal:
    """Findings of one rule in one unit in one state: how many, and the exact sums (None where none has a value)."""

    rule_id: str
    org_id: str | None
    state: State
    findings: int
    amount: Decimal | None
    over_collected: Decimal | None
    """The sum of the negative amounts, as a positive number."""
    kwh: Decimal | None


@dataclass(frozen=True, slots=True)
class BacklogTotal:
    """Open event findings of earlier periods, of one rule in one unit."""

    rule_id: str
    org_id: str | None
    findings: int
    amount: Decimal | None
    over_collected: Decimal | None
    """The sum of the negative amounts, as a positive number."""
    kwh: Decimal | None
