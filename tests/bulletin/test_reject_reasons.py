"""Rejects in words: every reason that a landing can give, and every place, is said in the reader's language.

Belongs here: reasons as landings of hostile rows give them, through ``Terms``. Which rows are rejected is for
``tests/extract``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from wattledger import pipeline
from wattledger.bulletin.evidence import read_evidence
from wattledger.bulletin.model import Text
from wattledger.bulletin.terms import Terms
from wattledger.context import Audit
from wattledger.contracts import Contract, load_contracts
from wattledger.extract.source import load_source
from wattledger.periods import Period
from wattledger.settings import Settings

TERMS = Terms(Settings().templates)
OCTOBER = Period.parse("2026-10")
LATIN = re.compile("[A-Za-z]")


def hostile(contract: Contract) -> Iterator[list[str]]:
    """Rows that break the contract in each way in which a value can."""
    good = {
        name: next(iter(column.codes))
        if column.codes
        else {"date": "2026-10-01", "timestamp": "2026-10-01 08:00:00"}.get(column.type, "1")
        for name, column in contract.columns.items()
    }
    yield list(good.values())
    yield list(good.values())
    for wrong in ("", "x", "0.123456789012", "-99999999", "1066-10-14", "2026-09-01", "9" * 40):
        for name in good:
            yield list({**good, name: wrong}.values())


def landed(tmp_path: Path, settings: Settings, contract: Contract) -> list[dict[str, str]]:
    columns = list(contract.columns)
    lines = [columns, *hostile(contract), [*columns, "one more"], ["one less"]]
    text = "\n".join(",".join(line) for line in lines) + "\n"
    (tmp_path / f"{contract.dataset}_202610.csv").write_text(text, encoding="utf-8")
    entry = {"files": f"{contract.dataset}_{{yyyymm}}.csv", "columns": {name: name for name in columns}}
    source = tmp_path / f"{contract.dataset}.yaml"
    content = {"name": "acme", "title": {"zh": "甲", "en": "A"}, "jurisdiction": "CN"}
    source.write_text(yaml.safe_dump({**content, "datasets": {contract.dataset: entry}}), encoding="utf-8")
    work = Audit(settings, load_source(source), OCTOBER)
    pipeline.land(work, contract.dataset)
    return list(work.rejected_rows(contract.dataset))


def test_every_reason_that_a_landing_gives_is_said_in_chinese(tmp_path: Path, settings: Settings) -> None:
    seen = set()
    for contract in load_contracts().values():
        for row in landed(tmp_path, settings, contract):
            for reason in row["reason"].split("; "):
                column, _, what = reason.partition(": ")
                words = TERMS.reject(reason, contract)
                label = f"{contract.columns[column].zh}：" if column in contract.columns else ""
                assert words.zh.startswith(label)
                assert not LATIN.search(words.zh.removeprefix(label)), reason
                seen.add(re.sub(r"\d+", "N", what if label else reason))
    assert seen >= {
        "missing or unreadable",
        "out of range",
        "not a known code",
        "outside the period",
        "duplicate key",
        "more than N decimals",
        "not a decimal(N,N)",
        "not a integer",
        "not a boolean",
        "not a date",
        "not a timestamp",
        "line N: missing columns",
        "line N: too many columns",
    }


def test_every_kind_of_broken_line_that_duckdb_knows_is_said_in_chinese(tmp_path: Path) -> None:
    connection = duckdb.connect()
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    connection.execute(f"FROM read_csv('{tmp_path}/a.csv', store_rejects = true)").fetchall()
    (kinds,) = connection.execute(
        "SELECT enum_range(NULL::ENUM_TYPE)".replace(
            "ENUM_TYPE",
            connection.execute(
                "SELECT data_type FROM duckdb_columns() WHERE column_name = 'error_type'"
            ).fetchall()[0][0],
        )
    ).fetchall()[0]
    bill = load_contracts()["bill"]
    assert "TOO MANY COLUMNS" in kinds
    for kind in kinds:
        assert not LATIN.search(TERMS.reject(f"line 5: {kind.lower()}", bill).zh), kind


def test_a_duplicate_says_where_its_key_stands_first() -> None:
    assert TERMS.rejected_value("B1|2026 stands first in 档案 a.xlsx row 2") == Text(
        "B1|2026 首次出现在 档案 a.xlsx 第2条数据（不含表头）",
        "B1|2026 stands first in 档案 a.xlsx, data row 2 (header not counted)",
    )
    assert TERMS.rejected_value("1066-10-14") == "1066-10-14"


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (
            "bill_id: missing or unreadable",
            "档案.xlsx 第6条数据（不含表头）",
            "档案.xlsx, data row 6 (header not counted)",
        ),
        ("line 6: too many columns", "档案.xlsx 第6行", "档案.xlsx, line 6"),
    ],
)
def test_a_place_is_no_line_but_where_it_is_one(reason: str, zh: str, en: str) -> None:
    assert TERMS.place("档案.xlsx", 6, reason) == Text(zh, en)


def test_the_place_of_a_finding_is_one_piece_of_evidence_in_words() -> None:
    *_, place = read_evidence('{"bill_id": "B1", "_source": "档案.xlsx", "_row": 6}', TERMS)
    assert (place.label.zh, place.value) == ("数据来源", TERMS.place("档案.xlsx", 6))
