"""Calculation sheets in the plain-text twin: what was due beside what was billed, and the arithmetic.

Belongs here: the layout of this section. Not here: the other sections (``plain``), choosing lines (``sheet_view``).
"""

from __future__ import annotations

from wattledger.bulletin.columns import table, wrap
from wattledger.bulletin.sheet_view import SheetView, sheet_view
from wattledger.bulletin.view import View
from wattledger.bulletin.wording import Wording, clip
from wattledger.sheets.text import SheetWords


def sheet_lines(view: View, wording: Wording) -> list[str]:
    """The lines of all sheets that are shown; none where there are none."""
    words = SheetWords(wording.templates, wording.language)
    sheets = [sheet_view(n, source, words, view.limits) for n, source in enumerate(view.sheets, 1)]
    return [line for sheet in sheets for line in _lines(sheet, view, wording)]


def _lines(sheet: SheetView, view: View, w: Wording) -> list[str]:
    source, t = sheet.source, w.t
    names = {"account": source.account_id, "bill": source.bill_id, "rule": source.rule_id}
    heading = t("calc.heading", number=sheet.number, **{name: clip(text, 80) for name, text in names.items()})
    header = tuple(
        t(f"column.{key}") for key in ("component", "billed_amount", "expected_amount", "difference")
    )
    rows = [
        (
            clip(f"{row.component} {row.where}", 80),
            w.amount(row.billed.amount if row.billed else None),
            w.amount(row.due.amount if row.due else None),
            w.amount(row.difference),
        )
        for row in sheet.rows
    ]
    rows.append((t("total"), w.amount(sheet.billed), w.amount(sheet.due), w.amount(sheet.due - sheet.billed)))
    lines = wrap(heading, "* ", "  ") + table([header, *rows], (False, True, True, True))
    agreeing = [f"{r.component} {r.where} {w.amount(r.due.amount)}" for r in sheet.agreeing if r.due]
    told = " · ".join(" ".join(clip(text, 80).split()) for text in agreeing)
    lines += wrap(f"{t('calc.agreeing')} {told}", "", "  ") if told else []
    lines += [t("calc.more", n=sheet.more)] if sheet.more else []
    for sentence in sheet.sentences:
        lines += wrap(clip(sentence, view.limits.text), "    ", "      ")
    return lines
