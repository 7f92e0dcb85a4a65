"""What a bulletin shows and what it leaves to the worklist.

Belongs here: choosing, ordering and cutting the lists of a bulletin, with exact counts of what was cut. The
HTML and the plain text both show this. Not here: looks, wording.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from wattledger.bulletin.model import (
    Bulletin,
    CauseRow,
    DatasetRow,
    Finding,
    LinkRow,
    RuleRow,
    States,
    Tally,
    Text,
    UnitRow,
)
from wattledger.sheets.model import BillSheet

T = TypeVar("T")

MAX_BYTES = 100_000
"""Mail programs cut longer messages off (Gmail at about 102 KB)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of each list are shown, and how long one text may be."""

    findings: int = 25
    still_open: int = 8
    rules: int = 40
    details: int = 18
    units: int = 20
    owners: int = 12
    unevaluated: int = 30
    datasets: int = 24
    links: int = 8
    causes: int = 10
    small: int = 4
    """Bases, reasons and examples of one entry; twice as many of its parameters."""
    text: int = 160
    sheets: int = 5
    sheet_rows: int = 12
    """Lines, sentences and sources of one calculation sheet."""


LADDER = (
    Limits(),
    Limits(sheets=3, sheet_rows=8),
    Limits(25, 6, 30, 10, 16, 12, 24, 20, 8, 8, 4, 140, 3, 8),
    Limits(20, 5, 24, 8, 14, 12, 20, 18, 8, 6, 3, 120, 2, 8),
    Limits(16, 4, 20, 6, 12, 12, 16, 16, 6, 5, 3, 90, 2, 6),
    Limits(10, 3, 14, 4, 10, 8, 12, 14, 6, 5, 2, 60, 1, 6),
    Limits(5, 2, 8, 3, 5, 4, 6, 8, 5, 4, 2, 32, 0, 0),
)
"""From roomy to tight; the last is under 100 KB whatever the texts hold."""


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """The first rows of a list, and how many more there are."""

    rows: tuple[T, ...]
    more: int

    @classmethod
    def of(cls, rows: Sequence[T], limit: int, whole: int | None = None) -> Cut[T]:
        """Cut ``rows`` to ``limit``; ``whole`` is the true length where ``rows`` is a part already."""
        shown = tuple(rows[:limit])
        return cls(shown, max(len(rows), whole or 0) - len(shown))


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One who has to act."""

    owner: Text
    states: States


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link with its causes cut; ``rest`` gathers those not shown, so that the sum still holds."""

    link: LinkRow
    causes: tuple[CauseRow, ...]
    rest: CauseRow | None


@dataclass(frozen=True, slots=True)
class View:
    """The cut and ordered lists of one bulletin."""

    limits: Limits
    states: States
    owners: Cut[OwnerRow]
    fresh: Cut[Finding]
    still_open: Cut[Finding]
    rules: Cut[RuleRow]
    rules_rest: States
    largest: Decimal
    """The largest amount of a rule, for the length of the bars; kWh where no amount is known."""
    rest: dict[str, int]
    """New findings that are not shown, by rule: the most first."""
    details: Cut[RuleRow]
    units: Cut[UnitRow]
    units_rest: States
    passed: int
    with_findings: int
    without_rows: int
    not_evaluated: int
    failed: int
    unevaluated: Cut[RuleRow]
    partly: Cut[RuleRow]
    """Rules that judged some of their rows only."""
    nothing: Cut[RuleRow]
    """Rules that there was nothing to examine for."""
    quiet: Cut[RuleRow]
    datasets: Cut[DatasetRow]
    links: Cut[LinkView]
    sheets: tuple[BillSheet, ...]
    """Of findings that are listed."""

    def weight(self, rule: RuleRow) -> Decimal:
        """What the length of a rule's bar stands for."""
        return _weight(rule.states.open, self.states)

    def sheet_number(self, rule_id: str, business_key: str) -> int:
        """Which of the calculation sheets shown belongs to a finding, counted from 1; 0 if none does."""
        keys = [(sheet.rule_id, sheet.business_key) for sheet in self.sheets]
        wanted = (rule_id, business_key)
        return keys.index(wanted) + 1 if wanted in keys else 0


