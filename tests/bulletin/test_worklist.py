from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hostile import ATTACK, ATTACKS, hostile
from openpyxl import load_workbook
from sample import UNITS, findings, sample

from wattledger.bulletin.model import Break, Bulletin, Evidence, Finding, Text
from wattledger.bulletin.spool import Spool
from wattledger.bulletin.wording import Wording
from wattledger.bulletin.worklist import write_worklist
from wattledger.bulletin.worklist_rows import Rows
from wattledger.settings import Settings

BREAK = Break(
    "reading_bill", Text("倍率差错", "Multiplier"), "kWh", "0520031177120|2026-10", Decimal("91800.0000"),
    Decimal("275400"), Decimal("183600"), UNITS[0], "0520031177120",
)  # fmt: skip


def write(
    path: Path, bulletin: Bulletin, found: Iterable[Finding], broken: Iterable[Break] = (), **asked: Any
) -> None:
    rows = Rows(bulletin, Wording(Settings().templates, bulletin.language, bulletin.currency))
    texts = ([text for _, text in made] for made in (rows.findings(found), rows.breaks(broken)))
    write_worklist(path, bulletin, *texts, **asked)


def test_numbers_are_numbers_and_dates_are_dates(tmp_path: Path) -> None:
    write(tmp_path / "w.xlsx", sample(), findings(), [BREAK])
    book = load_workbook(tmp_path / "w.xlsx")
    assert book.sheetnames == ["问题清单", "规则", "对账差异"]
    sheet = book["问题清单"]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, sheet[2], strict=True))
    assert row["金额(¥)"].value == 61200
    assert row["首次发现"].value == datetime(2026, 10, 1)  # noqa: DTZ001 - a cell has no zone
    assert row["首次发现"].number_format == "yyyy-mm"
    assert row["户号"].value == "0520031177120"
    assert row["金额(¥)"].number_format == "#,##0.00"
    assert [cell.value for cell in sheet["A"]][1:] == [finding.rule_id for finding in findings()]
    assert "户名: 张*" in row["证据"].value
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:N11"
    assert sheet.column_dimensions["M"].width > 60
    assert book["规则"].max_row == 1 + len(sample().rules)
    assert book["对账差异"]["I2"].value == 91800


def test_equal_contents_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / f"{name}.xlsx", sample("en"), findings(), [BREAK])
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
    write(path, hostile(), rows)
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


def test_what_a_sheet_cannot_hold_goes_on_in_the_next(tmp_path: Path) -> None:
    path, many = tmp_path / "w.xlsx", [replace(findings()[0], business_key=f"key-{n}") for n in range(25)]
    write(path, sample("en"), many, [BREAK] * 10, max_rows=10)
    book = load_workbook(path)
    assert book.sheetnames == [
        "Worklist",
        "Worklist 2",
        "Worklist 3",
        "Rules",
        "Rules 2",
        "Reconciliation breaks",
    ]
    lists = [book[name] for name in book.sheetnames if name.startswith("Worklist")]
    assert [sheet.max_row for sheet in lists] == [11, 11, 6]
    assert [row[13].value for sheet in lists for row in sheet.iter_rows(min_row=2)] == [
        f.business_key for f in many
    ]
    assert all(sheet["A1"].value == "Rule" and sheet.auto_filter.ref.startswith("A1:N") for sheet in lists)


def test_an_empty_worklist_is_a_worklist(tmp_path: Path) -> None:
    write(tmp_path / "w.xlsx", sample("en"), [])
    assert load_workbook(tmp_path / "w.xlsx").worksheets[0].max_row == 1


def test_a_spool_gives_the_rows_of_some_units_in_their_order(tmp_path: Path) -> None:
    rows = [("a", "1"), (None, "二"), ("b", "3" * 5000), ("a", ""), ("c", "\ud800")]
    with Spool(tmp_path, rows) as spool:
        assert list(spool.rows(None)) == [text for _, text in rows]
        assert list(spool.rows(["b", "a", "z"])) == ["1", "3" * 5000, ""]
        assert list(spool.rows([])) == []
    assert list(tmp_path.iterdir()) == []
    with Spool(tmp_path, []) as empty:
        assert list(empty.rows(None)) == []
