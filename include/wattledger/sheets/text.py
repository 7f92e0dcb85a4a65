"""The words of a calculation sheet: its codes and numbers in one language, as rows of texts.

Belongs here: the catalogues ``reports_templates/sheet.<language>.yaml`` and the form of numbers. The
command line (``cli.sheet``) and the bulletin lay them out, each in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

from wattledger.report_texts import Language, Templates, load_words
from wattledger.sheets.model import Clause, Compared, Fact, Figure, Place, Sheet, SheetLine, Step, Value
from wattledger.sheets.steps import AMOUNTS, WORDED

CATALOGUE = "sheet"
_LOCALES: dict[Language, str] = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
_PLAIN, _MONEY = "#,##0.########", "#,##0.00######"
_PART = re.compile(r"\[(\w+)(?:!(\w+))?\|([^\[\]]*)\]")
"""A part of a sentence that is left out where it says nothing: ``[months| × {months}]`` where months is 1,
``[unrounded!amount|{unrounded}, rounded ]{amount}`` where both are equal."""


@dataclass(frozen=True, slots=True)
class LineText:
    """A charge line in words."""

    component: str
    where: str
    """Time of use, tier, days and tariff, as far as the line depends on them."""
    tou: str
    """Time of use, and days."""
    tier: str
    quantity: str
    measure: str
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class ClauseText:
    """What a number rests on, in words."""

    text: str
    source: str
    """The document, its number, article and days; or what it is where it is no law."""
    status: str
    """The code of the status, for its looks."""
    status_text: str


@dataclass(frozen=True, slots=True)
class ArithmeticText:
    """The steps of a figure or a line, a sentence each."""

    of: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedText:
    """What was billed and what was due, of one component, time and tier, or in all."""

    component: str
    tou: str
    tier: str
    billed: str
    due: str
    difference: str


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """A sheet in words, ready to be laid out."""

    title: str
    subject: str
    lines: tuple[LineText, ...]
    total: str
    figures: tuple[tuple[str, str, str], ...]
    """Name, value and measure."""
    arithmetic: tuple[ArithmeticText, ...]
    clauses: tuple[ClauseText, ...]
    compared: tuple[ComparedText, ...] = ()
    """Where it is known what was billed; the last row is the total."""
    facts: tuple[tuple[str, str], ...] = ()
    """What it is of: name and value."""
    notes: tuple[str, ...] = ()
    """What may be a mistake, a sentence each."""


class SheetWords:
    """Looks up the words of a sheet; a code without words is shown as it is."""

    def __init__(self, templates: Templates, language: Language) -> None:
        self.language = language
        self._texts = load_words(templates, CATALOGUE, language)
        self._locale = Locale.parse(_LOCALES[language])

    def t(self, key: str, **values: object) -> str:
        """The text of ``key``; KeyError if there is none."""
        return str(self._texts[key].format(**values))

    def word(self, group: str, code: str) -> str:
        """The word for a code."""
        return str(self._texts.get(f"{group}.{code}", code))

    def number(self, number: Decimal | int) -> str:
        """A quantity or a price with thousands separators and its own decimals, up to 8."""
        return _formatted(number, _PLAIN, self._locale)

    def money(self, amount: Decimal | int) -> str:
        """An amount, to the fen at least."""
        return _formatted(amount, _MONEY, self._locale)

    def step(self, step: Step) -> str:
        """The sentence of a step."""
        text, known = str(self._texts[f"step.{step.code}"]), step.values

        def kept(part: re.Match[str]) -> str:
            name, other, words = part.groups()
            return "" if known[name] == (known[other] if other else 1) else words

        while _PART.search(text):  # from the inside out
            text = _PART.sub(kept, text)
        return text.format(**{name: self._value(name, value) for name, value in known.items()}).strip()

    def clause(self, clause: Clause) -> ClauseText:
        """A clause with its document, article and days, and whether anybody verified it."""
        chinese = self.language == "zh-CN"
        text = (clause.zh or clause.en) if chinese else (clause.en or clause.zh)
        since = f" {self.t('note.since', date=clause.since.isoformat())}" if clause.since else ""
        return ClauseText(
            text=f"{self._named(clause.name, text)}{since}",
            source=clause.cites_zh if chinese else clause.cites_en,
            status=clause.status,
            status_text=self.word("status", clause.status) if clause.status else "",
        )

    def fact(self, fact: Fact) -> tuple[str, str]:
        """A fact's name and value."""
        value = (
            self.word(fact.name, fact.value) if isinstance(fact.value, str) else self._value("", fact.value)
        )
        if fact.to is not None:
            value = self.t("days", from_on=value, to_on=fact.to.isoformat())
        called = (fact.zh or fact.en) if self.language == "zh-CN" else (fact.en or fact.zh)
        return self.word("fact", fact.name), f"{value} {called}".strip()

    def _named(self, name: str, text: str) -> str:
        """What a clause is of: a price, tiers, ratios, a table, each with what the document says; else a parameter."""
        kind, _, of = name.partition(".")
        key = f"clause.{kind}"
        if key not in self._texts:
            return self.t("clause.parameter", title=text or name, name=name)
        told = self.t(key, of=self.word("component", of))
        return self.t("clause.says", of=told, text=text) if text else told

    def _value(self, name: str, value: Value) -> str:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal | int):
            return self.money(value) if name in AMOUNTS else self.number(value)
        return self.word(name, value) if name in WORDED else value


