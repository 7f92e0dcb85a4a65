"""Frames: what the command line lists, in exact types, said of which audit it is. The examples of the docs run."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest_cli import MONTH, Wattledger
from wattledger.errors import UsageError
from wattledger.frames import Audited, open_home

DOCS = Path(__file__).parents[1] / "docs" / "analysts.md"


@pytest.fixture(scope="module")
def october(audited_home: Path) -> Audited:
    return open_home(audited_home).period(MONTH)


@pytest.mark.parametrize("command", ["findings", "verdicts", "breaks"])
def test_a_frame_is_what_the_command_prints_as_csv(
    wattledger: Wattledger, audited_home: Path, october: Audited, tmp_path: Path, command: str
) -> None:
    frame = getattr(october, command)()
    frame.to_csv(tmp_path / "frame.csv", index=False)
    printed = wattledger(command, "--period", MONTH, "--home", audited_home, "--format", "csv").out
    with (tmp_path / "frame.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == list(csv.reader(printed.splitlines()))
    assert len(frame) > 10


def test_types_are_exact_and_what_is_missing_is_missing(october: Audited) -> None:
    findings = october.findings()
    types = {name: str(kind) for name, kind in findings.dtypes.items()}
    assert types["amount"] == "decimal128(18, 2)[pyarrow]"
    assert types["kwh"] == "decimal128(18, 4)[pyarrow]"
    assert {types["rule_id"], types["org_id"]} == {"string[pyarrow]"}
    listed = [a for a in findings["amount"] if isinstance(a, Decimal)]
    assert findings["amount"].sum() == sum(listed)
    assert isinstance(findings["amount"].sum(), Decimal)
    assert findings["amount"].isna().sum() == len(findings) - len(listed) > 0
    bills = october.dataset("bill")
    assert str(bills["bill_amount"].dtype).startswith("decimal128")
    assert str(bills["billing_month"].dtype) == "date32[day][pyarrow]"
    assert len(october.dataset("bill", history=True)) > len(bills)


def test_a_frame_says_what_it_is_of(october: Audited, audited_home: Path) -> None:
    for frame in (october.findings(), october.verdicts(), october.reconciliation(), october.dataset("meter")):
        assert {
            "source": "demo",
            "period": MONTH,
            "revision": 1,
            "currency": "CNY",
        }.items() <= frame.attrs.items()
        assert frame.attrs["manifest_hash"] == october.audit.run.manifest_hash
    first = october.findings()
    first.attrs["period"] = first.loc[0, "rule_id"] = "changed"
    assert october.findings().attrs["period"] == MONTH
    assert october.findings().loc[0, "rule_id"] != "changed"
    over_time = open_home(audited_home).over_time("verdicts")
    assert over_time.columns[0] == "period"
    assert set(over_time["period"]) == {MONTH}


def test_findings_of_a_rule_and_of_a_unit(october: Audited) -> None:
    everything = october.findings()
    assert set(october.findings(rule="led-01")["rule_id"]) == {"LED-01"}
    unit = everything["org_id"].dropna().iloc[0]
    assert 0 < len(october.findings(unit=unit)) < len(everything)


def test_a_bills_sheet_is_what_the_command_prints(
    wattledger: Wattledger, audited_home: Path, october: Audited
) -> None:
    bill = october.sql("SELECT bill_id FROM bill_difference ORDER BY abs(amount) DESC LIMIT 1")["bill_id"][0]
    printed = json.loads(
        wattledger("bill", bill, "--period", MONTH, "--home", audited_home, "--format", "json").out
    )
    assert october.sheet(bill)["amount"].sum() == Decimal(printed["total"])
    compared = october.compared(bill)
    assert [(row.component, row.billed, row.due) for row in compared.itertuples()] == [
        (row["component"], Decimal(row["billed"]), Decimal(row["due"])) for row in printed["compared"]
    ]
    assert any(compared["difference"] != Decimal(0))


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda home, october: home.period("2026-09"), "No audit of demo for 2026-09"),
        (lambda home, october: home.period("October"), "is not a period"),
        (lambda home, october: october.findings(rule="NO-99"), "ran no rule NO-99"),
        (lambda home, october: october.dataset("bills"), "There is no dataset 'bills'"),
        (lambda home, october: october.sheet("no-such-bill"), "not among the landed bills"),
        (lambda home, october: october.sql("SELECT * FROM read_text('/etc/hostname')"), "no other file"),
        (lambda home, october: october.sql("DROP VIEW bill"), "no query, but DROP"),
        (lambda home, october: open_home(home.settings.home, "acme"), "knows the sources: demo"),
        (lambda home, october: open_home(home.settings.home / "demo"), "knows the sources: none"),
    ],
)
def test_what_there_is_not_is_said(audited_home: Path, october: Audited, ask: Any, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        ask(open_home(audited_home), october)


def test_the_code_of_the_page_runs_as_printed(
    audited_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".wattledger").symlink_to(audited_home)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(DOCS), "exec"), names)  # noqa: S102 - the page is ours
    assert MONTH in capsys.readouterr().out
    open_ones = names["findings"][names["findings"]["state"] != "resolved"]
    assert names["by_unit"]["amount"].sum() == open_ones["amount"].sum()
    assert names["by_unit"]["findings"].sum() == len(open_ones)
    page = (tmp_path / "by_unit.html").read_text(encoding="utf-8")
    assert "linear-gradient" in page
