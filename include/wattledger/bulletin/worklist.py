"""The worklist: every finding of an audience as an XLSX file, with the rules and the breaks.

Belongs here: writing the file. Not here: the columns (``worklist_rows``), the text of cells (``row_text``), and which
findings belong to the audience (the caller's iterators).
Rows are streamed, so memory does not grow with them. Where a sheet is full, they go on in a further one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import chain, count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger.bulletin.headline import audience
from wattledger.bulletin.model import Bulletin
from wattledger.bulletin.row_text import NUMBER, STYLES, Columns, row_writer
from wattledger.bulletin.view import LADDER
from wattledger.bulletin.wording import Wording
from wattledger.bulletin.worklist_rows import BREAKS, RULES, WORKLIST, Rows
from wattledger.report_texts import Templates
from wattledger.settings import Settings

if TYPE_CHECKING:  # XlsxWriter ships no types: for mypy these are Any
    from xlsxwriter.format import Format  # type: ignore[import-untyped, unused-ignore]
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped, unused-ignore]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped, unused-ignore]

MAX_ROWS = 1_048_575
"""Data rows of a sheet, below its header."""
_FORMATS: dict[str, dict[str, object]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "int": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "kwh": {"num_format": "#,##0.00##"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "month": {"num_format": "yyyy-mm", "align": "left"},
    "quoted": {"quote_prefix": True},
}


def write_worklist(
    path: Path,
    bulletin: Bulletin,
    findings: Iterable[str],
    breaks: Iterable[str],
    templates: Templates | None = None,
    *,
    max_rows: int = MAX_ROWS,
) -> None:
    """Write the worklist of ``bulletin`` to ``path``; equal contents give equal bytes.

    ``findings`` and ``breaks`` are rows of all that is this audience's, in the order wanted, as ``row_text`` makes
    them of ``WORKLIST`` and ``BREAKS``.
    """
    from xlsxwriter.workbook import Workbook

    wording = Wording(templates or Settings().templates, bulletin.language, bulletin.currency)
    period = bulletin.period
    with Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties(
            {
                "title": f"{wording.t('bulletin.name')} {period}",
                "subject": audience(bulletin, wording, LADDER[0]),
                "created": datetime.combine(period.end, time()),
            }
        )
        sheets = _Sheets(book, wording, max_rows)
        sheets.write("worklist", WORKLIST, iter(findings))
        rule, rules = row_writer(RULES), Rows(bulletin, wording)
        sheets.write("rules", RULES, (rule(rules.rule(row)) for row in bulletin.rules))
        sheets.write("breaks", BREAKS, iter(breaks))


def _write_made(sheet: Worksheet, rows: Iterable[str]) -> int:
    """Write rows that are texts already below the header; return how many there were."""
    sheet._write_single_row(1)  # the header, which waits for the next row
    number = 1
    for number, row in enumerate(rows, start=2):
        sheet.row_data_fh.write(row.replace(NUMBER, str(number)))
    sheet.dim_rowmax = number - 1
    return number - 1


class _Sheets:
    """Writes rows below their headings."""

    def __init__(self, book: Workbook, wording: Wording, max_rows: int) -> None:
        self.book, self.wording, self.max_rows = book, wording, max_rows
        for kind in STYLES:
            self.format(_FORMATS[kind])._get_xf_index()  # which numbers it, and rows name formats by number
        self.head = self.format(
            {"bold": True, "bg_color": "#14384F", "font_color": "#FFFFFF", "text_wrap": True}
        )

    def format(self, properties: dict[str, object]) -> Format:
        return self.book.add_format({"valign": "top", "font_size": 10, **properties})

    def write(self, name: str, columns: Columns, rows: Iterator[str]) -> None:
        """A sheet, and further ones of the same columns as long as there are rows."""
        title, waiting = self.wording.t(f"sheet.{name}"), next(rows, None)
        self._sheet(title, columns, rows, waiting)
        for number in count(2):
            if (waiting := next(rows, None)) is None:
                return
            self._sheet(f"{title} {number}", columns, rows, waiting)

    def _sheet(self, title: str, columns: Columns, rows: Iterator[str], first: str | None) -> None:
        """One sheet: ``first``, and what follows as long as there is room."""
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        for index, (key, width, _) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, self.heading(key), self.head)
        following = islice(rows, self.max_rows - 1)
        written = _write_made(sheet, [] if first is None else chain([first], following))
        sheet.autofilter(0, 0, max(written, 1), len(columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:Z{MAX_ROWS + 1}"})

    def heading(self, key: str) -> str:
        name = self.wording.t(f"column.{key}")
        return (
            self.wording.t("column.money", name=name, currency=self.wording.symbol)
            if "amount" in key
            else name
        )
