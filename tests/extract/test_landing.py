"""A delivery with faults: each row lands or is rejected with its reason, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import OCTOBER
from wattledger.errors import DataError
from wattledger.extract.landing import land
from wattledger.extract.source import Source
from wattledger.lake import Lake, LandingRecord
from wattledger.periods import Period
from wattledger.settings import Settings

COLUMNS = {
    "bill_id": "NO",
    "account_id": "CONS_NO",
    "billing_month": "try_strptime(YM, '%Y%m')::DATE",
    "usage_kwh": "PQ",
    "bill_amount": "AMT",
    "bill_kind": "KIND",
}
HEADER = "NO,CONS_NO,YM,PQ,AMT,KIND"
GOOD = ["1,A1,202610,100,54.50,normal", "2,A2,202610,0,0.00,normal", "3,A3,202610,7.25,3.99,normal"]


@pytest.fixture
def bills(tmp_path: Path, make_source: Callable[..., Source]) -> Callable[..., Source]:
    """Writes ``bills_202610.csv`` and gives the source that reads it."""

    def write(
        *lines: str, written_in: str = "utf-8", header: str = HEADER, tail: str = "\n", **entry: Any
    ) -> Source:
        text = "\n".join([header, *lines]) + tail
        (tmp_path / "bills_202610.csv").write_bytes(text.encode(written_in))
        return make_source(bill={"files": "bills_{yyyymm}.csv", "columns": COLUMNS, **entry})

    return write


def land_bills(settings: Settings, source: Source, period: Period = OCTOBER) -> LandingRecord:
    record = land(settings, Lake(settings.lake / source.name), source, "bill", period)
    assert record.extracted == record.landed + record.rejected
    return record


def stored(settings: Settings, table: str = "bill") -> list[dict[str, Any]]:
    files = Lake(settings.lake / "acme").files(table)
    return duckdb.sql(f"SELECT * FROM read_parquet({files!r})").to_arrow_table().to_pylist() if files else []


def test_good_rows_land_with_their_place_and_totals(settings: Settings, bills: Callable[..., Source]) -> None:
    record = land_bills(settings, bills(*GOOD))
    assert (record.extracted, record.landed, record.rejected, record.outside) == (3, 3, 0, 0)
    assert record.totals == {"usage_kwh": "107.2500", "bill_amount": "58.49"}
    assert [(row["_source"], row["_row"]) for row in stored(settings)] == [
        ("bills_202610.csv", n) for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",A9,202610,1,1.00,normal", "bill_id: missing or unreadable"),
        ("9,,202610,1,1.00,normal", "account_id: missing or unreadable"),
        ("9,A9,202610,abc,1.00,normal", "usage_kwh: not a decimal(18,4)"),
        ("9,A9,202610,1,1.005,normal", "bill_amount: more than 2 decimals"),
        ("9,A9,202610,1,1.00,weird", "bill_kind: not a known code"),
        ("9,A9,AAAAAA,1,1.00,normal", "billing_month: missing or unreadable"),
        ("9,A9,180001,1,1.00,normal", "billing_month: out of range"),
        ("9,A9,202609,1,1.00,normal", "billing_month: outside the period"),
        ("1,A9,202610,1,1.00,normal", "duplicate key"),
        ("9,A9,202610,1,1.00", "line 5: missing columns"),
        ("9,A9,202610,1,1.00,normal,8", "line 5: too many columns"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason(
    settings: Settings, bills: Callable[..., Source], line: str, reason: str
) -> None:
    record = land_bills(settings, bills(*GOOD, line))
    assert (record.landed, record.rejected, record.reasons) == (3, 1, {reason: 1})
    (reject,) = stored(settings, "_rejected/bill")
    assert reject["source"] == "bills_202610.csv"
    assert "9" in reject["raw"] or "A9" in reject["raw"]


def test_several_faults_of_a_row_are_all_told(settings: Settings, bills: Callable[..., Source]) -> None:
    record = land_bills(settings, bills(*GOOD, "9,,202610,x,y,normal"))
    (reason,) = record.reasons
    assert {part.split(":")[0] for part in reason.split("; ")} == {"account_id", "usage_kwh", "bill_amount"}


def test_names_hold_line_ends_tabs_and_quotes(settings: Settings, bills: Callable[..., Source]) -> None:
    record = land_bills(settings, bills('"1\n\t""x""",A1,202610,1,1.00,normal'))
    assert record.landed == 1
    assert stored(settings)[0]["bill_id"] == '1\n\t"x"'


