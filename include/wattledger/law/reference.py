"""A citation resolved against the register and put into words: 《title》 (number), article, days, status.

Belongs here: the wording of a reference in both languages. How it is laid out is for who prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wattledger.errors import ConfigurationError
from wattledger.law.model import Citation, Document, Status, Words, holds_in
from wattledger.law.register import Register

_ARTICLE = re.compile(r"(\d+)(?:\((\d+)\))?")
_NOWHERE = Words(zh="本地区尚无登记的依据", en="no basis is registered for this jurisdiction")
_NOT_NOW = Words(zh="登记的依据在本期均不适用", en="none of the registered bases holds in this period")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation says and cites, in both languages."""

    zh: str
    en: str
    """What it says here; may be empty."""
    cites_zh: str
    cites_en: str
    """Title, number, article and days of the document; of what is no law, what it is."""
    status: Status
    law: str = ""
    article: tuple[str, ...] = ()


def resolve(citation: Citation, register: Register, place: str, jurisdiction: str | None = None) -> Reference:
    """The reference of a citation that stands at ``place``.

    Raises:
        ConfigurationError: the register does not have what is cited, or it does not hold in ``jurisdiction``.
    """
    if flaw := register.flaw(citation):
        raise ConfigurationError(
            f"{place}: {flaw}.", todo="How to cite, and how to add a document: docs/law.md."
        )
    of = register.jurisdiction(citation)
    if jurisdiction is not None and not holds_in(jurisdiction, of):
        raise ConfigurationError(
            f"{place} is of {jurisdiction} and cites {citation.law or citation.kind}, which is of {of}.",
            todo="Cite a document of its own jurisdiction, or say by kind what it is.",
        )
    return _refer(citation, register)


def references(
    citations: Iterable[Citation], register: Register, jurisdiction: str, first: date, last: date
) -> tuple[Reference, ...]:
    """What a rule rests on in a jurisdiction and period; where that is nothing, the words that say so.

    A document that another has replaced before the period, or that begins after it, is left out; one that ended by its
    own words stays, and counts as unverified.
    """
    here = [c for c in citations if holds_in(jurisdiction, register.jurisdiction(c))]
    now = [c for c in here if not c.law or _current(register.documents[c.law], register, first, last)]
    if now:
        return tuple(_refer(citation, register, first) for citation in now)
    words = _NOT_NOW if here else _NOWHERE
    return (Reference("", "", words.zh, words.en, ""),)


def _current(document: Document, register: Register, first: date, last: date) -> bool:
    return (document.valid_from or date.min) <= last and not register.replaced(document, first)


def _refer(citation: Citation, register: Register, day: date | None = None) -> Reference:
    if citation.kind:
        kind = register.kinds[citation.kind]
        return Reference(citation.zh, citation.en, kind.zh, kind.en, citation.status or kind.status)
    document = register.documents[citation.law]
    cited = [document.articles[article] for article in citation.article]
    statuses = {citation.status, document.status, *(article.status for article in cited)}
    lapsed = day is not None and document.ended_before(day)
    unread = document.by_article and not cited
    return Reference(
        citation.zh,
        citation.en,
        _chinese(document, citation.article),
        _english(document, citation.article),
        "unverified" if "unverified" in statuses or lapsed or unread else "confirmed",
        citation.law,
        citation.article,
    )


def _chinese(document: Document, articles: tuple[str, ...]) -> str:
    title = f"《{document.title.zh}》" if document.own_title else document.title.zh
    number = f"（{document.number.zh}）" if document.number else ""
    labels = "、".join(_label_zh(document, article) for article in articles)
    begins = f"自{document.valid_from}起施行" if document.valid_from else ""
    ends = f"至{document.valid_to}止" if document.valid_to else ""
    unread = "条号待核实" if document.by_article and not articles else ""
    return "，".join(part for part in (f"{title}{number}{labels}", unread, begins, ends) if part)


def _english(document: Document, articles: tuple[str, ...]) -> str:
    title = f"“{document.title.en}”" if document.own_title else document.title.en
    number = f" ({document.number.en})" if document.number else ""
    labels = ", ".join(_label_en(document, article) for article in articles)
    begins = f"in force from {document.valid_from}" if document.valid_from else ""
    ends = f"until {document.valid_to}" if document.valid_to else ""
    unread = "article to be verified" if document.by_article and not articles else ""
    days = f"{begins} {ends}".strip()
    return ", ".join(part for part in (f"{title}{number}", labels, unread, days) if part)


def _label_zh(document: Document, article: str) -> str:
    if label := document.articles[article].label:
        return label.zh
    number, item = _parts(article)
    return f"第{number}条" + (f"第（{item}）项" if item else "")


def _label_en(document: Document, article: str) -> str:
    if label := document.articles[article].label:
        return label.en
    number, item = _parts(article)
    return f"art. {number}" + (f" ({item})" if item else "")


def _parts(article: str) -> tuple[str, str]:
    found = _ARTICLE.fullmatch(article)
    return (found[1], found[2] or "") if found else (article, "")
