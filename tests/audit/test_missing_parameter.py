"""A threshold that has no value for the period is no reason to pass: the rule could not look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.delivery import deliver
from wattledger.cli import run

PAYMENT = {
    "payment_id": "P1",
    "account_id": "A1",
    "org_id": "U1",
    "charged_at": "2026-10-05 09:00:00",
    "payment_kind": "charge",
    "payment_amount": "100000.00",
    "settle_method": "cash",
}


@pytest.mark.parametrize(
    ("valid_to", "verdict"),
    [("2026-09-30", "NOT_EVALUATED"), ("2026-10-30", "NOT_EVALUATED"), ("2026-10-31", "FINDINGS")],
)
def test_a_value_that_ended_before_the_last_day_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], valid_to: str, verdict: str
) -> None:
    limit = {
        "name": "LED-06.receipt_yuan",
        "value": 100000,
        "measure": "yuan",
        "valid_to": valid_to,
        "zh": "大额收费",
        "en": "Large receipt",
    }
    # nobody but the company has a value there
    source = deliver(tmp_path / "data", {"payment": [PAYMENT]}, jurisdiction="FR", parameters=[limit])
    told = ["--period", "2026-10", "--home", str(tmp_path / "home")]
    assert run(["audit", "--source", str(source), *told]) == 0
    capsys.readouterr()
    assert run(["verdicts", *told, "--format", "json"]) == 0
    rows = {row["rule_id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["LED-06"]["verdict"] == verdict
    if verdict == "NOT_EVALUATED":
        assert "LED-06.receipt_yuan" in rows["LED-06"]["reason"]
