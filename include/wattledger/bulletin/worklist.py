"""The worklist: every finding of an audience as an XLSX file, with the rules and the breaks.

Belongs here: the three sheets. Not here: which findings belong to the audience (the caller's iterators).
Whatever stands in the data stays text: no cell becomes a formula or a link. Rows are streamed, so memory does
not grow with them. XLSX holds numbers as doubles: exact to 15 digits, beyond any amount here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger.bulletin.headline import audience
from wattledger.bulletin.model import Basis, Break, Bulletin, Evidence, Finding, RuleRow, Text, Unit
from wattledger.bulletin.view import LADDER
from wattledger.bulletin.wording import Wording, clip
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

Cell = str | int | Decimal | date | None
Columns = Sequence[tuple[str, int, str]]
"""Key of the heading, width in characters, kind of the cells: text, wrap, int, money, kwh, period."""

_WORKLIST: Columns = (
    ("rule", 10, "text"),
    ("title", 26, "text"),
    ("level", 7, "int"),
    ("state", 10, "text"),
    ("owner", 18, "text"),
    ("org_id", 12, "text"),
    ("unit", 22, "text"),
    ("account", 18, "text"),
    ("amount", 15, "money"),
    ("kwh", 14, "kwh"),
    ("first_seen", 12, "period"),
    ("last_seen", 12, "period"),
    ("evidence", 70, "text"),
    ("key", 26, "text"),
)
_RULES: Columns = (
    ("rule", 10, "text"),
    ("title", 28, "wrap"),
    ("area", 20, "wrap"),
    ("level", 7, "int"),
    ("owner", 18, "wrap"),
    ("verdict", 12, "text"),
    ("examined", 12, "int"),
    ("new", 9, "int"),
    ("open", 9, "int"),
    ("resolved", 9, "int"),
    ("new_amount", 15, "money"),
    ("open_amount", 15, "money"),
    ("reason", 36, "wrap"),
    ("why", 44, "wrap"),
    ("remedy", 36, "wrap"),
    ("basis", 50, "wrap"),
    ("parameters", 30, "wrap"),
)
_BREAKS: Columns = (
    ("link", 30, "text"),
    ("cause", 22, "text"),
    ("org_id", 12, "text"),
    ("unit", 22, "text"),
    ("account", 18, "text"),
    ("measure", 9, "text"),
    ("left", 16, "kwh"),
    ("right", 16, "kwh"),
    ("difference", 16, "kwh"),
    ("evidence", 60, "text"),
    ("key", 26, "text"),
)


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
        sheets = _Sheets(book, bulletin, wording, max_rows)
        listed, left = sheets.write("worklist", _WORKLIST, map(sheets.finding, findings))
        sheets.write("rules", _RULES, map(sheets.rule, bulletin.rules))
        broken, broken_left = sheets.write("breaks", _BREAKS, map(sheets.broken, breaks))
    return Written(listed, left, broken, broken_left)


class _Sheets:
    """Writes rows of cells below their headings."""

    def __init__(self, book: Workbook, bulletin: Bulletin, wording: Wording, max_rows: int) -> None:
        self.book, self.bulletin, self.wording, self.max_rows = book, bulletin, wording, max_rows
        self.rules = {rule.rule_id: rule for rule in bulletin.rules}
        self.links = {link.link: link.title for link in bulletin.links}
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

    def finding(self, f: Finding) -> Sequence[Cell]:
        rule = self.rules.get(f.rule_id)
        return (
            f.rule_id,
            self.say(rule.title) if rule else None,
            rule.level if rule else None,
            self.wording.t(f"state.{f.state}"),
            self.say(rule.owner) if rule else None,
            *self.place(f.unit, f.account_id),
            f.amount,
            f.kwh,
            f.first_seen,
            f.last_seen,
            self.evidence(f.evidence),
            f.business_key,
        )

    def broken(self, b: Break) -> Sequence[Cell]:
        link = self.links.get(b.link)
        return (
            self.say(link) if link else b.link,
            self.say(b.cause),
            *self.place(b.unit, b.account_id),
            "kWh" if b.measure == "kWh" else self.bulletin.currency,
            b.left,
            b.right,
            b.difference,
            self.evidence(b.evidence),
            b.business_key,
        )

    def rule(self, r: RuleRow) -> Sequence[Cell]:
        s, t = r.states, self.wording.t
        return (
            r.rule_id,
            self.say(r.title),
            f"{r.area} {self.say(r.area_title)}",
            r.level,
            self.say(r.owner),
            t(f"verdict.{r.verdict}"),
            r.examined,
            s.fresh.findings,
            s.open.findings,
            s.resolved.findings,
            s.fresh.amount,
            s.open.amount,
            self.say(r.reason) or r.reason_code,
            self.say(r.why),
            self.say(r.remedy),
            "; ".join(map(self.basis, r.basis)),
            "; ".join(f"{self.say(p.title)} {p.value} ({t(f'basis.{p.status}')})" for p in r.parameters),
        )

    def basis(self, basis: Basis) -> str:
        dated = f" {basis.dated.isoformat()}" if basis.dated else ""
        source = f" [{basis.source}]" if basis.source else ""
        return f"{self.say(basis.text)}{dated}{source} ({self.wording.t(f'basis.{basis.status}')})"

    def place(self, unit: Unit | None, account: str | None) -> tuple[Cell, Cell, Cell]:
        return (unit.org_id if unit else None, self.say(unit.name) if unit else None, account)

    def evidence(self, items: Sequence[Evidence]) -> str:
        return "; ".join(f"{self.say(e.label)}: {self.wording.evidence(e)}" for e in items)

    def say(self, text: Text | None) -> str:
        return text.pick(self.bulletin.language) if text else ""
