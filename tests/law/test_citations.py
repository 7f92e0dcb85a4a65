"""Citations: found in the register, of the right jurisdiction and time, and in words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from wattledger.errors import ConfigurationError
from wattledger.law import Citation, Register, load_register, references, resolve
from wattledger.parameters import load_parameters
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.settings import Settings

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture
def register() -> Register:
    return load_register(Settings().law)


def told(register: Register, **citation: object) -> tuple[str, str, str]:
    reference = resolve(Citation.model_validate(citation), register, "here")
    return reference.cites_zh, reference.cites_en, reference.status


def test_a_citation_prints_title_number_article_and_days(register: Register) -> None:
    assert told(register, law="supply-rules-1996", article=98) == (
        "《供电营业规则》（电力工业部令第8号）第98条，自1996-10-08起施行，至2024-05-31止",
        "“Rules on electricity supply and business” (Ministry of Electric Power Order 8 of 1996), art. 98, "
        "in force from 1996-10-08 until 2024-05-31",
        "confirmed",
    )
    assert told(register, law="supply-rules-2024", article="101(1)")[0].endswith(
        "第101条第（1）项，自2024-06-01起施行"
    )
    assert "第80条、第81条" in told(register, law="supply-rules-1996", article=[80, 81])[0]


def test_an_article_that_nobody_saw_is_to_be_verified_though_the_document_is_confirmed(
    register: Register,
) -> None:
    zh, en, status = told(register, law="supply-rules-2024")
    assert ("条号待核实" in zh, "article to be verified" in en, status) == (True, True, "unverified")
    assert told(register, law="supply-rules-2024", article=101)[2] == "unverified", "quoted, but not read"
    assert told(register, law="supply-rules-2024", article=94)[2] == "confirmed"
    assert told(register, law="supply-rules-1996", article=98, status="unverified")[2] == "unverified"


@pytest.mark.parametrize(
    ("citation", "problem"),
    [
        (
            {"law": "supply-rules-2042"},
            "here: there is no document 'supply-rules-2042'; there are: supply-and-use",
        ),
        (
            {"law": "supply-rules-1996", "article": 99},
            "supply-rules-1996: there is no article '99'; there are: 80, 81",
        ),
        ({"kind": "gossip"}, "there is no kind 'gossip'; there are: company"),
    ],
)
def test_what_the_register_has_not_is_refused(
    register: Register, citation: dict[str, object], problem: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(problem)):
        told(register, **citation)


@pytest.mark.parametrize("wrong", [{}, {"law": "a", "kind": "company"}, {"kind": "company", "article": 1}])
def test_a_citation_is_of_a_document_or_says_what_it_is_instead(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="law"):
        Citation.model_validate(wrong)


def test_a_basis_belongs_to_its_jurisdiction(register: Register) -> None:
    citations = [
        Citation(law="supply-rules-2024"),
        Citation(law="zhejiang-residential"),
        Citation(kind="company", zh="容差", en="tolerance"),
    ]

    def cited(jurisdiction: str, *chosen: Citation) -> list[str]:
        found = references(chosen or citations, register, jurisdiction, *OCTOBER)
        return [r.law or r.zh or r.cites_zh for r in found]

    assert cited("CN-33") == ["supply-rules-2024", "zhejiang-residential", "容差"]
    assert cited("CN-99") == cited("CN") == ["supply-rules-2024", "容差"]
    assert cited("TN") == ["容差"]
    assert cited("CNX", citations[0]) == ["本地区尚无登记的依据"]
    (nothing,) = references(citations[:2], register, "US", *OCTOBER)
    assert (nothing.cites_en, nothing.status) == ("no basis is registered for this jurisdiction", "")


def test_a_basis_belongs_to_its_time(register: Register) -> None:
    citations = [Citation(law="supply-rules-1996", article=("98",)), Citation(law="supply-rules-2024")]

    def cited(year: int, *chosen: Citation) -> list[tuple[str, str]]:
        found = references(chosen or citations, register, "CN", date(year, 10, 1), date(year, 10, 31))
        return [(r.law or r.cites_en, r.status) for r in found]

    assert cited(2023) == [("supply-rules-1996", "confirmed")]
    assert cited(2026) == [("supply-rules-2024", "unverified")], "another has taken its place"
    assert cited(2023, citations[1]) == [("none of the registered bases holds in this period", "")]
    agency = Citation(law="agency-purchase-2021", article=("2(5)",))
    assert cited(2022, agency) == [("agency-purchase-2021", "confirmed")]
    assert cited(2026, agency) == [("agency-purchase-2021", "unverified")], (
        "ended by its own words, none followed"
    )


def test_a_parameter_and_a_tariff_cite_no_other_jurisdiction_and_no_document_that_ended(
    tmp_path: Path,
) -> None:
    basis = {"law": "supply-rules-1996", "article": 98}
    with pytest.raises(ConfigurationError, match="is of TN and cites supply-rules-1996, which is of CN"):
        load_parameters(tmp_path, "TN", [{"name": "p", "value": 1, "basis": basis}])
    with pytest.raises(ConfigurationError, match="which ended on 2024-05-31, as confirmed"):
        load_parameters(tmp_path, "CN", [{"name": "p", "value": 1, "basis": basis}])
    ended = {"name": "p", "value": 1, "basis": basis, "valid_to": "2024-05-31"}
    assert load_parameters(tmp_path, "CN", [ended])[0].reference.status == "confirmed"
    (tmp_path / "TN.yaml").write_text(
        "jurisdiction: TN\nsources: [{id: s, law: electricity-law, article: 44}]\n", encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"TN.yaml: the source s is of TN and cites electricity-law"):
        load_catalogue(tmp_path, "TN", parameters=[])
