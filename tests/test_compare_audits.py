"""`scripts/compare_audits.py`: two audits of the same are equal, and of others the difference is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.delivery import deliver
from wattledger.cli import run

SCRIPT = Path(__file__).parents[1] / "scripts" / "compare_audits.py"
PAYMENT = {
    "payment_id": "P1",
    "account_id": "A1",
    "org_id": "U1",
    "charged_at": "2026-10-05 09:00:00",
    "payment_kind": "charge",
    "settle_method": "cash",
}


def audit(folder: Path, amount: str) -> Path:
    source = deliver(folder, {"payment": [{**PAYMENT, "payment_amount": amount}]}, jurisdiction="CN")
    told = ["audit", "--source", str(source), "--period", "2026-10", "--home", str(folder / "home")]
    assert run(told) == 0
    return folder / "home"


def compare(before: Path, after: Path, period: str = "2026-10") -> subprocess.CompletedProcess[str]:
    told = [sys.executable, SCRIPT, before, after, "--source", "acme", "--period", period]
    return subprocess.run(list(map(str, told)), capture_output=True, text=True, check=False)


def test_equal_audits_are_equal_and_others_are_shown(tmp_path: Path) -> None:
    one, again = audit(tmp_path / "one", "100000.00"), audit(tmp_path / "again", "100000.00")
    other = audit(tmp_path / "other", "99999.99")  # below the threshold

    equal = compare(one, again)
    assert (equal.returncode, equal.stdout.splitlines()[-1]) == (0, "equal")
    assert equal.stdout.count("1 rows") >= 4

    differing = compare(one, other)
    assert differing.returncode == 1
    assert differing.stdout.splitlines()[-1] == "differ: verdicts, failing rows, findings"
    assert "- ('LED-06', 'P1', 'U1', 'A1', " in differing.stdout
    assert "0 rows only after" in differing.stdout


def test_a_period_that_was_not_audited_is_no_equality(tmp_path: Path) -> None:
    one = audit(tmp_path / "one", "100000.00")
    done = compare(one, one, "2026-09")
    assert done.returncode == 1
    assert "holds nothing of 2026-09" in done.stderr
