"""A calculation sheet as a table on the terminal, as JSON, and as an HTML page.

Belongs here: layout for one sheet alone. Words are in ``sheets.text``; the bulletin has sheets of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wattledger.cli.layout import Heading, lay_out, terminal_width
from wattledger.cli.pages import wrap
from wattledger.errors import UsageError
from wattledger.report_texts import LANGUAGES, Templates, layers
from wattledger.sheets.model import Clause, Compared, Sheet, Step, Value
from wattledger.sheets.text import SheetTexts, SheetWords, sheet_texts

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FORMATS = ("table", "json", "html")
_WIDE = 160
"""Where there is no terminal to fit."""
_NUMERIC = frozenset({"quantity", "price", "amount", "value", "billed", "due", "difference"})
_COMPARED = ("component", "tou", "tier", "billed", "due", "difference")
_LINE = ("component", "tou", "tier", "quantity", "measure", "price", "amount")


def show_sheet(
    sheet: Sheet, format_: str, language: str, templates: Templates, compared: Compared | None = None
) -> None:
    """Print a sheet, ``compared`` with what was billed; raise UsageError for a format or language that there is not."""
    if format_ not in FORMATS:
        raise UsageError(f"There is no format {format_!r}.", todo=f"Write {', '.join(FORMATS)}.")
    if language not in LANGUAGES:
        raise UsageError(f"There is no language {language!r}.", todo=f"Write {' or '.join(LANGUAGES)}.")
    if format_ == "json":
        print(sheet_json(sheet, compared))
        return
    words = SheetWords(templates, language)
    if format_ == "html":
        print(sheet_html(sheet, words, templates, compared), end="")
    else:
        _print_table(sheet_texts(sheet, words, compared), words)


def sheet_json(sheet: Sheet, compared: Compared | None = None) -> str:
    """A sheet as JSON: exact numbers as texts, days as ``2026-10-31``, codes in no language."""
    content: dict[str, Any] = {
        "kind": sheet.kind,
        "subject": sheet.subject,
        "facts": [
            {
                "name": fact.name,
                "value": _plain(fact.value),
                "to": _plain(fact.to),
                "zh": fact.zh,
                "en": fact.en,
            }
            for fact in sheet.facts
        ],
        "notes": _steps(sheet.notes),
        "lines": [
            {
                "component": line.component,
                "tou": line.tou,
                "tier": line.tier,
                "tariff_code": line.tariff_code,
                "from_on": _plain(line.from_on),
                "to_on": _plain(line.to_on),
                "quantity": _plain(line.quantity),
                "measure": line.measure,
                "price": _plain(line.price),
                "amount": _plain(line.amount),
                **_grounds(line.steps, line.clauses),
            }
            for line in sheet.lines
        ],
        "figures": [
            {
                "name": figure.name,
                "value": _plain(figure.value),
                "measure": figure.measure,
                "from_on": _plain(figure.from_on),
                "to_on": _plain(figure.to_on),
                **_grounds(figure.steps, figure.clauses),
            }
            for figure in sheet.figures
        ],
        "total": _plain(sheet.total),
    }
    if compared:
        content["compared"] = [
            {"component": component, "tou": tou, "tier": tier, "billed": _plain(billed), "due": _plain(due)}
            for (component, tou, tier), (billed, due) in compared.items()
        ]
    return json.dumps(content, ensure_ascii=False, indent=2)


def sheet_html(
    sheet: Sheet, words: SheetWords, templates: Templates, compared: Compared | None = None
) -> str:
    """A sheet as an HTML page of its own."""
    from wattledger.report_pages import render_page

    return render_page(
        "sheet.html.j2",
        layers(templates)[0],
        s=sheet_texts(sheet, words, compared),
        t=words.t,
        lang=words.language,
    )


def _grounds(steps: Iterable[Step], clauses: Iterable[Clause]) -> dict[str, Any]:
    return {
        "steps": _steps(steps),
        "clauses": [
            {
                "name": clause.name,
                "zh": clause.zh,
                "en": clause.en,
                "cites_zh": clause.cites_zh,
                "cites_en": clause.cites_en,
                "status": clause.status,
                "law": clause.law,
                "article": clause.article,
                "since": _plain(clause.since),
            }
            for clause in clauses
        ],
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {"code": step.code, "values": {name: _plain(value) for name, value in step.values.items()}}
        for step in steps
    ]


def _plain(value: Value | None) -> int | str | None:
    """A number in full, without an exponent."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _print_table(texts: SheetTexts, words: SheetWords) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(width=terminal_width() or _WIDE)
    t = words.t
    console.print(f"[bold]{escape(texts.title)}[/]  {escape(texts.subject)}")
    if texts.facts:
        facts = [escape(f"{name}: {value}") for name, value in texts.facts]
        console.print(*facts, "", sep="\n", highlight=False)
    if texts.notes:
        console.print(f"[bold yellow]{t('section.notes')}[/]")
        console.print(*(escape(f"! {note}") for note in texts.notes), "", sep="\n", highlight=False)
    if texts.compared:
        rows = _cells(texts.compared, _COMPARED)
        rows.append([f"[bold]{cell}[/]" if cell else "" for cell in rows.pop()])
        console.print(_table(t, _COMPARED, rows), "", sep="\n")
    if texts.lines:
        rows = _cells(texts.lines, _LINE)
        rows.append([f"[bold]{t('total')}[/]", *[""] * 5, f"[bold]{texts.total}[/]"])
        console.print(_table(t, _LINE, rows), "", sep="\n")
    if texts.figures:
        console.print(_table(t, ("figure", "value", "measure"), texts.figures), "", sep="\n")
    console.print(f"[bold]{t('section.arithmetic')}[/]")
    for entry in texts.arithmetic:
        console.print(f"  [bold]{escape(entry.of)}[/]")
        for sentence in entry.steps:
            _print_indented(console, sentence, 4)
    if texts.clauses:
        console.print("", f"[bold]{t('section.clauses')}[/]", sep="\n")
        for c in texts.clauses:  # a text that has to be whole: a table would cut it
            told = ("：" if words.language == "zh-CN" else ": ").join(
                part for part in (c.text, c.source) if part
            )
            _print_indented(console, f"{told} [{c.status_text}]" if c.status else told, 2)


def _print_indented(console: Console, text: str, indent: int) -> None:
    """A text on as many lines as the terminal makes of it; in a file, on one."""
    lines = wrap(text, console.width - indent) if terminal_width() else [text]
    for line in lines:
        console.print(" " * indent + line, highlight=False, markup=False, soft_wrap=True)


def _cells(rows: Iterable[object], columns: Sequence[str]) -> list[list[str]]:
    from rich.markup import escape

    return [[escape(getattr(row, name)) for name in columns] for row in rows]


def _table(t: Callable[..., str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Text:
    """Lines no wider than the terminal; the words in a cell may give way, its numbers do not."""
    from rich.text import Text

    headings = [Heading(t(f"column.{name}"), name in _NUMERIC, name not in _NUMERIC) for name in columns]
    cells = [[Text.from_markup(cell).plain for cell in row] for row in rows]
    head, *body = lay_out(headings, cells, terminal_width() or _WIDE).lines
    return Text.assemble((head, "bold"), *(f"\n{line}" for line in body), overflow="ignore", no_wrap=True)


__all__ = ["FORMATS", "sheet_html", "sheet_json", "show_sheet"]
