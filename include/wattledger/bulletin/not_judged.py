"""What was not judged, and why, in both languages.

Belongs here: the words for the counts that ``audit.examined`` and ``reconcile`` keep. Which rows these are, they say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from wattledger.bulletin.model import Text
from wattledger.bulletin.terms import Terms
from wattledger.registry import VerdictRow


def of_rule(verdict: VerdictRow, terms: Terms) -> Text | None:
    """Why a rule did not judge all its rows, or none of them; None where it judged all."""
    return of_rows(verdict.rows_judged, verdict.rows_not_judged, verdict.not_judged, terms)


def of_rows(judged: int, some: int, reasons: str, terms: Terms) -> Text | None:
    """Why ``some`` rows were not judged beside those that were; ``reasons`` as the table ``verdict`` has them."""
    if not some:
        return None
    parts, whole = json.loads(reasons), judged + some
    zh = "；".join(f"{part['rows']}行{_because(part, terms).zh}" for part in parts)
    en = "; ".join(f"{part['rows']} {_because(part, terms).en}" for part in parts)
    if not judged:
        return Text(f"{whole}行均无法判定：{zh}", f"none of {whole} rows could be judged: {en}")
    return Text(f"{whole}行中{some}行未判定：{zh}", f"{some} of {whole} rows not judged: {en}")


def of_keys(reasons: str, terms: Terms) -> Text | None:
    """Why keys of a link were not compared; ``reasons`` as the table ``reconciliation`` has them; None: all were."""
    parts = [(part["rows"], terms.obstacle(part["code"], "")) for part in json.loads(reasons)]
    return _joined(parts) if parts else None


def _joined(parts: Iterable[tuple[int, Text]]) -> Text:
    known = list(parts)
    zh, en = (f"{n}项{text.zh}" for n, text in known), (f"{n} {text.en}" for n, text in known)
    return Text("；".join(zh), "; ".join(en))


def _because(part: dict[str, str], terms: Terms) -> Text:
    told = terms.code(part["what"]) if part["code"] == "not_rated" else None
    if told:
        return Text(f"账单未重算（{told.zh}）", f"of bills not rated ({told.en})")
    return Text(part["zh"], part["en"])
