"""No mark of anybody's notes is left where people read what a rule, a number or a price rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.law.read_bulletins import TAG
from wattledger.audit.rules import load_rules
from wattledger.law import Citation, load_register, resolve
from wattledger.parameters import load_parameters
from wattledger.rating.catalogue.files import load_catalogue, read_catalogue_file
from wattledger.settings import Settings

SETTINGS = Settings()
LAW = load_register(SETTINGS.law)
JURISDICTIONS = sorted({path.stem for path in SETTINGS.parameters.glob("*.yaml")})
CHINESE = re.compile("[一-鿿]")


def cited() -> Iterator[tuple[str, Citation]]:
    """Every citation of rules, parameters and tariffs, with its place."""
    for rule in load_rules(SETTINGS.expectations):
        yield from ((rule.rule_id, citation) for citation in rule.record.basis)
    for jurisdiction in JURISDICTIONS:
        for parameter in load_parameters(SETTINGS.parameters, jurisdiction):
            yield f"{jurisdiction} {parameter.name}", parameter.basis
    for path in SETTINGS.tariffs.glob("*.yaml"):
        for source in read_catalogue_file(path).sources:
            if source.law:
                citation = Citation(law=source.law, article=source.article, zh=source.zh, en=source.en)
                yield f"{path.stem} {source.id}", citation


def test_every_citation_is_found_says_what_it_cites_in_both_languages_and_has_no_tag() -> None:
    found = list(cited())
    assert len(found) > 180
    for place, citation in found:
        reference = resolve(citation, LAW, place)
        chinese, english = reference.zh + reference.cites_zh, reference.en + reference.cites_en
        assert CHINESE.search(reference.cites_zh), place
        assert reference.cites_en, place
        assert not CHINESE.search(english), f"{place}: {english}"
        assert not TAG.search(chinese + english), f"{place}: {chinese} {english}"
        assert not re.search("[A-Za-z]{2}", chinese), f"{place}: {chinese}"


@pytest.mark.parametrize("path", sorted(SETTINGS.tariffs.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_tariff_rests_on_a_document_of_its_jurisdiction_or_says_what_it_is(path: Path) -> None:
    catalogue = load_catalogue(
        SETTINGS.tariffs, path.stem, parameters=load_parameters(SETTINGS.parameters, path.stem)
    )
    assert catalogue.sources
    for name, reference in catalogue.sources.items():
        assert reference.law or reference.status in ("unverified", "made_up"), name
        assert not TAG.search(reference.cites_zh + reference.cites_en), name
        assert CHINESE.search(reference.cites_zh), name
        assert not CHINESE.search(reference.cites_en), name


@pytest.mark.parametrize(
    "text", ["[P] G 040301", "C:WK", "[[P]]", "S 2.8", "rules.md BIL-02", "[M] as before"]
)
def test_the_tags_of_old_are_known_as_such(text: str) -> None:
    assert TAG.search(text)


def test_the_page_of_rules_and_the_register_have_none() -> None:
    page = Path(__file__).parents[2] / "docs" / "rules.md"
    for path in (page, *SETTINGS.law.rglob("*.yaml"), *SETTINGS.parameters.glob("*.yaml")):
        text = (
            path.read_text(encoding="utf-8")
            .replace("`parameters/CN.yaml`", "")
            .replace("tariffs/TN.yaml", "")
        )
        assert not [m[0] for m in TAG.finditer(text.replace("tariffs/US.yaml", ""))], path.name
