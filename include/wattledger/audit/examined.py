"""What a rule looked at: the rows that it is about, how many of them it could judge, and why not the others.

Belongs here: counting them, by ``examines`` of the rule's record. What is wrong with a row is for the rule's query.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from wattledger.audit.rules import Rule, RuleRecord, Wording
from wattledger.contracts import find_column
from wattledger.lake.session import Session
from wattledger.sql import identifier, literal

_JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Rows that were not judged for one reason."""

    code: str
    """``no_value``, ``not_rated``, ``scope_unknown`` or ``condition``."""
    what: str
    """The column without a value, or why the bill was not rated; else empty."""
    rows: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Examined:
    """Rows examined = rows judged + rows not judged."""

    judged: int
    not_judged: tuple[NotJudged, ...] = ()
    """By reason, the most rows first."""

    @property
    def rows_not_judged(self) -> int:
        """How many could not be judged, for whatever reason."""
        return sum(part.rows for part in self.not_judged)

    @property
    def rows(self) -> int:
        """All that the rule is about."""
        return self.judged + self.rows_not_judged

    @property
    def reason(self) -> str:
        """Why rows were not judged, as a sentence; empty where all were."""
        if not self.not_judged:
            return ""
        told = ", ".join(f"{part.rows} {part.en}" for part in self.not_judged)
        if not self.judged:
            return f"none of {self.rows} rows could be judged: {told}"
        return f"{self.rows_not_judged} of {self.rows} rows not judged: {told}"

    @property
    def as_json(self) -> str:
        """The reasons as the table ``verdict`` keeps them."""
        return json.dumps([asdict(part) for part in self.not_judged], ensure_ascii=False)


def examine(session: Session, rule: Rule) -> Examined:
    """Count the rows that a rule is about, judged and not judged."""
    counted = dict(session.connection.execute(query(rule.record)).fetchall())
    judged = counted.pop(_JUDGED, 0)
    parts = (
        _told(rule.record, outcome, rows)
        for outcome, rows in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    )
    return Examined(judged, tuple(parts))


def query(record: RuleRecord) -> str:
    """SQL: how many of the rows came to which outcome; whatever is wanting first decides."""
    cases = " ".join(_cases(record))
    outcome = f"CASE {cases} ELSE {literal(_JUDGED)} END" if cases else literal(_JUDGED)
    return (
        f"SELECT outcome, count(*) FROM (SELECT {outcome} AS outcome FROM {identifier(record.examined)} AS r "
        f"WHERE coalesce(({record.examines.where or 'true'}), true)) GROUP BY outcome"
    )


def _cases(record: RuleRecord) -> Iterator[str]:
    if record.examined == "expected_bill" != record.batch:
        # of a bill that was not rated, nobody knows what it should have been
        yield f"WHEN r.status <> 'rated' THEN {literal('not_rated:')} || coalesce(r.reason, 'unknown')"
    for name in record.needs:
        yield f"WHEN r.{identifier(name)} IS NULL THEN {literal('no_value:' + name)}"
    if record.examines.where:
        yield f"WHEN ({record.examines.where}) IS NULL THEN {literal('scope_unknown:')}"
    for number, condition in enumerate(record.examines.judged):
        yield f"WHEN ({condition.when}) IS NOT TRUE THEN {literal(f'condition:{number}')}"


def _told(record: RuleRecord, outcome: str, rows: int) -> NotJudged:
    code, _, what = outcome.partition(":")
    if code == "condition":
        because, what = record.examines.judged[int(what)].otherwise, ""
    elif code == "no_value":
        column = find_column(what, (record.examined.removesuffix("_history"),))
        zh, en = (column.zh, column.en) if column else (what, what)
        because = Wording(zh=f"无{zh}", en=f"without {en[0].lower()}{en[1:]}")
    elif code == "not_rated":
        because = Wording(zh=f"账单未重算：{what}", en=f"of bills not rated: {what}")
    else:
        because = Wording(
            zh="无法确定规则是否适用", en="of which nobody knows whether the rule is about them"
        )
    return NotJudged(code, what, rows, because.zh, because.en)
