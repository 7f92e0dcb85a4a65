"""A company's own rules and parameters through the command line: what they read must be there, or is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest_cli import Wattledger
from tests.delivery import deliver
from wattledger.settings import Settings

PAID = {
    "payment_id": "P1",
    "account_id": "A1",
    "org_id": "U1",
    "charged_at": "2026-10-05 09:00:00",
    "payment_kind": "charge",
    "payment_amount": "700.00",
    "settle_method": "cash",
}


def company(folder: Path, **parameters: float) -> Path:
    own = [
        {"name": name.replace("__", "."), "value": value, "zh": "门槛", "en": "Threshold"}
        for name, value in parameters.items()
    ]
    rows = {"payment": [PAID], "customer_account": [{"account_id": "A1", "org_id": "U1"}]}
    return deliver(folder / "company", rows, jurisdiction="CN", parameters=own)


@pytest.fixture
def own_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of rules with LED-96, which nobody proved, and whose threshold no file in parameters/ has."""
    folder = tmp_path / "expectations"
    shutil.copytree(Settings().expectations, folder)
    ledger = folder / "2.8-ledger"
    shutil.copy(ledger / "LED-06.yaml", ledger / "LED-96.yaml")
    query = (ledger / "LED-06.sql").read_text(encoding="utf-8")
    (ledger / "LED-96.sql").write_text(query.replace("LED-06.receipt_yuan", "LED-96.yuan"), encoding="utf-8")
    monkeypatch.setenv("WATTLEDGER_EXPECTATIONS", str(folder))
    return folder


def test_a_misspelt_parameter_is_refused_before_anything_is_landed(
    tmp_path: Path, wattledger: Wattledger
) -> None:
    source = company(tmp_path, **{"LED-06__reciept_yuan": 100, "interval_bill__read_hour.M1": 8})
    home = tmp_path / "home"
    done = wattledger("audit", "--source", source, "--period", "2026-10", "--home", home)
    assert done.code != 0
    told = "no rule and nothing else uses LED-06.reciept_yuan; did you mean LED-06.receipt_yuan?"
    assert told in " ".join(done.err.split())
    assert "read_hour" not in done.err
    assert not list(home.rglob("*.parquet"))


def test_a_rule_of_the_companys_own_has_its_parameter_in_the_source_file(
    tmp_path: Path, wattledger: Wattledger, own_rule: Path
) -> None:
    source, home = company(tmp_path, **{"LED-96__yuan": 500}), tmp_path / "home"
    done = wattledger("audit", "--source", source, "--period", "2026-10", "--home", home)
    assert done.code == 0, done.err
    found = wattledger("findings", "--home", home, "--period", "2026-10", "--format", "csv").rows
    assert [row["business_key"] for row in found if row["rule_id"] == "LED-96"] == ["P1"]


def test_the_check_of_rules_counts_a_source_that_it_is_given(
    tmp_path: Path, wattledger: Wattledger, own_rule: Path
) -> None:
    alone = wattledger("rules", "--check")
    assert alone.code != 0
    assert "uses LED-96.yuan" in alone.err
    assert "--source FILE" in alone.err
    other = wattledger("rules", "--check", "--source", company(tmp_path / "other"))
    assert "uses LED-96.yuan" in other.err
    assert "nor the source file" in other.err
    assert wattledger("rules", "--check", "--source", company(tmp_path, **{"LED-96__yuan": 500})).code == 0


def test_the_check_of_rules_says_what_it_found(
    tmp_path: Path, wattledger: Wattledger, own_rule: Path
) -> None:
    done = wattledger("rules", "--check", "--source", company(tmp_path, **{"LED-96__yuan": 500}))
    records = [
        path for path in own_rule.glob("*/*.yaml") if path.name.count(".") == 1 and path.stem != "_suite"
    ]
    assert done.out == f"{len(records)} rules fit the views and the parameters.\n"
    assert "LED-96" in done.err
    assert "LED-06" not in done.err
    assert ".case.yaml" in done.err


def test_a_rule_whose_dataset_was_never_landed_is_not_judged(
    tmp_path: Path, wattledger: Wattledger, own_rule: Path
) -> None:
    query, record = (own_rule / "2.8-ledger" / f"LED-96.{ending}" for ending in ("sql", "yaml"))
    text = query.read_text(encoding="utf-8").replace("WHERE", "SEMI JOIN bill AS b USING (account_id) WHERE")
    query.write_text(text, encoding="utf-8")
    source, home = company(tmp_path, **{"LED-96__yuan": 500}), tmp_path / "home"
    told = wattledger("rules", "--check", "--source", source).err
    assert "LED-96.yaml reads bill" in told
    assert "Write bill: [] in inputs" in told
    text = record.read_text(encoding="utf-8").replace("inputs:\n", "inputs:\n  bill: []\n")
    record.write_text(text, encoding="utf-8")
    assert wattledger("audit", "--source", source, "--period", "2026-10", "--home", home).code == 0
    rows = wattledger("verdicts", "--home", home, "--period", "2026-10", "--format", "csv").rows
    (found,) = [row for row in rows if row["rule_id"] == "LED-96"]
    assert found["verdict"] == "NOT_EVALUATED"


def test_a_key_that_is_not_unique_is_an_error_and_no_finding(
    tmp_path: Path, wattledger: Wattledger, own_rule: Path
) -> None:
    record = own_rule / "2.8-ledger" / "LED-96.yaml"
    text = record.read_text(encoding="utf-8")
    assert "key: [payment_id]" in text
    record.write_text(text.replace("key: [payment_id]", "key: [account_id]"), encoding="utf-8")
    own = [{"name": "LED-96.yuan", "value": 500, "zh": "门槛", "en": "Threshold"}]
    rows = {
        "payment": [PAID, {**PAID, "payment_id": "P2"}],
        "customer_account": [{"account_id": "A1", "org_id": "U1"}],
    }
    source, home = deliver(tmp_path / "company", rows, jurisdiction="CN", parameters=own), tmp_path / "home"
    wattledger("audit", "--source", source, "--period", "2026-10", "--home", home)
    told = wattledger("verdicts", "--home", home, "--period", "2026-10", "--format", "csv").rows
    (found,) = [row for row in told if row["rule_id"] == "LED-96"]
    assert (found["verdict"], found["findings"]) == ("ERROR", "0")
    assert "its key (account_id) is not unique" in found["reason"]
    assert "A1 for 2" in found["reason"]
    listed = wattledger("findings", "--home", home, "--period", "2026-10", "--format", "csv").rows
    assert not [row for row in listed if row["rule_id"] == "LED-96"]
