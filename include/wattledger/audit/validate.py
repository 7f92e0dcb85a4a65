"""Running the rules: a verdict for each, and its failing rows in the session's table ``failing_row``.

Belongs here: which rules can be evaluated, GX's counts, and the verdicts. Importing this module is cheap;
``validate`` imports Great Expectations.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wattledger.audit import failing
from wattledger.audit.rules import Rule
from wattledger.lake.session import Session
from wattledger.parameters import used_in

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule came to for a period."""

    rule_id: str
    verdict: str
    """PASS, FINDINGS, NOT_EVALUATED or ERROR."""
    rows_examined: int
    findings: int
    amount: Decimal | None
    """Yuan at stake over all findings; None where no finding carries money."""
    kwh: Decimal | None
    reason_code: str
    reason: str
    seconds: float


def validate(
    session: Session, rules: Iterable[Rule], jurisdiction: str, progress: Progress = print
) -> list[Verdict]:
    """Evaluate every rule; findings never raise, and a rule that fails inside GX is an ERROR of that rule alone."""
    failing.create_table(session.connection)
    verdicts: list[Verdict] = []
    runnable: dict[tuple[str, int | None], list[Rule]] = {}
    for rule in rules:
        if obstacle := _obstacle(session, rule, jurisdiction):
            verdicts.append(Verdict(rule.rule_id, "NOT_EVALUATED", 0, 0, None, None, *obstacle, 0.0))
        else:
            runnable.setdefault((rule.record.batch, rule.record.lookback), []).append(rule)
    for (batch, lookback), batch_rules in runnable.items():
        seen = "" if lookback is None else f" that look back {lookback} months"
        progress(f"{batch}: {len(batch_rules)} rules{seen}")
        verdicts += _run(session, batch, lookback, batch_rules)
    return sorted(verdicts, key=lambda v: v.rule_id)


def _obstacle(session: Session, rule: Rule, jurisdiction: str) -> tuple[str, str] | None:
    """Why the rule cannot be evaluated: a code and a sentence."""
    if not rule.in_force(session.period, jurisdiction):
        return "not_in_force", f"not in force in {jurisdiction} for {session.period}"
    if off := rule.off_in(session.period):
        return "switched_off", off.en
    if found := session.obstacles(rule.record.inputs):
        return found[0]
    if missing := _without_value(session, rule):
        return "missing_parameter", f"no value of {', '.join(missing)} for {jurisdiction}"
    return None


def _without_value(session: Session, rule: Rule) -> list[str]:
    """Parameters that have no value at all, or none on the period's last day where the query looks them up for that."""
    known = dict(
        session.connection.execute(
            "SELECT name, bool_or(coalesce(p.valid_from <= a.period_end, true) AND coalesce(p.valid_to >= "
            "a.period_end, true)) FROM parameter AS p CROSS JOIN audit_period AS a GROUP BY name"
        ).fetchall()
    )
    on_the_last_day = {name for macro, name in used_in(rule.sql) if macro == "param"}
    return [n for n in rule.record.parameters if n not in known or (n in on_the_last_day and not known[n])]


def _run(session: Session, batch: str, lookback: int | None, rules: list[Rule]) -> list[Verdict]:
    from wattledger.audit import gx_runner

    examined = failing.count(session.connection, batch)
    schema = "" if lookback is None else session.history(lookback)
    outcomes = gx_runner.run(session.connection, batch, rules, schema)
    verdicts = [_verdict(session, rule, outcomes[rule.rule_id], examined) for rule in rules]
    gx_runner.forget(session.connection)
    return verdicts


def _verdict(session: Session, rule: Rule, outcome: Any, examined: int) -> Verdict:
    seconds = outcome.seconds
    if outcome.error:
        return Verdict(rule.rule_id, "ERROR", examined, 0, None, None, "gx_error", outcome.error, seconds)
    if outcome.count == 0:
        return Verdict(rule.rule_id, "PASS", examined, 0, None, None, "", "", seconds)
    began = time.perf_counter()
    try:
        kept = failing.insert(session.connection, rule, outcome.query)
    except failing.FailingRowsError as error:
        return Verdict(rule.rule_id, "ERROR", examined, 0, None, None, "record_error", str(error), seconds)
    seconds += time.perf_counter() - began
    if kept.rows != outcome.count:
        failing.remove(session.connection, rule)
        reason = f"GX counts {outcome.count} failing rows, and {kept.rows} were written"
        return Verdict(rule.rule_id, "ERROR", examined, 0, None, None, "count_mismatch", reason, seconds)
    return Verdict(rule.rule_id, "FINDINGS", examined, kept.rows, kept.amount, kept.kwh, "", "", seconds)
