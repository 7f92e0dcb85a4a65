"""The words of the command line in one language: the source's, unless another is asked for.

Belongs here: the catalogues ``reports_templates/cli.<language>.yaml``, and values of lists as people read them.
Messages about what went wrong are English everywhere, and CSV and JSON in no language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from wattledger.bulletin.not_judged import of_rows
from wattledger.bulletin.terms import Terms
from wattledger.bulletin.wording import Wording, clean
from wattledger.errors import UsageError
from wattledger.report_texts import LANGUAGES, Language, Templates, load_words

if TYPE_CHECKING:
    from wattledger.context import Audit
    from wattledger.contracts.listed import ListedColumn
    from wattledger.settings import Settings


@dataclass(frozen=True, slots=True)
class Words:
    """Looks up what the command line says."""

    templates: Templates
    language: Language
    currency: str = "CNY"

    def t(self, key: str, **values: object) -> str:
        """The text of ``key``; KeyError if there is none."""
        return str(load_words(self.templates, "cli", self.language)[key]).format(**values)

    @property
    def wording(self) -> Wording:
        """How a bulletin in this language writes money, energy and periods."""
        return Wording(self.templates, self.language, self.currency)

    def pick(self, text: Any) -> str:
        """Of something that has ``zh`` and ``en``, the one in this language."""
        return str(text.zh if self.language == "zh-CN" else text.en)

    @property
    def terms(self) -> Terms:
        """The terms of the audit in both languages."""
        return _terms(self.templates)

    def term(self, row: Mapping[str, Any], name: str, column: ListedColumn) -> str:
        """A value of a row whose code is a term of the audit, in words."""
        value = row[name]
        if value is None:
            return ""
        if column.term == "obstacle" and row.get("rows_not_judged"):
            why = of_rows(row["rows_judged"], row["rows_not_judged"], row["not_judged"], self.terms)
            return clean(why.pick(self.language) if why else value)
        if column.term == "obstacle":
            told = self.terms.obstacle(row["reason_code"] or "", value) if row["reason_code"] else None
            return clean(told.pick(self.language) if told else value)
        told = self.terms.link(value) if column.term == "link" else self.terms.cause(value)
        return clean(told.pick(self.language))

    def cell(self, value: Any, column: ListedColumn | None = None) -> str:
        """A value on one line: a code in words, a number with its thousands, nothing where there is none."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.t("yes" if value else "no")
        if isinstance(value, int | float | Decimal):
            return number(value, column)
        if isinstance(value, datetime):
            return value.isoformat(" ", "seconds")
        if column and value in column.codes:
            return column.codes[value] if self.language == "zh-CN" else str(value)
        if column and column.json_type == "array":
            value = ", ".join(map(str, json.loads(value)))
        return clean(str(value))


@cache
def _terms(templates: Templates) -> Terms:
    return Terms(templates)


def number(value: float | Decimal, column: ListedColumn | None = None) -> str:
    """A number with thousands separators: money to the fen, other decimals as far as they say something."""
    if column and column.measure == "bytes":
        return size(int(value))
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, Decimal) and (column is None or column.scale != 2):
        text = f"{value:,f}"
        return text.rstrip("0").rstrip(".") if "." in text and column else text
    return f"{value:,}"


def size(count: int) -> str:
    """A number of bytes in a unit that fits."""
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def words_of(audit: Audit, asked: str = "") -> Words:
    """The words for what is said of an audit: in its source's language, unless ``asked`` says another."""
    language = chosen(asked, audit.source.language)
    return Words(audit.templates, language, audit.source.currency)


def words_here(settings: Settings, asked: str = "") -> Words:
    """The words for what is said of no audit: in the language of the sources that were audited here, if it is one."""
    kept = (settings.home / "sources").glob("*.json")
    known = {json.loads(path.read_text(encoding="utf-8")).get("language", "") for path in kept}
    return Words(settings.templates, chosen(asked, known.pop() if len(known) == 1 else ""))


def chosen(asked: str, default: str = "") -> Language:
    """The language asked for, else the default, else Chinese; raise UsageError for one that there is not."""
    language = asked or default or LANGUAGES[0]
    if language not in LANGUAGES:
        raise UsageError(f"There is no language {language!r}.", todo=f"Write {' or '.join(LANGUAGES)}.")
    return language
