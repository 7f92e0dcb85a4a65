"""`wattledger rules --format gx` writes what Great Expectations reads without this package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from wattledger.audit.rules import load_rules
from wattledger.cli import run
from wattledger.settings import Settings

PLAIN = """
import json, sys
from pathlib import Path
import great_expectations as gx
for path in sorted(Path(sys.argv[1]).iterdir()):
    suite = gx.ExpectationSuite(**json.loads(path.read_text(encoding="utf-8")))
    for e in suite.expectations:
        severity = getattr(e.severity, "value", e.severity)
        print(json.dumps([path.stem, e.meta["rule_id"], severity, e.unexpected_rows_query]))
assert "wattledger" not in sys.modules
"""


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("suites") / "gx"
    assert run(["rules", "--format", "gx", "--out", str(out)]) == 0
    return out


def test_plain_great_expectations_reads_every_suite(suites: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, str(suites)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    rules = load_rules(Settings().expectations)
    assert [(suite, rule_id) for suite, rule_id, _, _ in read] == sorted(
        (r.suite.folder, r.rule_id) for r in rules
    )
    severity = {rule_id: told for _, rule_id, told, _ in read}
    assert severity == {r.rule_id: r.expectation["severity"] for r in rules}


def test_what_great_expectations_runs_is_the_rules_own_query(suites: Path) -> None:
    """Its batch put back in, the query of a suite is the file's, but for the brackets round the batch."""
    rules = {rule.rule_id: rule for rule in load_rules(Settings().expectations)}
    for path in suites.iterdir():
        for entry in json.loads(path.read_text(encoding="utf-8"))["expectations"]:
            rule = rules[entry["meta"]["rule_id"]]
            batch = rule.record.batch
            query = entry["kwargs"]["unexpected_rows_query"]
            assert "(SELECT * FROM {batch})" in query
            again = query.format(batch=batch)
            for name in (f" AS {batch}", ""):
                again = again.replace(f"(SELECT * FROM {batch}){name}", batch)
            assert again == rule.sql


def test_without_a_folder_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--format", "gx"]) == 2
    assert "--out DIR" in capsys.readouterr().err
