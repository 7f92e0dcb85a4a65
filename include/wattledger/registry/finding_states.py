"""How a finding's state as of a period follows from sightings and verdicts.

Belongs here: the SQL of the states, one branch for each way in which a finding can be there. Nothing is stored.

Periods are ordered by last day, then first day. ``previous`` is, for each rule, the latest earlier period in which it
was evaluated (verdict PASS, FINDINGS or NO_ROWS).

==========  =====================================================  ==========================================
recurrence  where the finding is                                   state
==========  =====================================================  ==========================================
any         in the period, never before                            new
event       in the period, and in an earlier one                   persistent
condition   in the period and in ``previous``                      persistent
condition   in the period, seen before, not in ``previous``        reopened
condition   in ``previous``, not in the period                     resolved; persistent if not evaluated
event       first seen in the period, no sighting left anywhere    resolved; persistent if not evaluated
event       in an earlier period, not in the period                persistent (backlog)
==========  =====================================================  ==========================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)

from wattledger.periods import Period
from wattledger.registry.tables import finding, sighting, verdict

EVALUATED = ("PASS", "FINDINGS", "NO_ROWS")

Previous = dict[str, list[str]]

now = verdict.alias("now")
"""The rule's verdict on the period asked for."""
seen = sighting.alias("seen")
other = sighting.alias("other")


