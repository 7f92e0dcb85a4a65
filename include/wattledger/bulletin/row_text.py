"""Rows of a worksheet as XML, made once and put into any number of workbooks.

Belongs here: the text of cells. A finding stands in the worklist of its unit, of each unit above it and of the company,
and XlsxWriter takes a tenth of a millisecond for each of these; so its row is made once, and copied. It is what
XlsxWriter writes by itself in its mode of constant memory, but for the row's number, which differs by worklist.
Whatever stands in the data stays text: no cell becomes a formula or a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from wattledger.bulletin.wording import clip
from wattledger.errors import UsageError
from wattledger.periods import Period

Cell = str | int | Decimal | date | None
Columns = Sequence[tuple[str, int, str]]
"""Key of the heading, width in characters, kind of the cells: text, wrap, int, money, kwh, period."""
NUMBER = "\0"
"""Stands for the row's number in the text of a row."""
_CELL = 4_000
"""Characters kept of one text; a cell of XLSX takes 32,767 at most."""
_FORMULA = ("=", "+", "-", "@")
_ESCAPE = re.compile(r"(_x[0-9a-fA-F]{4}_)")
_EPOCH = date(1899, 12, 30)

STYLES = {
    kind: number
    for number, kind in enumerate(("text", "wrap", "int", "money", "kwh", "day", "month", "quoted"), 1)
}
"""The number of each kind's format in a workbook; ``worklist`` enters the formats in this order."""


def row_writer(columns: Columns) -> Callable[[Sequence[Cell]], str]:
    """What makes a row's text of its cells, for a sheet of these columns."""
    kinds = [(f'<c r="{chr(ord("A") + n)}{NUMBER}" s="', kind) for n, (_, _, kind) in enumerate(columns)]

    def row(cells: Sequence[Cell]) -> str:
        parts = [
            head + (_seen(str(value)) if kind == "period" else _cell(kind, value))
            for (head, kind), value in zip(kinds, cells, strict=True)
            if value is not None and value != ""
        ]
        return f'<row r="{NUMBER}">{"".join(parts)}</row>'

    return row


def _cell(kind: str, value: str | int | Decimal | date) -> str:
    if isinstance(value, Decimal | int):
        # XLSX holds numbers as doubles: exact to 15 digits, beyond any amount here
        return f'{STYLES[kind]}"><v>{value:.16G}</v></c>'
    return _text(kind, str(value)) if len(str(value)) > 40 else _short(kind, str(value))


def _text(kind: str, value: str) -> str:
    text = clip(value, _CELL)
    style = STYLES["quoted" if text.startswith(_FORMULA) else kind]
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _ESCAPE.sub(r"_x005F\1", text)
    if not text.isprintable():
        text = text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
    return f'{style}" t="inlineStr"><is><t>{text}</t></is></c>'


_short = lru_cache(10_000)(_text)
"""Titles, owners, units and states come again and again."""


@lru_cache(1_000)
def _seen(text: str) -> str:
    """A day or a month as a date, a range as text."""
    try:
        period = Period.parse(text)
    except UsageError:
        period = None
    if period is None or ".." in str(period):
        return _text("text", text)
    kind = "month" if len(str(period)) == len("2026-10") else "day"
    return f'{STYLES[kind]}"><v>{(period.start - _EPOCH).days}</v></c>'