def test_gb18030_and_utf8_land_alike(settings: Settings, bills: Callable[..., Source]) -> None:
    line = "㐀号,张三丰,202610,1,1.00,normal"
    first = land_bills(settings, bills(line, written_in="gb18030", encoding="gb18030"))
    second = land_bills(settings, bills(line))
    assert first.landed == 1
    assert first.digest == second.digest


def test_the_wrong_encoding_is_named(settings: Settings, bills: Callable[..., Source]) -> None:
    source = bills("1,张三丰,202610,1,1.00,normal", written_in="gb18030")
    with pytest.raises(DataError, match="is not utf-8; it reads as gb18030") as caught:
        land_bills(settings, source)
    assert "line 2" in str(caught.value)


def test_a_renamed_column_is_named_with_its_likely_new_name(
    settings: Settings, bills: Callable[..., Source]
) -> None:
    source = bills(*GOOD, header="NO,CONS_NO,YM,PQ_KWH,AMT,KIND")
    with pytest.raises(DataError, match=r"no column 'PQ', which usage_kwh is made of\. It has 'PQ_KWH'"):
        land_bills(settings, source)


def test_an_expression_that_fails_is_named(settings: Settings, bills: Callable[..., Source]) -> None:
    source = bills(
        *GOOD, "9,A9,xx,1,1.00,normal", columns=COLUMNS | {"billing_month": "strptime(YM, '%Y%m')"}
    )
    with pytest.raises(DataError, match=r"bill\.billing_month: its expression fails"):
        land_bills(settings, source)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"NO,NO,YM,PQ,AMT,KIND\n", "NO stands twice"),
        (b"NO,,YM,PQ,AMT,KIND\n", "a column has no name"),
        (f'{HEADER}\n1,A1,202610,1,1.00,normal\n"2,A2,202610,1,1.00'.encode(), "never closed"),
    ],
)
def test_an_unusable_file_is_refused_and_the_lake_is_left(
    tmp_path: Path, settings: Settings, bills: Callable[..., Source], content: bytes, message: str
) -> None:
    source = bills(*GOOD)
    land_bills(settings, source)
    (tmp_path / "bills_202610.csv").write_bytes(content)
    with pytest.raises(DataError, match=message):
        land_bills(settings, source)
    assert len(stored(settings)) == 3


def test_a_missing_file_says_which_and_what_to_do(settings: Settings, bills: Callable[..., Source]) -> None:
    source = bills(*GOOD)
    with pytest.raises(DataError, match=r"there is no file bills_202611\.csv for 2026-11") as caught:
        land_bills(settings, source, Period.parse("2026-11"))
    assert "Deliver the file" in caught.value.todo


def test_a_file_cut_off_in_a_line_loses_that_line_only(
    settings: Settings, bills: Callable[..., Source]
) -> None:
    record = land_bills(settings, bills(*GOOD[:2], "3,A3,2026", tail=""))
    assert (record.landed, record.rejected) == (2, 1)


def test_landing_twice_gives_the_same_rows(settings: Settings, bills: Callable[..., Source]) -> None:
    source = bills(*GOOD)
    first = land_bills(settings, source)
    rows = stored(settings)
    second = land_bills(settings, source)
    assert stored(settings) == rows
    assert second.digest == first.digest
    assert len(Lake(settings.lake / "acme").landings("bill")) == 1


def test_a_header_alone_lands_nothing(settings: Settings, bills: Callable[..., Source]) -> None:
    assert land_bills(settings, bills()).landed == 0