@dataclass(frozen=True)
class AsOf:
    """A question: the findings of a source as of a period, of some rules, units and business keys (None: of all).

    Every branch selects the fields of rows.FindingRow in their order; ``evidence`` False leaves that column NULL, and
    its long texts unread.
    """

    source: str
    period: Period
    rules: Sequence[str] | None
    units: Sequence[str] | None
    evidence: bool
    keys: Sequence[str] | None = None

    def current(self, previous: Previous) -> list[Select[Any]]:
        """What the period itself shows, what it settled, and what it should have shown but could not."""
        return [self._shown(previous), *(self._left(*item) for item in previous.items()), self._withdrawn()]

    def backlog(self) -> list[Select[Any]]:
        """Event findings of earlier periods that are open, with their latest sighting before the period."""
        return [self._carried_last(), self._carried_between(), self._carried_withdrawn()]

    def previous(self, connection: Connection) -> Previous:
        """The previous period of each rule, the other way round: period -> the rules whose previous one it is.

        Asked first and by itself: nearly always it is one period for all rules, and with a constant for it the
        databases find the few sightings that matter by their keys.
        """
        latest = func.row_number().over(
            partition_by=verdict.c.rule_id,
            order_by=(verdict.c.period_end.desc(), verdict.c.period_start.desc()),
        )
        ranked = (
            select(verdict.c.rule_id, verdict.c.period, latest.label("nth"))
            .where(verdict.c.source == self.source, verdict.c.verdict.in_(EVALUATED))
            .where(self._before(verdict.c.period_end, verdict.c.period_start))
            .subquery()
        )
        rules: Previous = {}
        for rule_id, period in connection.execute(
            select(ranked.c.rule_id, ranked.c.period).where(ranked.c.nth == 1)
        ):
            rules.setdefault(period, []).append(rule_id)
        return rules

    def _shown(self, previous: Previous) -> Select[Any]:
        in_previous = (
            and_(
                seen.c.rule_id.in_(rules), exists().where(*self._same(other, seen), other.c.period == period)
            )
            for period, rules in previous.items()
        )
        state = case(
            (finding.c.first_seen == self._name, "new"),
            (or_(now.c.recurrence == "event", *in_previous), "persistent"),
            else_="reopened",
        )
        return (
            self._columns(seen, now.c.recurrence, state, true(), seen.c.evidence)
            .select_from(seen)
            .join(now, self._verdict_here(seen.c.rule_id))
            .join(finding, and_(*self._same(finding, seen)))
            .where(seen.c.source == self.source, seen.c.period == self._name, *self._narrow(seen))
        )

    def _left(self, period: str, rules: Sequence[str]) -> Select[Any]:
        recurrence = func.coalesce(now.c.recurrence, finding.c.recurrence)
        return (
            self._columns(seen, recurrence, self._settled(), self._evaluated(), seen.c.evidence)
            .select_from(seen)
            .join(finding, and_(*self._same(finding, seen)))
            .outerjoin(now, self._verdict_here(seen.c.rule_id))
            .where(seen.c.source == self.source, seen.c.period == period, seen.c.rule_id.in_(rules))
            .where(recurrence == "condition", ~self._shown_here(seen), *self._narrow(seen))
        )

    def _withdrawn(self) -> Select[Any]:
        return (
            self._columns(finding, finding.c.recurrence, self._settled(), self._evaluated(), null())
            .select_from(finding)
            .outerjoin(now, self._verdict_here(finding.c.rule_id))
            .where(
                finding.c.source == self.source, finding.c.sighted == false(), finding.c.recurrence == "event"
            )
            .where(finding.c.first_seen == self._name, *self._narrow(finding))
        )

    def _carried_last(self) -> Select[Any]:
        """Those whose latest sighting of all is before the period: the finding itself has what it showed."""
        query = self._columns(finding, finding.c.recurrence, literal("persistent"), false(), seen.c.evidence)
        query = query.select_from(finding)
        if self.evidence:
            query = query.outerjoin(
                seen, and_(*self._same(seen, finding), seen.c.period == finding.c.last_seen)
            )
        return query.where(
            *self._open_event(), self._before(finding.c.last_seen_end, finding.c.last_seen_start)
        )

    def _carried_between(self) -> Select[Any]:
        """Those with sightings before and after the period: the question is about the past."""
        latest = (
            select(other.c.period)
            .where(*self._same(other, finding), self._before(other.c.period_end, other.c.period_start))
            .order_by(other.c.period_end.desc(), other.c.period_start.desc())
            .limit(1)
            .scalar_subquery()
        )
        after = tuple_(finding.c.last_seen_end, finding.c.last_seen_start) > self._rank()
        return (
            self._columns(seen, finding.c.recurrence, literal("persistent"), false(), seen.c.evidence)
            .select_from(finding)
            .join(seen, and_(*self._same(seen, finding), seen.c.period == latest))
            .where(
                *self._open_event(), after, self._before(finding.c.first_seen_end, finding.c.first_seen_start)
            )
            .where(~self._shown_here(finding))
        )

    def _carried_withdrawn(self) -> Select[Any]:
        """Those that vanished only because their rule could not be evaluated when their period was audited again."""
        evaluated = exists().where(
            now.c.source == self.source,
            now.c.period == finding.c.first_seen,
            now.c.rule_id == finding.c.rule_id,
            now.c.verdict.in_(EVALUATED),
        )
        return (
            self._columns(finding, finding.c.recurrence, literal("persistent"), false(), null())
            .select_from(finding)
            .where(
                finding.c.source == self.source, finding.c.sighted == false(), finding.c.recurrence == "event"
            )
            .where(self._before(finding.c.first_seen_end, finding.c.first_seen_start), ~evaluated)
            .where(*self._narrow(finding))
        )

    def _columns(
        self, shows: Any, recurrence: Any, state: Any, re_examined: Any, evidence: ColumnElement[Any]
    ) -> Select[Any]:
        last_seen = finding.c.last_seen if shows is finding else shows.c.period
        return select(
            shows.c.rule_id,
            shows.c.business_key,
            shows.c.org_id,
            shows.c.account_id,
            recurrence.label("recurrence"),
            state.label("state"),
            finding.c.first_seen,
            last_seen.label("last_seen"),
            shows.c.amount,
            shows.c.kwh,
            cast(evidence if self.evidence else null(), Text).label("evidence"),
            re_examined.label("re_examined"),
        )

    @property
    def _name(self) -> str:
        return str(self.period)

    def _rank(self) -> Any:
        return tuple_(literal(self.period.end), literal(self.period.start))

    def _before(self, end: Any, start: Any) -> ColumnElement[bool]:
        earlier: ColumnElement[bool] = tuple_(end, start) < self._rank()
        return earlier

    def _same(self, one: Any, two: Any) -> tuple[ColumnElement[bool], ...]:
        return (
            one.c.source == self.source,
            one.c.rule_id == two.c.rule_id,
            one.c.business_key == two.c.business_key,
        )

    def _verdict_here(self, rule_id: Any) -> ColumnElement[bool]:
        return and_(now.c.source == self.source, now.c.period == self._name, now.c.rule_id == rule_id)

    def _shown_here(self, what: Any) -> ColumnElement[bool]:
        here = sighting.alias("here")
        return exists().where(*self._same(here, what), here.c.period == self._name)

    def _open_event(self) -> tuple[ColumnElement[bool], ...]:
        open_event = (
            finding.c.source == self.source,
            finding.c.sighted == true(),
            finding.c.recurrence == "event",
        )
        return (*open_event, *self._narrow(finding))

    def _narrow(self, shows: Any) -> list[ColumnElement[bool]]:
        asked = [
            (shows.c.rule_id, self.rules),
            (shows.c.org_id, self.units),
            (shows.c.business_key, self.keys),
        ]
        return [column.in_(values) for column, values in asked if values is not None]

    @staticmethod
    def _evaluated() -> ColumnElement[bool]:
        return func.coalesce(now.c.verdict.in_(EVALUATED), false())

    @staticmethod
    def _settled() -> ColumnElement[str]:
        return case((now.c.verdict.in_(EVALUATED), "resolved"), else_="persistent")
