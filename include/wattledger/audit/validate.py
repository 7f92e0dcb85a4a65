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

import duckdb

from wattledger.audit import failing
from wattledger.audit.examined import Examined, examine
from wattledger.audit.rules import Rule
from wattledger.lake.session import Session
from wattledger.parameters import used_in

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule came to for a period."""

    rule_id: str
    verdict: str
    """PASS, FINDINGS, NO_ROWS (there is nothing that it is about), NOT_EVALUATED or ERROR."""
    rows_examined: int
    """Rows judged + rows not judged."""
    rows_judged: int
    rows_not_judged: int
    not_judged: str
    """Why not, by reason: a JSON list of ``audit.examined.NotJudged``."""
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
            verdicts.append(_verdict_of(rule, "NOT_EVALUATED", Examined(0), obstacle))
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
    batch = rule.record.batch
    if worked_out := session.datasets[batch].derived.intersection(rule.record.examines.delivered):
        told = (
            f"{batch} is delivered without {', '.join(sorted(worked_out))}, which the source file works out"
        )
        return "derived_column", told
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

    schema = "" if lookback is None else session.history(lookback)
    outcomes = gx_runner.run(session.connection, batch, rules, schema)
    with session.seeing(schema):
        verdicts = [_verdict(session, rule, outcomes[rule.rule_id]) for rule in rules]
    gx_runner.forget(session.connection)
    return verdicts


def _verdict(session: Session, rule: Rule, outcome: Any) -> Verdict:
    began = time.perf_counter()
    try:
        examined = examine(session, rule)
    except duckdb.Error as error:
        return _verdict_of(rule, "ERROR", Examined(0), ("record_error", str(error)), seconds=outcome.seconds)
    seconds = outcome.seconds + time.perf_counter() - began
    if outcome.error:
        return _verdict_of(rule, "ERROR", examined, ("gx_error", outcome.error), seconds=seconds)
    if outcome.count == 0:
        return _without_findings(rule, examined, seconds)
    began = time.perf_counter()
    try:
        kept = failing.insert(session.connection, rule, outcome.query)
    except failing.FailingRowsError as error:
        return _verdict_of(rule, "ERROR", examined, ("record_error", str(error)), seconds=seconds)
    seconds += time.perf_counter() - began
    if kept.rows != outcome.count:
        failing.remove(session.connection, rule)
        reason = f"GX counts {outcome.count} failing rows, and {kept.rows} were written"
        return _verdict_of(rule, "ERROR", examined, ("count_mismatch", reason), seconds=seconds)
    return _verdict_of(rule, "FINDINGS", examined, _partly(examined), kept, seconds)


def _without_findings(rule: Rule, examined: Examined, seconds: float) -> Verdict:
    """It passed only if there was a row that could have failed."""
    if not examined.rows:
        return _verdict_of(rule, "NO_ROWS", examined, seconds=seconds)
    if not examined.judged:
        return _verdict_of(rule, "NOT_EVALUATED", examined, ("none_judged", examined.reason), seconds=seconds)
    return _verdict_of(rule, "PASS", examined, _partly(examined), seconds=seconds)


def _partly(examined: Examined) -> tuple[str, str]:
    return ("partly_judged", examined.reason) if examined.not_judged else ("", "")


def _verdict_of(
    rule: Rule,
    verdict: str,
    examined: Examined,
    reason: tuple[str, str] = ("", ""),
    kept: failing.Kept | None = None,
    seconds: float = 0.0,
) -> Verdict:
    found = kept or failing.Kept(0, None, None)
    return Verdict(
        rule.rule_id,
        verdict,
        examined.rows,
        examined.judged,
        examined.rows_not_judged,
        examined.as_json,
        found.rows,
        found.amount,
        found.kwh,
        *reason,
        seconds,
    )
