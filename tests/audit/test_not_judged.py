"""What could not be looked at is not in order: through the command line, as a company would have it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.delivery import deliver
from wattledger.cli import run

Rows = dict[str, list[dict[str, Any]]]
ACCOUNT = {"account_id": "A1", "account_name": "张三", "org_id": "U1", "account_class": "lv_residential"}


def reading(month: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    given = {"reading_id": f"R{month}", "billing_month": f"{month}-01", "account_id": "A1", "meter_id": "M1"}
    told = {"previous_reading": start, "reading": end, "multiplier": 1, "usage_kwh": end - start}
    return {**given, "reading_type": "total", **told, **more}


BILL = {
    "bill_id": "B1",
    "billing_month": "2026-10-01",
    "account_id": "A1",
    "usage_kwh": 50,
    "bill_amount": "25.00",
}
THREE_FILES: Rows = {
    "customer_account": [ACCOUNT],
    "meter_reading": [reading("2026-10", 100, 150)],
    "bill": [BILL],
}


class Audited:
    """An audit of rows through the command line, and what it says of them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._folder, self._capsys = folder / "home", folder, capsys

    def of(self, rows: Rows, **source: Any) -> dict[str, dict[str, Any]]:
        path = deliver(self._folder / "data", rows, **{"jurisdiction": "CN", **source})
        assert run(["audit", "--source", str(path), "--period", "2026-10", "--home", str(self.home)]) == 0
        return {row["rule_id"]: row for row in self.ask("verdicts")}

    def ask(self, command: str) -> Any:
        self._capsys.readouterr()
        told = ["--period", "2026-10", "--home", str(self.home), "--format", "json"]
        assert run([command, *told]) == 0
        return json.loads(self._capsys.readouterr().out)

    @property
    def text(self) -> str:
        (found,) = self.home.rglob("company.txt")
        return " ".join(found.read_text(encoding="utf-8").split())


@pytest.fixture
def audited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Audited:
    return Audited(tmp_path, capsys)


def counts(row: dict[str, Any]) -> tuple[str, int, int, int]:
    return row["verdict"], row["rows_examined"], row["rows_judged"], row["rows_not_judged"]


def test_three_files_of_one_month(audited: Audited) -> None:
    verdicts = audited.of(THREE_FILES, language="en")
    for rule_id in ("MRD-05", "MRD-08", "MRD-11"):  # what they need lies in the months before
        assert counts(verdicts[rule_id]) == ("NOT_EVALUATED", 1, 0, 1), rule_id
        assert "reading" in verdicts[rule_id]["reason"]
    assert counts(verdicts["MRD-09"]) == ("NO_ROWS", 0, 0, 0)  # no register of a time of use
    assert counts(verdicts["BIL-02a"]) == ("PASS", 1, 1, 0)
    for row in verdicts.values():
        assert row["rows_examined"] == row["rows_judged"] + row["rows_not_judged"]
        assert row["verdict"] != "PASS" or row["rows_judged"] > 0
        assert sum(part["rows"] for part in row["not_judged"]) == row["rows_not_judged"]
    quiet = audited.text.partition("Examined, nothing open")[2].partition("==")[0]
    assert "BIL-02a" in quiet
    assert not {"MRD-08", "MRD-09"} & set(quiet.split())
    nothing = audited.text.partition("Nothing to examine")[2].partition("==")[0]
    assert "MRD-09" in nothing


def test_history_is_landed_where_the_files_hold_it(audited: Audited) -> None:
    readings = [reading(f"2026-{month:02}", 50 * month, 50 * month + 50) for month in range(6, 11)]
    verdicts = audited.of({**THREE_FILES, "meter_reading": readings})
    for rule_id in ("MRD-05", "MRD-08", "MRD-11"):
        assert counts(verdicts[rule_id]) == ("PASS", 1, 1, 0), rule_id


