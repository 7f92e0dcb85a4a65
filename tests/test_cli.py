"""The command line by itself: what needs no audit, wrong usage, and the exit codes 0, 1 and 2."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest_cli import Wattledger
from wattledger.cli import app

MONTH = "2026-10"


def test_version_help_and_folders_need_nothing(wattledger: Wattledger) -> None:
    assert wattledger("--version").out == f"wattledger {version('wattledger')}\n"
    help_ = wattledger("--help")
    assert help_.code == 0
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__name__ in help_.out
    told = dict(line.split() for line in wattledger("where").out.splitlines())
    for name, folder in told.items():
        assert wattledger("where", name).out == f"{folder}\n"
    assert (Path(told["dags"]) / "nightly_audit.py").is_file()


WRONG_USAGE = [
    (("nonsense",), "nonsense"),
    (("audit",), "Missing option"),
    (("audit", "--period", MONTH), "--source"),
    (("audit", "--source", "none.yaml", "--period", "October"), "There is no source file"),
    (("verdicts", "--period", "2026-13"), "'2026-13' is not a period"),
    (("verdicts", "--period", MONTH, "--sauce", "x"), "--sauce"),
    (("findings", "--period", MONTH), "knows the sources: none"),
    (("demo", "--out", "x", "--customers", "9"), "100"),
    (("demo", "--out", "x", "--month", "2026-10-31"), "month"),
    (("rules", "NO-99"), "There is no rule NO-99"),
    (("rules", "LED-99"), "did you mean LED-"),
    (("rules", "LED-01", "--format", "csv"), "Write table, json, yaml or sql"),
    (("rules", "--language", "fr"), "There is no language 'fr'"),
    (("rules", "--format", "xml"), "There is no format 'xml'"),
    (("rate", "none.yaml"), "none.yaml"),
    (("where", "attic"), "There is no folder 'attic'"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG_USAGE, ids=[" ".join(a) for a, _ in WRONG_USAGE])
def test_wrong_usage_is_2_and_says_what_is_wrong(
    wattledger: Wattledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = wattledger(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert not list(tmp_path.iterdir()), "what was refused left nothing behind"


def test_a_run_that_fails_is_1_and_says_where_and_what_to_do(wattledger: Wattledger, tmp_path: Path) -> None:
    content = "name: a\ntitle: {zh: 甲, en: A}\njurisdiction: CN\n"
    content += "datasets: {bill: {files: b.csv, columns: {bill_id: a, account_id: b, billing_month: c}}}\n"
    (tmp_path / "source.yaml").write_text(content, encoding="utf-8")
    done = wattledger(
        "audit", "--source", tmp_path / "source.yaml", "--period", MONTH, "--home", tmp_path / "home"
    )
    assert done.code == 1
    assert "1 of 1 datasets failed" in done.err
    assert "b.csv" in done.err
    assert "to do: " in done.err


def test_the_program_leaves_with_the_code(tmp_path: Path) -> None:
    for arguments, code in ((["--version"], 0), (["where", "attic"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "wattledger.cli", *arguments], capture_output=True, check=False
        )
        assert done.returncode == code


def test_rules_are_listed_and_one_is_found_in_any_case(wattledger: Wattledger) -> None:
    rows = wattledger("rules", "--format", "csv").rows
    assert len(rows) >= 60
    listed = json.loads(wattledger("rules", "--format", "json").out)
    assert [{key: str(value) for key, value in row.items()} for row in listed] == rows
    for row in rows:
        assert row["rule_id"] in wattledger("rules", row["rule_id"].swapcase()).out
