"""The worklist: every finding of an audience as an XLSX file, with the rules and the breaks.

Belongs here: writing the three sheets. Not here: their columns (``worklist_rows``), and which findings belong
to the audience (the caller's iterators).
Whatever stands in the data stays text: no cell becomes a formula or a link. Rows are streamed, so memory does
not grow with them. XLSX holds numbers as doubles: exact to 15 digits, beyond any amount here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger.bulletin.headline import audience
from wattledger.bulletin.model import Break, Bulletin, Finding
from wattledger.bulletin.view import LADDER
from wattledger.bulletin.wording import Wording, clip
from wattledger.bulletin.worklist_rows import BREAKS, RULES, WORKLIST, Cell, Columns, Rows
from wattledger.errors import UsageError
from wattledger.periods import Period
from wattledger.settings import Settings

if TYPE_CHECKING:  # XlsxWriter ships no types: for mypy these are Any
    from xlsxwriter.format import Format  # type: ignore[import-untyped, unused-ignore]
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped, unused-ignore]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped, unused-ignore]

MAX_ROWS = 1_048_575
"""Data rows of a sheet, below its header."""
_CELL = 4_000
"""Characters kept of one text; a cell of XLSX takes 32,767 at most."""


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that the worklist holds, and rows for which a sheet had no room."""

    findings: int
    findings_left_out: int
    breaks: int
    breaks_left_out: int


def write_worklist(
    path: Path,
    bulletin: Bulletin,
    findings: Iterable[Finding],
    breaks: Iterable[Break],
    templates: Path | None = None,
    *,
    max_rows: int = MAX_ROWS,
) -> Written:
    """Write the worklist of ``bulletin`` to ``path``; equal contents give equal bytes.

    ``findings`` and ``breaks`` are all of this audience, in the order wanted. A sheet takes ``max_rows`` rows;
    where there are more, its last row says how many are left out, and the return value too.
    """
    from xlsxwriter.workbook import Workbook

    wording = Wording(templates or Settings().templates, bulletin.language, bulletin.currency)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with Workbook(str(path), options) as book:
        period = bulletin.period
        book.set_properties(
            {
                "title": f"{wording.t('bulletin.name')} {period}",
                "subject": audience(bulletin, wording, LADDER[0]),
                "created": datetime.combine(period.end, time()),
            }
        )
        sheets, rows = _Sheets(book, wording, max_rows), Rows(bulletin, wording)
        listed, left = sheets.write("worklist", WORKLIST, map(rows.finding, findings))
        sheets.write("rules", RULES, map(rows.rule, bulletin.rules))
        broken, broken_left = sheets.write("breaks", BREAKS, map(rows.broken, breaks))
    return Written(listed, left, broken, broken_left)


class _Sheets:
    """Writes rows of cells below their headings."""

    def __init__(self, book: Workbook, wording: Wording, max_rows: int) -> None:
        self.book, self.wording, self.max_rows = book, wording, max_rows
        self.head = self.format(
            {"bold": True, "bg_color": "#14384F", "font_color": "#FFFFFF", "text_wrap": True}
        )
        self.notice = self.format({"bold": True, "font_color": "#9F2D1C"})
        self.kinds = {
            "text": self.format({}),
            "wrap": self.format({"text_wrap": True}),
            "int": self.format({"num_format": "#,##0"}),
            "money": self.format({"num_format": "#,##0.00"}),
            "kwh": self.format({"num_format": "#,##0.00##"}),
            "period": self.format({}),
            "day": self.format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "month": self.format({"num_format": "yyyy-mm", "align": "left"}),
            "quoted": self.format({"quote_prefix": True}),
        }

    def format(self, properties: dict[str, object]) -> Format:
        return self.book.add_format({"valign": "top", "font_size": 10, **properties})

    def write(self, name: str, columns: Columns, rows: Iterator[Sequence[Cell]]) -> tuple[int, int]:
        """One sheet; rows written and rows left out."""
        sheet = self.book.add_worksheet(self.wording.t(f"sheet.{name}"))
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        for index, (key, width, _) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, self.heading(key), self.head)
        written, waiting = 0, next(rows, None)
        while waiting is not None:
            following = next(rows, None)
            if written == self.max_rows - 1 and following is not None:
                left_out = 2 + sum(1 for _ in rows)
                sheet.write_string(written + 1, 0, self.wording.t("sheet.cut", n=left_out), self.notice)
                break
            written += 1
            for index, ((_, _, kind), cell) in enumerate(zip(columns, waiting, strict=True)):
                self.cell(sheet, written, index, kind, cell)
            waiting = following
        else:
            left_out = 0
        sheet.autofilter(0, 0, max(written, 1), len(columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:Z{MAX_ROWS + 1}"})
        return written, left_out

    def heading(self, key: str) -> str:
        name = self.wording.t(f"column.{key}")
        return (
            self.wording.t("column.money", name=name, currency=self.wording.symbol)
            if "amount" in key
            else name
        )

    def cell(self, sheet: Worksheet, row: int, column: int, kind: str, value: Cell) -> None:
        if value is None or value == "":
            return
        if kind == "period":
            self.seen(sheet, row, column, str(value))
        elif isinstance(value, Decimal | int):
            sheet.write_number(row, column, value, self.kinds[kind])
        else:
            text = clip(str(value), _CELL)
            risky = text.startswith(("=", "+", "-", "@"))
            sheet.write_string(row, column, text, self.kinds["quoted" if risky else kind])

    def seen(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        """A day or a month as a date, a range as text."""
        try:
            period = Period.parse(text)
        except UsageError:
            period = None
        if period is None or ".." in str(period):
            sheet.write_string(row, column, clip(text, _CELL), self.kinds["text"])
        else:
            kind = "month" if len(str(period)) == len("2026-10") else "day"
            sheet.write_datetime(row, column, period.start, self.kinds[kind])