@lru_cache(10_000)
def _formatted(number: Decimal | int, pattern: str, locale: Locale) -> str:
    """Babel takes a tenth of a millisecond, and a sheet says the same numbers in its lines and its arithmetic."""
    # -0 equals 0, and would be the cache's answer for it
    return format_decimal(number or 0, pattern, locale=locale)


def sheet_texts(sheet: Sheet, words: SheetWords, compared: Compared | None = None) -> SheetTexts:
    """All of a sheet in the language of ``words``; ``compared`` with what was billed."""
    lines = tuple(_line(line, words) for line in sheet.lines)
    arithmetic = [
        *(_arithmetic(_of_days(figure, words), figure, words) for figure in sheet.figures),
        *(_arithmetic(_named(text), line, words) for text, line in zip(lines, sheet.lines, strict=True)),
    ]
    parts: list[SheetLine | Figure] = [*sheet.figures, *sheet.lines]
    return SheetTexts(
        title=words.t(f"title.{sheet.kind}"),
        subject=sheet.subject,
        lines=lines,
        total=words.money(sheet.total),
        figures=tuple(_figure(figure, words) for figure in sheet.figures),
        arithmetic=tuple(entry for entry in arithmetic if entry.steps),
        clauses=tuple(dict.fromkeys(words.clause(c) for part in parts for c in part.clauses)),
        facts=tuple(words.fact(fact) for fact in sheet.facts),
        notes=tuple(words.step(note) for note in sheet.notes),
        compared=_compared(compared, words) if compared else (),
    )


def _compared(compared: Compared, words: SheetWords) -> tuple[ComparedText, ...]:
    billed, due = (sum(amounts) for amounts in zip(*compared.values(), strict=True))
    rows: list[tuple[Place, tuple[Decimal | int, Decimal | int]]] = [
        *compared.items(),
        (("", None, None), (billed, due)),
    ]
    return tuple(
        ComparedText(
            component=words.word("component", component) if component else words.t("total"),
            tou=words.word("tou", tou) if tou else "",
            tier=words.t("tier", tier=tier) if tier else "",
            billed=words.money(paid),
            due=words.money(owed),
            difference=words.money(owed - paid),
        )
        for (component, tou, tier), (paid, owed) in rows
    )


def _line(line: SheetLine, words: SheetWords) -> LineText:
    tou = words.word("tou", line.tou) if line.tou else ""
    tier = words.t("tier", tier=line.tier) if line.tier else ""
    days = ""
    if line.from_on and line.to_on:
        days = words.t("days", from_on=line.from_on.isoformat(), to_on=line.to_on.isoformat())
    return LineText(
        component=words.word("component", line.component),
        where=_joined([tou, tier, days, line.tariff_code]),
        tou=_joined([tou, days]),
        tier=tier,
        quantity="" if line.quantity is None else words.number(line.quantity),
        measure=words.word("measure", line.measure) if line.measure else "",
        price="" if line.price is None else words.number(line.price),
        amount=words.money(line.amount),
    )


def _figure(figure: Figure, words: SheetWords) -> tuple[str, str, str]:
    measure = words.word("measure", figure.measure) if figure.measure else ""
    return _of_days(figure, words), words.number(figure.value), measure


def _of_days(figure: Figure, words: SheetWords) -> str:
    days = ""
    if figure.from_on and figure.to_on:
        days = words.t("days", from_on=figure.from_on.isoformat(), to_on=figure.to_on.isoformat())
    return _joined([words.word("figure", figure.name), days])


def _arithmetic(of: str, part: SheetLine | Figure, words: SheetWords) -> ArithmeticText:
    return ArithmeticText(of, tuple(dict.fromkeys(words.step(step) for step in part.steps)))


def _named(line: LineText) -> str:
    return _joined([line.component, line.tou, line.tier])


def _joined(parts: Sequence[str] | Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