def test_receipts_of_receivables_that_were_not_landed(audited: Audited) -> None:
    """BIL-04a, LED-12a and the link: one receipt is wrong beyond doubt, the others are of months that nobody landed."""

    def receipt(number: int, receivable: str | None) -> dict[str, Any]:
        given = {"receipt_id": f"S{number}", "account_id": "A1", "received_on": "2026-10-05"}
        return {**given, "receivable_id": receivable, "received_amount": "10.00", "penalty_amount": "9.99"}

    owed = {"receivable_id": "V1", "receivable_month": "2026-10-01", "account_id": "A1"}
    money = {"receivable_amount": "10.00", "received_amount": "10.00", "late_from_on": "2026-10-20"}
    rows: Rows = {
        **THREE_FILES,
        "receivable": [{**owed, **money, "bill_id": "B1"}],
        "receipt_allocation": [receipt(1, "V1"), receipt(2, "old1"), receipt(3, "old2"), receipt(4, None)],
    }
    verdicts = audited.of(rows, language="en")
    assert counts(verdicts["BIL-04a"]) == ("PASS", 4, 1, 3)
    assert counts(verdicts["LED-12a"]) == ("FINDINGS", 4, 1, 3)
    assert [row["business_key"] for row in audited.ask("findings") if row["rule_id"] == "LED-12a"] == ["S4"]
    orphans = [row for row in audited.ask("breaks") if row["cause"] == "orphan_receipt"]
    assert [row["business_key"] for row in orphans] == ["S4"]
    assert "2 not judged (-CN¥20.00, in no total): 2 receipts of receivables that may lie" in audited.text
    assert "3 of 4 rows not judged: 3 for which the receivables" in audited.text


TARIFFS = """
jurisdiction: CN-98
sources: [{id: own, zh: 公司价格表, en: The company's price list, status: company_parameter}]
tiers: [{id: steps, limits: [{cycle: year, up_to_kwh: [2400, 4800], source: own}]}]
tariffs: [{code: H, zh: 居民, en: Household, category: residential, components: [energy], tiers: steps, source: own}]
rates: [{component: energy, tariffs: [H], price: {1: 0.5, 2: 0.6, 3: 0.9}, source: own}]
"""


def test_a_bill_that_was_not_rated_is_not_judged(audited: Audited, tmp_path: Path) -> None:
    """TAR-01: without the kWh before in the cycle nobody can say what a household's bill should have been."""
    (tmp_path / "tariffs.yaml").write_text(TARIFFS, encoding="utf-8")
    rows = {**THREE_FILES, "customer_account": [{**ACCOUNT, "tariff_code": "H"}]}
    verdicts = audited.of(rows, jurisdiction="CN-98", tariffs=str(tmp_path / "tariffs.yaml"))
    assert verdicts["TAR-01"]["verdict"] == "NOT_EVALUATED"
    assert "no_kwh_before" in verdicts["TAR-01"]["reason"]


def test_a_record_without_any_field_that_is_asked_for(audited: Audited) -> None:
    verdicts = audited.of({**THREE_FILES, "customer_account": [{"account_id": "A1", "org_id": "U1"}]})
    assert counts(verdicts["FIL-01"]) == ("NOT_EVALUATED", 1, 0, 1)


def test_what_the_source_file_works_out_proves_nothing(audited: Audited, tmp_path: Path) -> None:
    path = deliver(tmp_path / "own", THREE_FILES, jurisdiction="CN")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("  meter_reading:\n", "  meter_reading:\n    derived: [usage_kwh]\n"), encoding="utf-8"
    )
    assert run(["audit", "--source", str(path), "--period", "2026-10", "--home", str(audited.home)]) == 0
    verdicts = {row["rule_id"]: row for row in audited.ask("verdicts")}
    assert verdicts["BIL-02a"]["verdict"] == "NOT_EVALUATED"
    assert "usage_kwh, which the source file works out" in verdicts["BIL-02a"]["reason"]
    assert "1行均无法判定：1行表计以前各期的抄表记录不足" in audited.text.replace(" ", "")
