"""The command line on an audited month: every question, its formats, and questions that make no sense."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest_cli import MONTH, Wattledger
from wattledger.contracts.listed import load_listings


@pytest.fixture(scope="module")
def home(audited_home: Path) -> Path:
    return audited_home


@pytest.fixture
def ask(wattledger: Wattledger, home: Path) -> Wattledger:
    """A command about the audited month."""
    return lambda command, *options: wattledger(command, "--period", MONTH, "--home", home, *options)


def test_verdicts_have_one_form_in_each_format(ask: Wattledger) -> None:
    rows = json.loads(ask("verdicts", "--format", "json").out)
    assert [row["rule_id"] for row in ask("verdicts", "--format", "csv").rows] == [
        row["rule_id"] for row in rows
    ]
    assert {row["verdict"] for row in rows} >= {"FINDINGS", "NOT_EVALUATED"}
    assert {row["verdict"] for row in rows} <= {"PASS", "FINDINGS", "NO_ROWS", "NOT_EVALUATED"}
    table = ask("verdicts").out
    assert all(row["rule_id"] in table for row in rows)


def test_findings_are_those_of_the_verdicts_and_evidence_is_json_everywhere(ask: Wattledger) -> None:
    rows = json.loads(ask("findings", "--format", "json").out)
    counted = {row["rule_id"]: row["findings"] for row in json.loads(ask("verdicts", "--format", "json").out)}
    assert {rule: sum(r["rule_id"] == rule for r in rows) for rule in counted} == counted
    listed = ask("findings", "--format", "csv").rows
    assert [json.loads(row["evidence"]) for row in listed] == [row["evidence"] for row in rows]
    assert [row["amount"] for row in listed] == [row["amount"] or "" for row in rows]


def test_a_table_that_is_cut_says_so_and_what_was_not_looked_at(ask: Wattledger) -> None:
    done = ask("findings", "--language", "en")
    total = len(json.loads(ask("findings", "--format", "json").out))
    assert total > 50
    assert len(done.out.splitlines()) == 1 + 50
    assert f"50 of {total} shown (--all)" in done.err
    assert "rules were not evaluated" in done.err
    everything = ask("findings", "--all", "--language", "en")
    assert len(everything.out.splitlines()) == 1 + total
    assert "shown" not in everything.err
    told = ask("breaks", "--language", "en").err
    assert (
        "Interval readings and billed energy was not evaluated: data not delivered: interval_reading" in told
    )


def test_findings_of_a_rule_that_was_not_evaluated_are_not_nothing(ask: Wattledger) -> None:
    blind = [
        r for r in json.loads(ask("verdicts", "--format", "json").out) if r["verdict"] == "NOT_EVALUATED"
    ]
    done = ask("findings", "--rule", blind[0]["rule_id"].lower(), "--language", "en")
    assert (done.code, done.out) == (0, "nothing\n")
    assert f"{blind[0]['rule_id']} was not evaluated: " in done.err
    assert blind[0]["reason"] in done.err


def test_findings_of_a_rule_and_of_a_unit_are_parts_of_all(ask: Wattledger) -> None:
    rows = json.loads(ask("findings", "--format", "json").out)
    for rule in {row["rule_id"] for row in rows}:
        own = json.loads(ask("findings", "--rule", rule, "--format", "json").out)
        assert own == [row for row in rows if row["rule_id"] == rule]
    unit = next(row["org_id"] for row in rows if row["org_id"])
    below = json.loads(ask("findings", "--unit", unit, "--format", "json").out)
    assert {row["org_id"] for row in below} >= {unit}
    assert all(row in rows for row in below)
    assert len(below) < len(rows)


def test_breaks_have_their_difference_in_each_format(ask: Wattledger) -> None:
    rows = json.loads(ask("breaks", "--format", "json").out)
    assert rows
    assert [row["difference"] for row in ask("breaks", "--format", "csv").rows] == [
        row["difference"] for row in rows
    ]
    assert rows[0]["business_key"] in ask("breaks").out


def test_a_bill_is_laid_beside_what_was_due(ask: Wattledger, home: Path) -> None:
    found = json.loads(ask("findings", "--rule", "BIL-01", "--format", "json").out) or json.loads(
        ask("findings", "--format", "json").out
    )
    bill = next(row["business_key"].split("|")[0] for row in found if row["business_key"].startswith("B"))
    content = json.loads(ask("bill", "--format", "json", bill).out)
    assert {"lines", "compared", "total"} <= set(content)
    assert "<html" in ask("bill", bill, "--format", "html", "--language", "en").out
    assert ask("bill", bill).code == 0
    missing = ask("bill", "no-such-bill")
    assert missing.code == 2
    assert "The bill no-such-bill is not among the landed bills of the period." in missing.err
    assert "see the rejects" in missing.err


def test_a_bulletin_is_rendered_again_for_all_or_one_unit(ask: Wattledger, tmp_path: Path) -> None:
    paths = ask("bulletin", "--out", tmp_path / "all", "--language", "en").out.splitlines()
    assert str(tmp_path / "all" / "company.html") in paths
    assert all(Path(path).is_file() for path in paths)
    unit = next(Path(path).stem for path in paths if Path(path).stem != "company")
    assert (
        ask("bulletin", "--unit", unit, "--out", tmp_path / "one").out == f"{tmp_path / 'one' / unit}.html\n"
    )
    assert 'lang="zh-CN"' in (tmp_path / "one" / f"{unit}.html").read_text(encoding="utf-8")


def test_mails_are_listed_and_settled(ask: Wattledger) -> None:
    rows = json.loads(ask("mail", "--format", "json").out)
    assert {row["status"] for row in rows} == {"sent"}
    table = ask("mail").out
    assert all(", ".join(row["recipients"]) in table for row in rows)
    assert "('" not in table
    refused = ask("mail", "--confirm", rows[0]["audience"])
    assert refused.code == 2
    assert "not uncertain" in refused.err
    again = json.loads(ask("mail", "--resend", rows[0]["audience"], "--format", "json").out)
    assert len(again) == len(rows) + 1


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("findings", "--rule", "NO-99"), "ran no rule NO-99"),
        (("findings", "--rule", "LED-99"), "did you mean LED-"),
        (("findings", "--language", "fr"), "There is no language 'fr'"),
        (("finding", "no-such-key"), "has the key 'no-such-key'"),
        (("finding", "no-such-key", "--rule", "NO-99"), "ran no rule NO-99"),
        (("finding", "no-such-key", "--format", "csv"), "There is no format 'csv'"),
        (("findings", "--unit", "nowhere"), "There is no unit 'nowhere'"),
        (("bulletin", "--unit", "nowhere"), "nowhere"),
        (("bulletin", "--language", "fr"), "fr"),
        (("verdicts", "--format", "xml"), "There is no format 'xml'"),
        (("breaks", "--format", "xml"), "There is no format 'xml'"),
        (("mail", "--resend", "nobody"), "nobody"),
        (("verdicts", "--source", "other"), "knows the sources: demo"),
    ],
)
def test_a_question_that_makes_no_sense_is_2(ask: Wattledger, command: tuple[str, ...], told: str) -> None:
    done = ask(*command)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize("command", ["verdicts", "findings", "finding", "breaks", "mail", "bulletin", "bill"])
def test_a_period_that_was_not_audited_has_no_answer(
    wattledger: Wattledger, home: Path, command: str
) -> None:
    extra = ["B1"] if command in ("bill", "finding") else []
    done = wattledger(command, *extra, "--period", "2026-09", "--home", home)
    assert (done.code, done.out) == (2, "")
    assert "demo for 2026-09" in done.err
    assert "to do: Run the step " in done.err
    assert "wattledger audit --source FILE.yaml --period 2026-09" in done.err


def test_an_audit_closes_with_what_was_found_and_where_the_bulletin_is(ask: Wattledger, home: Path) -> None:
    last = (home / "told").read_text(encoding="utf-8").splitlines()[-1]
    rows = json.loads(ask("verdicts", "--format", "json").out)
    worth = sum(Decimal(row["amount"]) for row in rows if row["amount"])
    bulletin = home / "bulletins" / "demo" / MONTH / "company.html"
    money = f"{'-' if worth < 0 else ''}¥{abs(worth):,.2f}"
    assert last == f"{sum(row['findings'] for row in rows)} 个问题，{money}，简报：{bulletin}"
    assert bulletin.is_file()


@pytest.mark.parametrize("command", ["verdicts", "findings", "breaks", "mail"])
def test_a_table_fits_eighty_columns_and_speaks_the_sources_language(
    ask: Wattledger, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = json.loads(ask(command, "--format", "json").out)
    lines = ask(command).out.splitlines()
    shown = rows if command in ("verdicts", "mail") else rows[:50]
    assert len(lines) == 1 + len(shown)
    assert max(map(cell_len, lines)) <= 80
    assert lines[0].startswith(next(iter(load_listings()[command].columns.values())).zh)
    if command in ("verdicts", "findings"):
        assert [line.split()[0] for line in lines[1:]] == [row["rule_id"] for row in shown]
    if command == "findings":
        assert all(row["business_key"] in line for row, line in zip(shown, lines[1:], strict=True))


def test_a_finding_is_shown_whole(ask: Wattledger) -> None:
    row = next(r for r in json.loads(ask("findings", "--format", "json").out) if r["rule_id"] == "LED-01")
    (whole,) = json.loads(ask("finding", row["business_key"], "--rule", "led-01", "--format", "json").out)
    assert {name: whole[name] for name in row} == row
    assert [(h["period"], h["state"], h["amount"]) for h in whole["history"]] == [
        (MONTH, "new", row["amount"])
    ]
    assert whole["history"][0]["evidence"] == row["evidence"]
    assert whole["rule"]["basis"][0]["cites_zh"]
    page = ask("finding", row["business_key"], "--rule", "led-01", "--language", "en").out
    for said in (whole["rule"]["owner"]["en"], "Legal basis", "[confirmed]", "History", row["business_key"]):
        assert said in page
    assert "依据" in ask("finding", row["business_key"], "--rule", "led-01").out


def test_a_bill_speaks_the_sources_language_unless_told(ask: Wattledger) -> None:
    query = "SELECT bill_id FROM expected_bill WHERE status = 'rated' ORDER BY 1 LIMIT 1"
    bill = json.loads(ask("sql", query, "--format", "json").out)[0]["bill_id"]
    assert "合计" in ask("bill", bill).out
    assert "Total" in ask("bill", bill, "--language", "en").out


def test_a_query_that_is_cut_says_so(ask: Wattledger) -> None:
    done = ask("sql", "SELECT bill_id FROM bill", "--limit", "2")
    assert len(done.out.splitlines()) == 3
    assert "--limit 0" in done.err
    assert ask("sql", "SELECT 1 AS one", "--limit", "1").err == ""
