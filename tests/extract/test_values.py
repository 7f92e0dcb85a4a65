"""What is no value is a reject, with its place and what stood there; an instant is of the utility's own day."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattledger import pipeline
from wattledger.context import Audit
from wattledger.errors import ConfigurationError, DataError

Bills = Callable[..., Audit]
pytestmark = pytest.mark.usefixtures("only_its_own_months")

HEADER = ["id", "m", "a", "k", "y"]
BILLED = date(2026, 10, 1)


def rejects(work: Audit) -> list[tuple[Any, ...]]:
    fields = ("source", "row", "reason", "value")
    return [tuple(row[name] for name in fields) for row in work.rejected_rows("bill")]


def stored(work: Audit) -> list[dict[str, Any]]:
    return [row for file in work.lake.files("bill") for row in pq.read_table(file).to_pylist()]


def test_a_cell_with_an_error_or_a_formula_without_result_is_no_blank(tmp_path: Path, bills: Bills) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("bills", 0)
    for row in (
        ["", *HEADER, "note"],
        ["", "B1", BILLED, "1", 1, 1, "#DIV/0!"],
        ["", "B2", BILLED, "1", "#N/A", 1, None],
        [],
        ["", "B3", BILLED, "#REF!", 1, "=1+1", None],
    ):
        sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    work = bills({"files": "b.xlsx"})
    record = pipeline.land(work, "bill")
    assert (record.extracted, record.landed, record.rejected) == (3, 1, 2), (
        "what no column is made of is no fault"
    )
    assert rejects(work) == [
        ("b.xlsx", 2, "usage_kwh: not a value", "#N/A"),
        ("b.xlsx", 4, "account_id: not a value; bill_amount: not a value", "#REF!; =1+1"),
    ]


def test_bytes_of_a_database_are_no_text(tmp_path: Path, bills: Bills) -> None:
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("CREATE TABLE t (id, m, a, k, y, photo)")
        rows = [(b"B1", "1", b"\0"), ("B2", b"12", b"\0"), ("B3", "1", b"\0")]
        database.executemany("INSERT INTO t VALUES (?, '2026-10-01', 'A', ?, '1', ?)", rows)
    url = f"sqlite:///{tmp_path}/x.db"
    work = bills({"database": "d", "table": "t"}, databases={"d": {"url": url}})
    assert pipeline.land(work, "bill").landed == 1
    assert [row["bill_id"] for row in stored(work)] == ["B3"]
    assert rejects(work) == [
        ("t", 1, "bill_id: not a value", "0x4231"),
        ("t", 2, "usage_kwh: not a value", "0x3132"),
    ]


def test_bytes_and_nan_of_parquet_are_rejected(tmp_path: Path, bills: Bills) -> None:
    columns = {"id": [b"B1", None, b"B3"], "m": [BILLED] * 3, "a": ["A"] * 3, "k": [1.0, 2.0, float("nan")]}
    pq.write_table(pa.table({**columns, "y": [1.0, 1.0, float("inf")]}), tmp_path / "b.parquet")
    work = bills({"files": "b.parquet"})
    assert pipeline.land(work, "bill").rejected == 3
    assert [reason for _, _, reason, _ in rejects(work)] == [
        "bill_id: not a value",
        "bill_id: missing or unreadable",
        "bill_amount: not a decimal(18,2); bill_id: not a value; usage_kwh: not a decimal(18,4)",
    ]


INSTANTS = [
    datetime(2026, 8, 31, 16, 30, tzinfo=UTC),  # in September in Shanghai
    datetime(2026, 9, 1, 3, tzinfo=UTC),  # in August in New York
    datetime(2026, 10, 31, 16, 30, tzinfo=UTC),  # in November in Shanghai
    datetime(2026, 11, 1, 3, tzinfo=UTC),  # in October in New York
]


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Asia/Shanghai", [date(2026, 9, 1), date(2026, 9, 1)]),
        ("UTC", [date(2026, 9, 1), date(2026, 10, 31)]),
        ("America/New_York", [date(2026, 10, 31), date(2026, 10, 31)]),
    ],
)
def test_an_instant_is_of_the_day_that_it_is_at_the_utility(
    tmp_path: Path, bills: Bills, kind: str, zone: str, days: list[date]
) -> None:
    names = [f"B{number}" for number in range(len(INSTANTS))]
    if kind == "parquet":
        ones = ["1"] * len(names)
        pq.write_table(
            pa.table({"id": names, "m": INSTANTS, "a": ones, "k": ones, "y": ones}), tmp_path / "b.parquet"
        )
    else:
        lines = [f"{name},{instant.isoformat()},1,1,1" for name, instant in zip(names, INSTANTS, strict=True)]
        (tmp_path / "b.csv").write_text("\n".join([",".join(HEADER), *lines]) + "\n", encoding="utf-8")
    work = bills({"files": f"b.{kind}"}, timezone=zone)
    record = pipeline.land(work, "bill")
    assert sorted(row["billing_month"] for row in stored(work)) == days
    assert (record.landed, record.rejected, record.outside) == (2, 0, 2)


def test_the_line_that_ends_in_another_way_is_named(tmp_path: Path, bills: Bills) -> None:
    text = (
        ",".join(HEADER)
        + "\nB1,2026-10-01,1,1,1\n"
        + '"B\r2",2026-10-01,1,1,1\nB3,2026-10-01,1,1,1\rB4,2026-10-01,1,1,1\n'
    )
    (tmp_path / "b.csv").write_bytes(text.encode())
    with pytest.raises(DataError, match="line 5 ends with CR, and the first one with LF"):
        pipeline.land(bills({"files": "b.csv"}), "bill")


def test_headers_that_differ_in_case_alone_say_so(tmp_path: Path, bills: Bills) -> None:
    (tmp_path / "b.csv").write_text("id,ID,m,a,k,y\n1,1,2026-10-01,1,1,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="ID, id differ in case alone"):
        pipeline.land(bills({"files": "b.csv"}), "bill")


def test_a_folder_is_no_file(tmp_path: Path, bills: Bills) -> None:
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(DataError, match=r"b\.csv is no file"):
        pipeline.land(bills({"files": "b.csv"}), "bill")


CONTROLS = {
    "gb18030": ("dataset,item,value\n账单,rows,1\n".encode("gb18030"), "cannot be read as a CSV in UTF-8", 1),
    "no header": (b"bill,rows,1\n", "its first line is not dataset,item,value", 1),
    "a short line": (b"dataset,item,value\nbill\n", "line 2 of ctl.csv has 1 fields, expected 3", 2),
    "a long line": (b"dataset,item,value\nbill,rows,1,2\n", "line 2 of ctl.csv has 4 fields, expected 3", 2),
    "no number": (
        b"dataset,item,value\n\nbill,rows,many\n",
        "line 3 of ctl.csv says 'many', expected a number",
        3,
    ),
    "no finite number": (b"dataset,item,value\nbill,rows,NaN\n", "says 'NaN', expected a number", 2),
    "a text": (b"dataset,item,value\nbill,bill_id,1\n", "declares 'bill_id', expected rows or a column", 2),
    "no column": (b"dataset,item,value\nbill,kwh,1\n", "declares 'kwh', expected rows or a column", 2),
    "another dataset": (b"dataset,item,value\nmeter,rows,1\n", "its control file says nothing about it", 0),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_file_that_is_none_is_told_by_its_line(tmp_path: Path, bills: Bills, name: str) -> None:
    content, told, line = CONTROLS[name]
    (tmp_path / "b.csv").write_text(",".join(HEADER) + "\nB1,2026-10-01,1,1,1\n", encoding="utf-8")
    (tmp_path / "ctl.csv").write_bytes(content)
    work = bills({"files": "b.csv", "controls": "ctl.csv"})
    with pytest.raises(DataError) as raised:
        pipeline.land(work, "bill")
    assert told in raised.value.what
    assert raised.value.where.endswith(f"line {line}" if line else "ctl.csv for 2026-09..2026-10")
    assert raised.value.todo
    assert not work.lake.landings("bill")


SOURCES = {
    "a folder as zone": ({"timezone": "Asia"}, "there is no time zone 'Asia'"),
    "no zone": ({"timezone": ""}, "there is no time zone ''"),
    "another zone": ({"timezone": "Asia/Shangai"}, "did you mean Asia/Shanghai"),
    "a password": ({"databases": {"d": {"url": "postgresql://u:secret@h/d"}}}, "holds no passwords"),
    "half a password": ({"databases": {"d": {"url": "mysql://u:a${P}@h/d"}}}, "holds no passwords"),
    "a password behind": ({"databases": {"d": {"url": "mssql://h/d?pwd=secret"}}}, "holds no passwords"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_cannot_be_is_told_by_its_line_and_not_by_its_password(bills: Bills, name: str) -> None:
    content, told = SOURCES[name]
    with pytest.raises(ConfigurationError) as raised:
        bills({"files": "b.csv"}, **content)
    assert told in str(raised.value)
    assert "line " in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("oracle+oracledb://u@h/d", "The driver of the database 'd' is not installed: oracledb"),
        ("foo://h/d", "of a kind that SQLAlchemy does not know: foo"),
        ("not a url", "is not a SQLAlchemy URL"),
        ("sqlite://h:port/d", "is not a SQLAlchemy URL"),
    ],
)
def test_a_database_that_cannot_be_opened_says_what_to_do(bills: Bills, url: str, told: str) -> None:
    work = bills({"database": "d", "table": "t"}, databases={"d": {"url": url}})
    with pytest.raises(ConfigurationError, match=told) as raised:
        pipeline.land(work, "bill")
    assert raised.value.todo


def test_rows_are_counted_as_the_sender_counts_them(tmp_path: Path, bills: Bills) -> None:
    lines = [
        ",".join(HEADER),
        "B1,2026-10-01,1,1,1",
        "B2,2026-10-01,1",
        '"B\n3",2026-10-01,1,x,1',
        "",
        "B5,2026-10-01,1,x,1",
        "B6,1,2,3,4,5,6",
        "B7",
        "B8,2026-10-01,1,x,1",
        "B9,2026-10-01,1,1,1",
    ]
    (tmp_path / "b.csv").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    work = bills({"files": "b.csv"})
    record = pipeline.land(work, "bill")
    assert (record.extracted, record.landed, record.rejected) == (8, 2, 6)
    assert [row for _, row, reason, _ in rejects(work) if reason.startswith("usage")] == [3, 5, 8]
    assert [row for _, row, reason, _ in rejects(work) if reason.startswith("line")] == [3, 7, 8]
    assert sorted((row["bill_id"], row["_row"]) for row in stored(work)) == [("B1", 1), ("B9", 9)]
