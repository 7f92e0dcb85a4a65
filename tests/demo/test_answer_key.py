"""An audit of the demo finds the planted faults, all of them and nothing else."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wattledger import pipeline
from wattledger.audit.rules import load_rules
from wattledger.cli import app
from wattledger.context import Audit
from wattledger.demo import ANSWER_BREAKS, ANSWER_KEY, DemoSummary, make_demo
from wattledger.extract.source import load_source
from wattledger.periods import Period
from wattledger.rating.bill_sheets import rated_bills
from wattledger.settings import Settings

pytestmark = pytest.mark.slow


CAUSES = {
    "wrong_category",
    "wrong_version",
    "tier_split",
    "household",
    "power_factor_standard",
    "power_factor_evaluation",
    "basic_charge_mode",
    "basic_charge_days",
    "demand_rule",
    "surcharge_missed",
    "surcharge_undue",
    "loss",
    "deduction",
    "tou",
    "missing_component",
    "unknown_component",
    "rounding",
    "arithmetic",
    "unexplained",
}
"""Of a wrong bill; ``multiplier`` and ``usage`` are found by rules of their own."""


def audit(summary: DemoSummary, home: Path) -> Audit:
    work = Audit(Settings(home=home), load_source(summary.source), Period.parse(summary.month))
    for dataset in work.source.datasets:
        pipeline.land(work, dataset)
    pipeline.open_run(work)
    pipeline.rate(work)
    pipeline.reconcile(work)
    pipeline.validate(work)
    return work


def found(work: Audit) -> dict[tuple[str, str], Decimal | None]:
    """The amount of each finding."""
    return {
        (row["rule_id"], row["business_key"]): row["amount"] for row in work.published_rows("failing_row")
    }


def breaks(work: Audit) -> set[tuple[str, str, str, str | None, str, Decimal]]:
    fields = ("link", "business_key", "org_id", "account_id", "cause", "difference")
    return {tuple(row[field] for field in fields) for row in work.published_rows("recon_break")}


def planted(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def as_planted(work: Audit, folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The answer key of the demo in ``folder``; the audit found all of it, to the fen, and nothing else."""
    rows = planted(folder / ANSWER_KEY)
    key = {(row["rule_id"], row["business_key"]): row for row in rows}
    assert len(key) == len(rows)
    findings = found(work)
    assert set(findings) == set(key)
    to_the_fen = {pair: Decimal(row["amount"]) for pair, row in key.items() if row["amount"]}
    assert {pair: findings[pair] for pair in to_the_fen} == to_the_fen
    assert breaks(work) == {
        (
            r["link"],
            r["business_key"],
            r["org_id"],
            r["account_id"] or None,
            r["cause"],
            Decimal(r["difference"]),
        )
        for r in planted(folder / ANSWER_BREAKS)
    }
    return key


def test_planted_faults_are_found_and_nothing_else(tmp_path: Path) -> None:
    summary = make_demo(tmp_path / "demo", customers=20_000)
    assert summary.short == (), "a kind without enough customers, or with a share that is kept for no fault"
    work = audit(summary, tmp_path / "home")
    key = as_planted(work, summary.folder)
    assert {row["cause"] for row in key.values() if row["cause"]} >= CAUSES
    amounts = {rule_id for (rule_id, _), row in key.items() if row["amount"]}
    assert {"BIL-03a", "BIL-07", "BIL-12", "LED-02a", "LED-12a", "LED-14a", "LED-14b"} <= amounts, (
        "worked out as their records say"
    )
    verdicts = {row["rule_id"]: row["verdict"] for row in work.published_rows("verdict")}
    silent = {
        rule_id for rule_id, verdict in verdicts.items() if verdict not in ("FINDINGS", "NOT_EVALUATED")
    }
    # the demo's bills are of accounts, so no usage can stand on another meter's
    assert silent == {"BIL-13c"}, "a rule of the demo's jurisdiction for which no fault is planted"
    assert set(verdicts) == {rule.rule_id for rule in load_rules(work.settings.expectations)}

    findings = found(work)
    sheets_agree(work, {pair: findings[pair] for pair, row in key.items() if row["cause"]})


def test_a_small_utility_full_of_faults_is_found_as_planted(tmp_path: Path) -> None:
    summary = make_demo(tmp_path / "demo", customers=1000, seed=2, faults=3, month="2024-05")
    assert summary.short
    as_planted(audit(summary, tmp_path / "home"), summary.folder)


def sheets_agree(work: Audit, amounts: dict[tuple[str, str], Decimal | None]) -> None:
    """The engine that explains comes to the amounts that the other one found, and a person sees them."""
    bills: dict[str, Decimal] = {}
    for (_, business_key), amount in amounts.items():
        bill_id, _, _ = business_key.partition("|")
        bills[bill_id] = bills.get(bill_id, Decimal(0)) + (amount or 0)
    with work.session(priced=True) as session:
        rated = rated_bills(session, work.catalogue, sorted(bills))
    sheets = {bill: sum(due - billed for billed, due in one.amounts.values()) for bill, one in rated.items()}
    assert sheets == bills
    shown = max(bills, key=lambda bill: abs(bills[bill]))
    where = ["--home", str(work.settings.home), "--period", str(work.period)]
    result = CliRunner().invoke(app, ["bill", shown, *where, "--format", "json"], catch_exceptions=False)
    rows = json.loads(result.stdout)["compared"]
    assert sum(Decimal(row["due"]) - Decimal(row["billed"]) for row in rows) == bills[shown]


def test_clean_utility_has_no_finding(tmp_path: Path) -> None:
    work = audit(make_demo(tmp_path / "demo", customers=4000, seed=2, faults=0), tmp_path / "home")
    assert found(work) == {}
    assert breaks(work) == set()
    links = [row for row in work.published_rows("reconciliation") if row["org_id"] is None]
    assert {row["link"]: row["difference"] for row in links if row["status"] == "EVALUATED"} == dict.fromkeys(
        ("reading_bill", "bill_receivable", "receivable_receipt", "receipt_ledger"), Decimal(0)
    )
    assert all(row["compared"] > 0 for row in links if row["status"] == "EVALUATED")