def make_view(bulletin: Bulletin, limits: Limits) -> View:
    """Choose what ``bulletin`` shows within ``limits``."""
    states = bulletin.states
    active = sorted((r for r in bulletin.rules if _active(r)), key=_by_money)
    without = sorted(
        (r for r in bulletin.rules if r.verdict in ("NOT_EVALUATED", "ERROR")), key=_broken_first
    )
    quiet = [r for r in bulletin.rules if r.verdict in ("PASS", "FINDINGS") and not _active(r)]
    partly = [r for r in bulletin.rules if r.verdict in ("PASS", "FINDINGS") and r.not_judged]
    nothing = [r for r in bulletin.rules if r.verdict == "NO_ROWS"]
    fresh = [f for f in bulletin.findings if f.state in ("new", "reopened")]
    persistent = [f for f in bulletin.findings if f.state == "persistent"]
    verdicts = [r.verdict for r in bulletin.rules]
    listed = {
        (f.rule_id, f.business_key) for f in (*fresh[: limits.findings], *persistent[: limits.still_open])
    }
    sheets = [s for s in bulletin.sheets if (s.rule_id, s.business_key) in listed]
    return View(
        limits=limits,
        states=states,
        owners=Cut.of(_owners(active), limits.owners),
        fresh=Cut.of(fresh, limits.findings, states.fresh.findings),
        still_open=Cut.of(persistent, limits.still_open, (states.persistent + states.backlog).findings),
        rules=Cut.of(active, limits.rules),
        rules_rest=_sum(active[limits.rules :]),
        largest=max((abs(_weight(r.states.open, states)) for r in active), default=Decimal(0)),
        rest=_rest(active, fresh[: limits.findings]),
        details=Cut.of([r for r in active if r.states.open.findings], limits.details),
        units=Cut.of(bulletin.units, limits.units),
        units_rest=_sum(bulletin.units[limits.units :]),
        passed=verdicts.count("PASS"),
        with_findings=verdicts.count("FINDINGS"),
        without_rows=verdicts.count("NO_ROWS"),
        not_evaluated=verdicts.count("NOT_EVALUATED"),
        failed=verdicts.count("ERROR"),
        unevaluated=Cut.of(without, limits.unevaluated),
        partly=Cut.of(partly, limits.unevaluated),
        nothing=Cut.of(nothing, limits.rules),
        quiet=Cut.of(quiet, limits.rules),
        datasets=Cut.of(sorted(bulletin.datasets, key=_worst_first), limits.datasets),
        links=Cut.of([_link(link, limits.causes) for link in bulletin.links], limits.links),
        sheets=tuple(sheets[: limits.sheets]),
    )


def _active(rule: RuleRow) -> bool:
    return bool(rule.states.open.findings or rule.states.resolved.findings)


def _weight(tally: Tally, whole: States) -> Decimal:
    """Money, or kWh where the bulletin knows of no money at all."""
    return (tally.kwh if whole.open.amount is None else tally.amount) or Decimal(0)


def _rest(rules: Iterable[RuleRow], shown: Iterable[Finding]) -> dict[str, int]:
    listed = Counter(finding.rule_id for finding in shown)
    rest = {r.rule_id: r.states.fresh.findings - listed[r.rule_id] for r in rules}
    return {rule_id: n for rule_id, n in sorted(rest.items(), key=lambda item: -item[1]) if n > 0}


def _by_money(rule: RuleRow) -> tuple[Decimal, Decimal, Decimal, Decimal, int, int, str]:
    """Where no money is known, kWh say what weighs most."""
    fresh, still = rule.states.fresh, rule.states.open
    return (
        -abs(fresh.amount or Decimal(0)),
        -abs(still.amount or Decimal(0)),
        -abs(fresh.kwh or Decimal(0)),
        -abs(still.kwh or Decimal(0)),
        -fresh.findings,
        -rule.level,
        rule.rule_id,
    )


def _broken_first(rule: RuleRow) -> tuple[bool, bool, str, str]:
    """Errors, then what the company switched off itself: a long list, which is cut, hides neither."""
    return rule.verdict != "ERROR", rule.reason_code != "switched_off", rule.reason_code, rule.rule_id


def _worst_first(dataset: DatasetRow) -> tuple[bool, int]:
    return dataset.extracted is not None, -dataset.rejected


def _owners(rules: Iterable[RuleRow]) -> list[OwnerRow]:
    found: dict[Text, States] = {}
    for rule in rules:
        if rule.states.open.findings:
            found[rule.owner] = found.get(rule.owner, States()) + rule.states
    rows = [OwnerRow(owner, states) for owner, states in found.items()]
    return sorted(rows, key=lambda row: (-row.states.fresh.findings, -row.states.open.findings))


def _sum(rows: Iterable[RuleRow | UnitRow]) -> States:
    return sum((row.states for row in rows), States())


def _link(link: LinkRow, limit: int) -> LinkView:
    shown, rest = link.causes[:limit], link.causes[limit:]
    if not rest:
        return LinkView(link, shown, None)
    gathered = CauseRow(
        Text("", ""), sum(c.breaks for c in rest), sum((c.difference for c in rest), Decimal(0))
    )
    return LinkView(link, shown, gathered)


def undershoot(tally: Tally) -> Decimal | None:
    """What was collected too little, told apart from what is to be paid back."""
    return None if tally.amount is None else tally.amount + (tally.over_collected or Decimal(0))
