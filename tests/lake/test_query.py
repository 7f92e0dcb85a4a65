"""`wattledger sql`: what a rule reads, read by hand; and what the absence of a value means there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.delivery import deliver
from wattledger.audit.rules import load_rules
from wattledger.cli import run
from wattledger.contracts.model import Column
from wattledger.lake.query import ask
from wattledger.periods import Period
from wattledger.settings import Settings

MONTH = "2026-10"
PAYMENT = {"account_id": "A1", "org_id": "U1", "charged_at": "2026-10-05 09:00:00", "settle_method": "cash"}
PAYMENTS = [
    {**PAYMENT, "payment_id": "P1", "payment_kind": "charge", "payment_amount": "100000.00"},
    {**PAYMENT, "payment_id": "P2", "payment_kind": "", "payment_amount": "200000.00"},
    {**PAYMENT, "payment_id": "P3", "payment_kind": "refund", "payment_amount": "300000.00"},
    {**PAYMENT, "payment_id": "P4", "payment_kind": "charge", "payment_amount": "99999.99"},
]
LED_06 = Settings().expectations / "2.8-ledger" / "LED-06.sql"


def audited(folder: Path, payments: list[dict[str, str]]) -> Path:
    home = folder / "home"
    source = deliver(folder / "extracts", {"payment": payments}, jurisdiction="CN")
    assert run(["audit", "--source", str(source), "--period", MONTH, "--home", str(home)]) == 0
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("acme"), PAYMENTS)


@pytest.fixture
def sql(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    def call(query: object, *options: str, of: Path = home) -> list[dict[str, Any]]:
        capsys.readouterr()
        told = ["sql", str(query), "--period", MONTH, "--home", str(of), "--format", "json", *options]
        assert run(told) == 0, capsys.readouterr().err
        rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
        return rows

    return call


def test_the_file_of_a_rule_runs_as_it_stands(sql: Callable[..., list[dict[str, Any]]]) -> None:
    assert {row["payment_id"] for row in sql(LED_06)} == {"P1", "P2"}
    assert len(sql(LED_06, "--limit", "1")) == 1
    counted = sql("SELECT count(*) AS payments FROM payment")
    assert counted == [{"payments": 4}]


def test_the_view_says_what_the_absence_of_a_value_means(sql: Callable[..., list[dict[str, Any]]]) -> None:
    assert sql("SELECT payment_kind FROM payment WHERE payment_id = 'P2'") == [{"payment_kind": "charge"}]
    assert sql("SELECT deposit_id FROM payment WHERE payment_id = 'P2'") == [{"deposit_id": None}]


def test_a_column_that_is_not_delivered_is_absent_and_counts_as_not_delivered(
    tmp_path: Path, sql: Callable[..., list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    payments = [{name: value for name, value in row.items() if name != "payment_kind"} for row in PAYMENTS]
    home = audited(tmp_path, payments)
    assert {row["payment_kind"] for row in sql("FROM payment", of=home)} == {"charge"}
    capsys.readouterr()
    assert run(["verdicts", "--period", MONTH, "--home", str(home), "--format", "json"]) == 0
    verdicts = {row["rule_id"]: row for row in json.loads(capsys.readouterr().out)}
    assert (verdicts["LED-06"]["verdict"], verdicts["LED-06"]["findings"]) == ("FINDINGS", 3)
    assert verdicts["LED-07"]["verdict"] == "NOT_EVALUATED"
    assert "payment_kind" in verdicts["LED-07"]["reason"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("DROP VIEW payment", "no query, but DROP"),
        ("COPY (SELECT 1) TO 'out.csv'", "no query, but COPY"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'", "no query, but EXPLAIN"),
        ("SELECT 1; SELECT 2", "here are 2"),
        ("/* nothing */", "here are 0"),
        ("SELECT paid FROM payment", '"paid" not found'),
        ("SELECT 1 FROM payments", "Views are: bank_deposit"),
        ("SELECT FROM", "syntax error"),
        (
            "FROM payment WHERE payment_amount > param('LED-06.yuan')",
            "No parameter here is called LED-06.yuan",
        ),
        ("none.sql", "none.sql cannot be read"),
    ],
)
def test_what_is_no_query_is_refused(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    query: str,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert run(["sql", query, "--period", MONTH, "--home", str(home)]) == 2
    shown = capsys.readouterr()
    assert told in shown.err
    assert "to do: " in shown.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT content FROM read_text('{file}')",
        "FROM read_csv('{file}', header = false)",
        "SELECT * FROM payment JOIN read_blob('{file}') ON true",
        "FROM glob('{folder}/*')",
        "SELECT content FROM read_text('{lake}/../../registry.db')",
    ],
)
def test_a_query_reads_no_file_of_the_machine(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("confidential\n", encoding="utf-8")
    text = query.format(file=secret, folder=tmp_path, lake=(home / "lake" / "acme").resolve())
    capsys.readouterr()
    assert run(["sql", text, "--period", MONTH, "--home", str(home)]) == 2
    shown = capsys.readouterr()
    assert "reads the views of the audit and no other file" in shown.err
    assert "confidential" not in shown.out + shown.err


def test_a_session_stays_shut_and_goes_on_to_answer(home: Path) -> None:
    from wattledger.context import stored_audit

    with stored_audit(Settings(home=home), "", Period.parse(MONTH)).session() as session:
        for _ in range(2):
            assert ask(session, "SELECT count(*) AS n FROM payment_history") == [{"n": 4}]
        with pytest.raises(duckdb.Error, match="locked"):
            session.connection.execute("SET enable_external_access = true")


def test_every_rule_file_runs_as_it_stands(home: Path) -> None:
    from wattledger.context import stored_audit

    with stored_audit(Settings(home=home), "", Period.parse(MONTH)).session(rated=True) as session:
        for path in sorted(Settings().expectations.rglob("*.sql")):
            if path.stem != "BIL-11":  # Tunisian parameters
                ask(session, path.read_text(encoding="utf-8"), limit=1)


def test_the_code_of_absence_is_one_of_the_columns_own() -> None:
    with pytest.raises(ValueError, match="'free', which is none of its codes: paid"):
        Column(type="text", zh="甲", en="A", codes={"paid": "付"}, absent="free")


def test_no_rule_says_again_what_absence_means() -> None:
    from wattledger.contracts import load_contracts

    absent = {name for c in load_contracts().values() for name, column in c.columns.items() if column.absent}
    for rule in load_rules(Settings().expectations):
        for name in absent - {"cause"}:  # BIL-11 has a cause of its own
            assert f"coalesce({name}," not in rule.sql
            assert f".{name}, '" not in rule.sql
