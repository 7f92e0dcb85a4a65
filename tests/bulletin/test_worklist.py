from __future__ import annotations

import zipfile
from datetime import datetime
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

from hostile import ATTACK, ATTACKS, hostile
from openpyxl import load_workbook
from sample import UNITS, findings, sample

from wattledger.bulletin.model import Break, Evidence, Finding, Text
from wattledger.bulletin.worklist import Written, write_worklist

BREAK = Break(
    "reading_bill", Text("倍率差错", "Multiplier"), "kWh", "0520031177120|2026-10", Decimal("91800.0000"),
    Decimal("275400"), Decimal("183600"), UNITS[0], "0520031177120",
)  # fmt: skip


def test_numbers_are_numbers_and_dates_are_dates(tmp_path: Path) -> None:
    written = write_worklist(tmp_path / "w.xlsx", sample(), iter(findings()), iter([BREAK]))
    assert written == Written(10, 0, 1, 0)
    book = load_workbook(tmp_path / "w.xlsx")
    assert book.sheetnames == ["问题清单", "规则", "对账差异"]
    sheet = book["问题清单"]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, sheet[2], strict=True))
    assert row["金额(¥)"].value == 61200
    assert row["首次发现"].value == datetime(2026, 10, 1)  # noqa: DTZ001 - a cell has no zone
    assert row["首次发现"].number_format == "yyyy-mm"
    assert row["户号"].value == "0520031177120"
    assert "户名: 张*" in row["证据"].value
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:N11"
    assert sheet.column_dimensions["M"].width > 60
    assert book["规则"].max_row == 1 + len(sample().rules)
    assert book["对账差异"]["I2"].value == 91800


def test_equal_contents_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_worklist(tmp_path / f"{name}.xlsx", sample("en"), findings(), [BREAK])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_injected_text_is_neither_formula_nor_link(tmp_path: Path) -> None:
    rows = [
        Finding(
            "FIL-03",
            text,
            "new",
            text,
            text,
            None,
            text,
            Decimal(1),
            None,
            (Evidence("x", Text(text, text), text),),
        )
        for text in (
            *ATTACKS,
            ATTACK,
            "\x00\ud800\uffff",
            "x" * 100_000,
            "http://evil.example",
            "mailto:a@b.example",
        )
    ]
    path = tmp_path / "w.xlsx"
    write_worklist(path, hostile(), rows, [])
    for sheet in load_workbook(path).worksheets:
        for line in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in line)
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets"):
                part = package.read(name)
                assert b"<f>" not in part
                assert b"hyperlink" not in part.lower().replace(b"=hyperlink(", b"")
    sheet = load_workbook(path).worksheets[0]
    assert sheet["H3"].value.startswith("=HYPERLINK(")
    assert sheet["H3"].quotePrefix


def test_a_full_sheet_says_how_much_it_left_out(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    written = write_worklist(path, sample("en"), islice(cycle(findings()), 25), [], max_rows=10)
    assert written == Written(9, 16, 0, 0)
    sheet = load_workbook(path).worksheets[0]
    assert sheet.max_row == 11
    assert sheet["A11"].value == "The sheet is full: 16 rows are not listed."
    assert write_worklist(path, sample("en"), islice(cycle(findings()), 10), [], max_rows=10) == Written(
        10, 0, 0, 0
    )


def test_an_empty_worklist_is_a_worklist(tmp_path: Path) -> None:
    assert write_worklist(tmp_path / "w.xlsx", sample("en"), [], []) == Written(0, 0, 0, 0)
    assert load_workbook(tmp_path / "w.xlsx").worksheets[0].max_row == 1
