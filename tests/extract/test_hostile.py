"""Extracts that would run as SQL, stand for one another or change on the way: all of them land, or are rejected."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from wattledger import pipeline
from wattledger.context import Audit
from wattledger.errors import ConfigurationError, DataError
from wattledger.extract import landing
from wattledger.extract.source import load_source
from wattledger.lake import LandingRecord
from wattledger.periods import Period
from wattledger.settings import Settings

pytestmark = pytest.mark.usefixtures("only_its_own_months")

AUTUMN = Period.parse("2026-09..2026-10")
COLUMNS = {
    "bill_id": "id",
    "billing_month": "try_strptime(m, '%Y%m')::DATE",
    "account_id": "a",
    "usage_kwh": "k",
    "bill_amount": "y",
}
HEADER = ["id", "m", "a", "k", "y"]
Land = Callable[..., LandingRecord]


@pytest.fixture
def audit(tmp_path: Path, settings: Settings) -> Callable[..., Audit]:
    """An audit of a company whose bills are described by these entries."""

    def make(
        columns: dict[str, str] | None = None, databases: dict[str, Any] | None = None, **entry: Any
    ) -> Audit:
        content = {
            "name": "acme",
            "title": {"zh": "甲公司", "en": "Acme"},
            "jurisdiction": "CN",
            "databases": databases or {},
            "datasets": {"bill": {"lookback_months": 0, "columns": columns or COLUMNS, **entry}},
        }
        path = tmp_path / "source.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return Audit(settings, load_source(path), AUTUMN)

    return make


def write_csv(path: Path, header: list[str], *rows: list[str], encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(",".join(row) for row in (header, *rows)) + "\n", encoding=encoding)


def write_xlsx(path: Path, *rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def write_parquet(path: Path, **columns: Any) -> None:
    pq.write_table(pa.table(columns), path)


def counts(record: LandingRecord) -> tuple[int, int, int, int]:
    return record.extracted, record.landed, record.rejected, record.outside


def stored(work: Audit) -> list[dict[str, Any]]:
    return [row for file in work.lake.files("bill") for row in pq.read_table(file).to_pylist()]


def landed(work: Audit) -> list[str]:
    return sorted(row["bill_id"] for row in stored(work))


def rejected(work: Audit) -> list[dict[str, Any]]:
    return list(work.rejected_rows("bill"))


def test_a_header_that_is_sql_is_a_header(
    tmp_path: Path, audit: Callable[..., Audit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    copy = f"COPY (SELECT content FROM read_text('{tmp_path}/secret')) TO 'stolen.csv'"
    header = [*HEADER, f'id" IS NOT NULL)) m))); {copy}; SELECT 1 --', 'two\nlines, "quoted" and {raw}']
    write_xlsx(tmp_path / "b.xlsx", header, ["B1", "202610", "1", 90, 45, "q", "r"])
    work = audit(files="b.xlsx")
    assert counts(pipeline.land(work, "bill")) == (1, 1, 0, 0)
    assert not (tmp_path / "stolen.csv").exists()


@pytest.mark.parametrize("kind", ["xlsx", "gb18030", "utf-8", "parquet"])
def test_files_of_one_name_are_files_of_their_own(
    tmp_path: Path, audit: Callable[..., Audit], kind: str
) -> None:
    suffix = kind if kind in ("xlsx", "parquet") else "csv"
    for folder, names in {"x": ["A1", "A2"], "y": ["B1"]}.items():
        rows = [[name, "202610", "1", "1", "q" if name == "A2" else "1"] for name in names]
        path = tmp_path / folder / f"b.{suffix}"
        if kind == "xlsx":
            write_xlsx(path, HEADER, *rows)
        elif kind == "parquet":
            path.parent.mkdir()
            write_parquet(path, **dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True)))
        else:
            write_csv(path, HEADER, *rows, encoding=kind)
    work = audit(files=f"*/b.{suffix}", encoding=kind if kind == "gb18030" else "utf-8")
    record = pipeline.land(work, "bill")
    assert counts(record) == (3, 2, 1, 0)
    assert landed(work) == ["A1", "B1"]
    assert [(row["source"], row["row"]) for row in rejected(work)] == [(f"x/b.{suffix}", 2)]
    assert [entry["name"] for entry in record.inputs] == [f"x/b.{suffix}", f"y/b.{suffix}"]


def test_a_key_in_row_one_of_two_files_of_one_name_is_there_twice(
    tmp_path: Path, audit: Callable[..., Audit]
) -> None:
    for folder, kwh in (("x", "1"), ("y", "7")):
        write_csv(tmp_path / folder / "b.csv", HEADER, ["A1", "202610", "1", kwh, kwh])
    work = audit(files="*/b.csv")
    assert counts(pipeline.land(work, "bill")) == (2, 1, 1, 0)
    assert [row["usage_kwh"] for row in stored(work)] == [Decimal(1)]
    (reject,) = rejected(work)
    assert (reject["source"], reject["value"]) == ("y/b.csv", "A1 stands first in x/b.csv row 1")


def test_a_file_that_two_patterns_match_is_read_once(tmp_path: Path, audit: Callable[..., Audit]) -> None:
    write_csv(tmp_path / "b_2026-09_2026-10.csv", HEADER, ["B1", "202610", "1", "1", "1"])
    assert counts(pipeline.land(audit(files="b_*{month}*.csv"), "bill")) == (1, 1, 0, 0)


def test_a_file_name_is_no_pattern(tmp_path: Path, audit: Callable[..., Audit]) -> None:
    write_csv(tmp_path / "[1] b*.csv", HEADER, ["MINE", "202610", "1", "1", "1"])
    write_csv(tmp_path / "1 b2.csv", HEADER, ["OTHER", "202610", "1", "1", "1"])
    work = audit(files="[[]1] *.csv")
    pipeline.land(work, "bill")
    assert landed(work) == ["MINE"]


def test_folders_named_like_partitions_add_no_column(tmp_path: Path, audit: Callable[..., Audit]) -> None:
    folder = tmp_path / "k=9"
    folder.mkdir()
    write_parquet(folder / "b.parquet", id=["B1"], m=["202610"], a=["1"], y=["1.00"])
    with pytest.raises(DataError, match="has no column 'k'"):
        pipeline.land(audit(files="k=9/b.parquet"), "bill")


@pytest.mark.parametrize(
    "name", ["_source", "_row", "_part", "_SOURCE", "_reason", "_value", "_bad", "_raw_usage_kwh"]
)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "sql"])
def test_an_extract_may_have_columns_of_any_name(
    tmp_path: Path, audit: Callable[..., Audit], name: str, kind: str
) -> None:
    header, rows = (
        [*HEADER, name],
        [["B1", "202610", "1", "90", "45.00", "7"], ["B2", "202610", "2", "xx", "5.00", "7"]],
    )
    if kind == "csv":
        write_csv(tmp_path / "b.csv", header, *rows)
    elif kind == "xlsx":
        write_xlsx(tmp_path / "b.xlsx", header, *rows)
    elif kind == "parquet":
        write_parquet(
            tmp_path / "b.parquet", **dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
        )
    else:
        with sqlite3.connect(tmp_path / "b.db") as database:
            database.execute(f"CREATE TABLE b ({', '.join(header)})")
            database.executemany("INSERT INTO b VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.close()
    where = {"databases": {"d": {"url": f"sqlite:///{tmp_path}/b.db"}}, "database": "d", "table": "b"}
    work = audit(**(where if kind == "sql" else {"files": f"b.{kind}"}))
    assert counts(pipeline.land(work, "bill")) == (2, 1, 1, 0)
    (reject,) = rejected(work)
    assert (reject["row"], reject["reason"]) == (2, "usage_kwh: not a decimal(18,4)")
    assert '"7"' in reject["raw"]


def test_a_column_named_as_a_place_is_read_with_an_underscore_behind(
    tmp_path: Path, audit: Callable[..., Audit]
) -> None:
    write_csv(tmp_path / "b.csv", [*HEADER, "_row", "_row_"], ["B1", "202610", "1", "1", "1", "own", "other"])
    work = audit({**COLUMNS, "bill_id": "_row || '/' || _row__ || '/' || _row_"}, files="b.csv")
    pipeline.land(work, "bill")
    assert landed(work) == ["1/own/other"]


def test_duckdb_s_name_of_a_row_number_may_be_a_column(tmp_path: Path, audit: Callable[..., Audit]) -> None:
    write_parquet(
        tmp_path / "b.parquet", id=["B1"], m=["202610"], a=["1"], k=["x"], y=["1"], file_row_number=["7"]
    )
    work = audit(files="b.parquet")
    assert counts(pipeline.land(work, "bill")) == (1, 0, 1, 0)
    assert [row["row"] for row in rejected(work)] == [1]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_names_that_differ_in_case_alone_are_told(
    tmp_path: Path, audit: Callable[..., Audit], kind: str
) -> None:
    header, row = [*HEADER, "ID"], ["B1", "202610", "1", "1", "1", "B2"]
    if kind == "csv":
        write_csv(tmp_path / "b.csv", header, row)
    else:
        write_parquet(tmp_path / "b.parquet", **dict(zip(header, [[cell] for cell in row], strict=True)))
    with pytest.raises(DataError, match=rf"b\.{kind} has no usable header: ID, id differ in case alone"):
        pipeline.land(audit(files=f"b.{kind}"), "bill")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.5", "months_count: more than 0 decimals"),
        ("2.4", "months_count: more than 0 decimals"),
        ("2.00", ""),
        ("0x1F", "months_count: not a integer"),
        ("1_000", "months_count: not a integer"),
    ],
)
def test_an_integer_is_not_rounded(
    tmp_path: Path, audit: Callable[..., Audit], text: str, reason: str
) -> None:
    write_csv(tmp_path / "b.csv", [*HEADER, "n"], ["B1", "202610", "1", "1", "1", text])
    record = pipeline.land(audit({**COLUMNS, "months_count": "n"}, files="b.csv"), "bill")
    assert record.reasons == ({reason: 1} if reason else {})


AMOUNTS = [
    (19.99, "19.99"),
    (0.1 + 0.2, "0.30"),
    (4.35 * 100, "435.00"),
    (12345678901234.56, "12345678901234.56"),
    (1e15, "1000000000000000.00"),
    (-0.07, "-0.07"),
    (45.006, "more than 2 decimals"),
    (0.001, "more than 2 decimals"),
    (1e-9, "more than 2 decimals"),
    (45.0000001, "more than 2 decimals"),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "sql"])
@pytest.mark.parametrize(("value", "expected"), AMOUNTS)
def test_a_float_lands_exactly_or_not_at_all(
    tmp_path: Path, audit: Callable[..., Audit], kind: str, value: float, expected: str
) -> None:
    row: list[Any] = ["B1", "202610", "1", "1", value]
    where: dict[str, Any] = {"files": f"b.{kind}"}
    if kind == "csv":
        write_csv(tmp_path / "b.csv", HEADER, [str(cell) for cell in row])
    elif kind == "xlsx":
        write_xlsx(tmp_path / "b.xlsx", HEADER, row)
    elif kind == "parquet":
        write_parquet(tmp_path / "b.parquet", **dict(zip(HEADER, [[cell] for cell in row], strict=True)))
    else:
        with sqlite3.connect(tmp_path / "b.db") as database:
            database.execute("CREATE TABLE b (id TEXT, m TEXT, a TEXT, k TEXT, y REAL)")
            database.execute("INSERT INTO b VALUES (?, ?, ?, ?, ?)", row)
        database.close()
        where = {"databases": {"d": {"url": f"sqlite:///{tmp_path}/b.db"}}, "database": "d", "table": "b"}
    work = audit(**where)
    record = pipeline.land(work, "bill")
    amounts = [str(row["bill_amount"]) for row in stored(work)]
    assert [*record.reasons, *amounts] == ([f"bill_amount: {expected}"] if "more" in expected else [expected])


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (pa.array([float("nan")]), "bill_amount: not a decimal(18,2)"),
        (pa.array([float("inf")]), "bill_amount: not a decimal(18,2)"),
        (pa.array([Decimal("45.006")]), "bill_amount: more than 2 decimals"),
        (pa.array([Decimal("45.000")]), ""),
        (pa.array(["45.0000000000000001"]), "bill_amount: more than 2 decimals"),
        (pa.array(["0.0000000000000000001"]), "bill_amount: more than 2 decimals"),
        (pa.array([45], pa.int64()), ""),
    ],
)
def test_what_is_no_such_decimal_is_rejected(
    tmp_path: Path, audit: Callable[..., Audit], column: pa.Array, reason: str
) -> None:
    write_parquet(tmp_path / "b.parquet", id=["B1"], m=["202610"], a=["1"], k=["1"], y=column)
    record = pipeline.land(audit(files="b.parquet"), "bill")
    assert record.reasons == ({reason: 1} if reason else {})


def test_parts_of_one_row_that_share_a_key_do_not_both_land(
    tmp_path: Path, audit: Callable[..., Audit]
) -> None:
    write_csv(tmp_path / "b.csv", HEADER, ["B1", "202610", "1", "1", "1"])
    assert counts(pipeline.land(audit(files="b.csv", parts=["one", "two"]), "bill")) == (2, 1, 1, 0)


@pytest.mark.parametrize("count", ["1, 2", ""])
def test_an_expression_that_makes_or_loses_rows_is_refused(
    tmp_path: Path, audit: Callable[..., Audit], count: str
) -> None:
    write_csv(tmp_path / "b.csv", HEADER, ["B1", "202610", "1", "1", "1"], ["B2", "202610", "1", "1", "1"])
    work = audit({**COLUMNS, "months_count": f"unnest([{count}]::INTEGER[])"}, files="b.csv")
    with pytest.raises(DataError, match=r"b\.csv holds 2 rows; \d were taken and 0 left out"):
        pipeline.land(work, "bill")
    assert landed(work) == []


def test_a_file_that_cannot_be_parsed_is_named(tmp_path: Path, audit: Callable[..., Audit]) -> None:
    (tmp_path / "b.csv").write_bytes(b"id,m,a,k,y\r\nB1,202610,1,1,1\r\nB2,202610,1,1\r,1\r\n")
    with pytest.raises(DataError, match=r"bill: b\.csv cannot be read"):
        pipeline.land(audit(files="b.csv"), "bill")


def test_a_file_that_changes_while_it_is_read_is_not_landed(
    tmp_path: Path, audit: Callable[..., Audit], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[f"B{n}", "202610", "1", "x", "1"] for n in range(4)]
    write_csv(tmp_path / "b.csv", HEADER, *rows)
    marked = landing._mark_duplicates

    def meanwhile(*arguments: Any) -> None:
        marked(*arguments)
        write_csv(tmp_path / "b.csv", HEADER, *rows[:2])

    monkeypatch.setattr(landing, "_mark_duplicates", meanwhile)
    work = audit(files="b.csv")
    with pytest.raises(DataError, match=r"2 of 4 rejected rows of b\.csv could be looked up"):
        pipeline.land(work, "bill")
    assert (landed(work), rejected(work)) == ([], [])


def test_a_view_that_gives_one_row_for_another_is_refused(
    tmp_path: Path, audit: Callable[..., Audit]
) -> None:
    write_csv(tmp_path / "b.csv", HEADER, ["B1", "202610", "1", "1", "1"], ["B2", "202610", "1", "1", "1"])
    view = "SELECT * FROM {raw} WHERE _row = 1 UNION ALL SELECT * FROM {raw} WHERE _row = 1"
    with pytest.raises(ConfigurationError, match=r"makes 2 rows of the 2 of b\.csv, and not one of each"):
        pipeline.land(audit(files="b.csv", view=view), "bill")


def test_each_delivered_row_is_landed_rejected_or_outside(
    tmp_path: Path, audit: Callable[..., Audit]
) -> None:
    months = ["202608", "202609", "202610", "202611", "never"]
    rows = [[f"B{n}", months[n % 5], "1", "x" if n % 7 == 0 else "1", "1"] for n in range(35)]
    write_csv(tmp_path / "b.csv", HEADER, *rows, ["B99", "202610"], ["B98", "202610", "1", "1", "1", "1"])
    work = audit(files="b.csv", where="a = '1' AND id <> 'B1'")
    record = pipeline.land(work, "bill")
    assert record.extracted + record.outside == len(rows) + 2
    assert record.outside == sum(month in ("202608", "202611") for _, month, *_ in rows) + 1
    assert Counter(landed(work)).most_common(1)[0][1] == 1
