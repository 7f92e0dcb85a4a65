"""The register of law on the terminal: the documents, one document with what rests on it, and what is not verified.

Belongs here: gathering the citations of rules, parameters and tariffs, and printing them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wattledger.audit.rules import load_rules
from wattledger.company import Company
from wattledger.errors import UsageError
from wattledger.extract.source import Source
from wattledger.law import Citation, Document, Reference, Register, Words, load_register, resolve
from wattledger.parameters import Parameter, load_parameters
from wattledger.rating.catalogue.files import read_catalogue_file, references_of
from wattledger.rating.catalogue.model import CatalogueFile
from wattledger.settings import Settings

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """One that rests on something: a rule, a parameter's value or a source of tariffs."""

    what: str
    name: str
    basis: Reference

    @property
    def where(self) -> str:
        """What it cites, as ``law ID`` lists it."""
        articles = ", ".join(self.basis.article)
        return f"{self.what} {self.name}" + (f": {articles}" if articles else "")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where to look: the installation, and a company's own where its source is given."""

    settings: Settings
    source: Source | None = None

    @property
    def company(self) -> Company:
        """What the company has of its own."""
        return self.source.own if self.source else Company()

    @property
    def law(self) -> Register:
        """The register of law."""
        return load_register(self.settings.law, self.company.part("law"))


def documents(ground: Ground) -> list[Row]:
    """A row per document of the register, with how many citations rest on it."""
    law = ground.law
    cited = [use.basis.law for use in _uses(ground, law)]
    return [
        {
            "id": document.id,
            "jurisdiction": document.jurisdiction,
            "title": document.title.zh,
            "number": document.number.zh if document.number else "",
            "from": document.valid_from,
            "to": document.valid_to,
            "status": document.status,
            "cited": cited.count(document.id),
        }
        for document in law.documents.values()
    ]


def open_points(ground: Ground) -> list[Row]:
    """A row per citation that nobody confirmed: what rests on it, and what is to be looked up."""
    return [
        {
            "law": use.basis.law,
            "cites": use.basis.cites_en,
            "says": use.basis.en,
            "rests": f"{use.what} {use.name}",
        }
        for use in sorted(_uses(ground, ground.law), key=lambda u: (u.basis.law, u.where))
        if use.basis.status == "unverified"
    ]


def document(ground: Ground, wanted: str) -> str:
    """One document and what rests on it, as text; raise UsageError where there is none."""
    law = ground.law
    if wanted not in law.documents:
        raise UsageError(f"There is no document {wanted}.", todo="`wattledger law` lists them.")
    found = law.documents[wanted]
    whole = resolve(Citation(law=wanted), law, wanted)
    rests = [f"  {use.where} [{use.basis.status}]" for use in _uses(ground, law) if use.basis.law == wanted]
    lines = [
        *(f"{line}" for line in (found.title.zh, found.title.en)),
        *(f"{name}: {_both(words)}" for name, words in _described(found) if words),
        *(f"{name}: {value}" for name, value in _dated(found) if value),
        f"status: {found.status}",
        *(f"  {words}" for words in (found.seen.zh, found.seen.en)),
        "cited as:",
        *(f"  {words}" for words in (whole.cites_zh, whole.cites_en)),
        *_articles(found),
        "rests on it:",
        *(sorted(set(rests)) or ["  nothing"]),
    ]
    return "\n".join(lines)


def _described(document: Document) -> Iterator[tuple[str, Words | None]]:
    yield "number", document.number
    yield "issuer", document.issuer


def _dated(document: Document) -> Iterator[tuple[str, object]]:
    yield "jurisdiction", document.jurisdiction
    yield "issued", document.issued
    yield "in force from", document.valid_from
    yield "to", document.valid_to
    yield "replaces", ", ".join(document.replaces)
    yield "address", document.address


def _articles(document: Document) -> Iterator[str]:
    if document.articles:
        yield "articles:"
    for name, article in document.articles.items():
        yield f"  {name} [{article.status or document.status}] {article.zh} · {article.en}"


def _both(words: Words | None) -> str:
    return f"{words.zh} · {words.en}" if words else ""


def _uses(ground: Ground, law: Register) -> Iterator[Use]:
    settings, source = ground.settings, ground.source
    contracts = source.contracts if source else None
    for rule in load_rules(settings.expectations, law, ground.company, contracts):
        for citation in rule.record.basis:
            yield Use("rule", rule.rule_id, resolve(citation, law, rule.rule_id))
    for path in sorted(settings.parameters.glob("*.yaml")):
        for p in load_parameters(settings.parameters, path.stem, law=law):
            if p.rank == path.stem.count("-"):
                yield _parameter_use(path.stem, p)
    for path in sorted(settings.tariffs.glob("*.yaml")):
        yield from _tariff_uses(path.stem, read_catalogue_file(path), law)
    if source:
        yield from _own_uses(settings, source, law)


def _own_uses(settings: Settings, source: Source, law: Register) -> Iterator[Use]:
    jurisdiction, files = source.jurisdiction, source.own.files("parameters")
    for p in load_parameters(settings.parameters, jurisdiction, source.parameters, law, files):
        if p.rank == len(jurisdiction.split("-")):
            yield _parameter_use(p.place, p)
    for place, file in source.own_tariffs().items():
        yield from _tariff_uses(place, file, law)


def _parameter_use(place: str, parameter: Parameter) -> Use:
    since = f" from {parameter.valid_from}" if parameter.valid_from else ""
    return Use("parameter", f"{place} {parameter.name}{since}", parameter.reference)


def _tariff_uses(place: str, file: CatalogueFile, law: Register) -> Iterator[Use]:
    for name, basis in references_of({place: file}, law).items():
        yield Use("tariffs", f"{place} {name}", basis)
