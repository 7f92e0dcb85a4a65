"""The words and number formats of a bulletin in one language.

Belongs here: the catalogues in ``reports_templates/strings.<language>.yaml``, formats by Babel, and making
foreign text harmless to look at. Not here: layout.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from wattledger.bulletin.masking import mask
from wattledger.bulletin.model import Evidence, LinkRow, RejectedRow, Tally, Text, Value
from wattledger.errors import UsageError
from wattledger.periods import Period
from wattledger.report_texts import Language, Templates, load_words

NOTHING = "—"
_LOCALES: dict[Language, str] = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Wording:
    """Texts and formats for one language and currency."""

    templates: Templates
    language: Language
    currency: str
    locale: Locale = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "locale", Locale.parse(_LOCALES[self.language]))

    def t(self, key: str, **values: object) -> str:
        """The text of ``key``; ``n`` chooses the plural form and is shown as a number. KeyError if unknown."""
        entry = load_words(self.templates, "strings", self.language)[key]
        if isinstance(entry, dict):
            entry = entry.get(self.locale.plural_form(_count(values["n"])), entry["other"])
        if "n" in values:
            values["n"] = self.number(_count(values["n"]))
        return str(entry.format(**values))

    def money(self, amount: Decimal | None) -> str:
        """An amount in the source's currency; a dash where there is none."""
        return NOTHING if amount is None else _currency(amount, self.currency, None, self.locale)

    def amount(self, amount: Decimal | None) -> str:
        """An amount without its currency, for a column whose heading names that."""
        if amount is None:
            return NOTHING
        return _currency(amount, self.currency, "#,##0.00", self.locale)

    @property
    def symbol(self) -> str:
        """The sign of the source's currency."""
        return get_currency_symbol(self.currency, locale=self.locale)

    def kwh(self, energy: Decimal | None) -> str:
        """An energy with its unit; a dash where there is none."""
        return NOTHING if energy is None else f"{self.number(energy)} kWh"

    def at_stake(self, tally: Tally) -> str:
        """The money of some findings, or their kWh where no money is known."""
        return self.kwh(tally.kwh) if tally.amount is None else self.money(tally.amount)

    def measured(self, amount: Decimal, measure: str) -> str:
        """A total of a reconciliation: money, electricity, or gas in whatever unit it is metered."""
        if measure == "gas":
            return f"{self.number(amount)} {self.t('measure.gas')}"
        return self.kwh(amount) if measure == "kWh" else self.money(amount)

    def not_judged(self, link: LinkRow) -> str:
        """How many keys of a link could not be compared, what they would come to, and why."""
        reason = link.not_judged_reason.pick(self.language) if link.not_judged_reason else ""
        difference = self.measured(link.not_judged_difference, link.measure)
        return self.t(
            "link.not_judged", keys=self.number(link.not_judged), difference=difference, reason=clean(reason)
        )

    def number(self, number: int | Decimal | None) -> str:
        """A number with thousands separators, its decimals kept up to four; a dash for None."""
        if number is None:
            return NOTHING
        if isinstance(number, int):
            return f"{number:,}"
        if not number.is_finite():
            return format_decimal(number, "#,##0.####", locale=self.locale)
        # as Babel writes #,##0.#### in both languages, in a tenth of the time: worklists have numbers by the million
        return f"{number:,.4f}".rstrip("0").rstrip(".")

    def share(self, part: int, whole: int) -> str:
        """``part`` of ``whole`` in percent, cut and not rounded: 100 % means all of them."""
        if not whole:
            return NOTHING
        percent = (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_DOWN)
        return f"{self.number(percent)}%"

    def period(self, period: Period | str) -> str:
        """A period in words; a text that is no period stays as it is."""
        if isinstance(period, str):
            try:
                period = Period.parse(period)
            except UsageError:
                return clean(str(period))
        text = str(period)
        start, _, end = text.partition("..")
        first = self._bound(period.start, start)
        return self.t("period.range", start=first, end=self._bound(period.end, end)) if end else first

    def _bound(self, day: date, written: str) -> str:
        if len(written) == len("2026-10"):
            return format_skeleton("yMMMM", day, locale=self.locale)
        return format_date(day, "long", locale=self.locale)

    def value(self, value: Value) -> str:
        """One value of evidence, unmasked."""
        if value is None or value == "":
            return NOTHING
        if isinstance(value, Text):
            return clean(value.pick(self.language))
        if isinstance(value, datetime):
            return value.isoformat(" ", "minutes")
        if isinstance(value, date):
            return value.isoformat()
        return self.number(value) if isinstance(value, Decimal | int) else clean(value)

    def evidence(self, item: Evidence) -> str:
        """The value of one column of evidence as it may be mailed."""
        return mask(item.column, self.value(item.value))

    def sample(self, row: RejectedRow) -> str:
        """The offending value of a rejected row as it may be mailed."""
        return mask(row.column, self.value(row.sample))


@lru_cache(10_000)
def _currency(amount: Decimal, currency: str, pattern: str | None, locale: Locale) -> str:
    """Babel takes a tenth of a millisecond, and the same amounts stand in many bulletins, in HTML and in text."""
    # -0 equals 0, and would be the cache's answer for it
    return format_currency(amount or 0, currency, pattern, locale=locale)


def clean(text: str) -> str:
    """``text`` on one line, with control and direction characters made visible as ``[U+202E]``."""
    visible = text if text.isprintable() else "".join(map(_visible, text))
    return " ".join(visible.split())


def clip(text: str, length: int) -> str:
    """``text`` cleaned and cut to ``length`` characters, the last of them an ellipsis where it was cut."""
    tidy = clean(text[: length * 4])
    return tidy if len(tidy) <= length else f"{tidy[: length - 1].rstrip()}…"


def _visible(character: str) -> str:
    if character in "\t\n\r\v\f\u0085\u2028\u2029":
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs") or character in _BIDI:
        return f"[U+{ord(character):04X}]"
    return character


def _count(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a count is an int, not {value!r}")
    return value