def test_a_day_replaces_its_own_rows_of_a_landed_month(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    mapped = {"bill_id": "id", "account_id": "id", "billing_month": "day", "bill_amount": "amount"}

    def deliver(amount: str) -> Source:
        lines = [f"{n},2026-10-{n:02},{amount}" for n in range(1, 32)]
        (tmp_path / "all.csv").write_text("\n".join(["id,day,amount", *lines]) + "\n", encoding="utf-8")
        return make_source(bill={"files": "all.csv", "columns": mapped})

    land_bills(settings, deliver("1.00"))
    record = land_bills(settings, deliver("2.00"), Period.parse("2026-10-05"))
    assert (record.landed, record.outside) == (1, 30)
    amounts = {row["bill_id"]: str(row["bill_amount"]) for row in stored(settings)}
    assert len(amounts) == len(stored(settings)) == 31
    assert [key for key, amount in amounts.items() if amount == "2.00"] == ["5"]


def test_xlsx_and_parquet(tmp_path: Path, settings: Settings, make_source: Callable[..., Source]) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["NO", "CONS_NO", "YM", "PQ", "AMT", "KIND"],
        [1, "A1", 202610, 100, 54.5, "normal"],
        [None] * 6,
    ):
        book.active.append(row)
    book.save(tmp_path / "bills_202610.xlsx")
    record = land_bills(settings, make_source(bill={"files": "bills_{yyyymm}.xlsx", "columns": COLUMNS}))
    assert (record.extracted, record.landed) == (1, 1)

    table = pa.table(
        {"NO": [1, 2], "CONS_NO": ["A", "B"], "YM": ["202610"] * 2, "PQ": [1.5, 2.0], "AMT": [0.1, 0.2]}
    )
    pq.write_table(table, tmp_path / "bills_202610.parquet")
    columns = {name: text for name, text in COLUMNS.items() if name != "bill_kind"}
    record = land_bills(settings, make_source(bill={"files": "bills_{yyyymm}.parquet", "columns": columns}))
    assert record.totals == {"usage_kwh": "3.5000", "bill_amount": "0.30"}

    (tmp_path / "bills_202610.parquet").write_bytes((tmp_path / "bills_202610.parquet").read_bytes()[:200])
    with pytest.raises(DataError, match="no complete Parquet file"):
        land_bills(settings, make_source(bill={"files": "bills_{yyyymm}.parquet", "columns": columns}))


def test_many_files_are_one_dataset(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    for part in "ab":
        (tmp_path / f"part_{part}_202610.csv").write_text(f"{HEADER}\n{part},A1,202610,1,1.00,normal\n")
    record = land_bills(settings, make_source(bill={"files": "part_*_{yyyymm}.csv", "columns": COLUMNS}))
    assert (record.landed, len(record.inputs)) == (2, 2)


@pytest.mark.parametrize(
    "name", ["Robert'); DROP TABLE staged;--", "=HYPERLINK(1)", "<script>alert(1)</script>"]
)
def test_hostile_text_is_text(settings: Settings, bills: Callable[..., Source], name: str) -> None:
    land_bills(settings, bills(f'"{name}",A1,202610,1,1.00,normal', f'"{name}",A1,202610,1,1.00,normal'))
    assert stored(settings)[0]["bill_id"] == name
    assert name in stored(settings, "_rejected/bill")[0]["value"]


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("bill,rows,3\nbill,bill_amount,58.49\npayment,rows,9", ""),
        ("bill,rows,4", "declares 4 rows, and 3 were read"),
        ("bill,bill_amount,58.50", "declares 58.50 bill_amount, and 58.49 were read"),
        ("bill,rows,many", "says 'many', expected a number"),
        ("bill,colour,1", "declares 'colour', expected rows or a column of numbers"),
    ],
)
def test_the_sender_s_totals_are_compared(
    tmp_path: Path, settings: Settings, bills: Callable[..., Source], declared: str, message: str
) -> None:
    (tmp_path / "control_202610.csv").write_text(f"dataset,item,value\n{declared}\n")
    source = bills(*GOOD, controls="control_{yyyymm}.csv")
    if not message:
        assert land_bills(settings, source).landed == 3
        return
    with pytest.raises(DataError, match=message):
        land_bills(settings, source)
    assert stored(settings) == []


def test_broken_lines_count_as_delivered(
    tmp_path: Path, settings: Settings, bills: Callable[..., Source]
) -> None:
    (tmp_path / "control_202610.csv").write_text("dataset,item,value\nbill,rows,5\n")
    record = land_bills(
        settings, bills(*GOOD, "9,A9", ",A9,202610,1,1.00,normal", controls="control_{yyyymm}.csv")
    )
    assert (record.landed, record.rejected) == (3, 2)


def test_without_its_control_file_a_delivery_is_not_complete(
    settings: Settings, bills: Callable[..., Source]
) -> None:
    with pytest.raises(DataError, match=r"there is no file control_202610\.csv"):
        land_bills(settings, bills(*GOOD, controls="control_{yyyymm}.csv"))
