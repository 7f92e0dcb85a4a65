"""``wattledger law``, and ``wattledger rate`` in Chinese: what is printed of the register."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.law.read_bulletins import TAG
from wattledger.cli import run

Printed = Callable[..., str]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    def call(*arguments: str, code: int = 0) -> str:
        assert run(list(arguments)) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return call


def test_the_register_is_listed_with_how_often_each_document_is_cited(printed: Printed) -> None:
    listed = {row["id"]: row for row in json.loads(printed("law", "--format", "json"))}
    assert listed["supply-rules-1996"]["number"] == "电力工业部令第8号"
    assert listed["supply-rules-1996"]["cited"] > 15
    assert not [name for name, row in listed.items() if not row["cited"]], "a document that nothing rests on"


def test_a_document_is_shown_with_what_rests_on_it(printed: Printed) -> None:
    told = printed("law", "power-factor-1983")
    assert "《功率因数调整电费办法》（〔83〕水电财字第215号）" in told
    assert re.search(r"rests on it:\n  rule TAR-03 \[confirmed\]\n  tariffs CN pf-1983 \[confirmed\]", told)
    assert "parameter CN BIL-04.rate_residential: 98 [confirmed]" in printed("law", "supply-rules-1996")
    assert "There is no document nix" in printed("law", "nix", code=2)


def test_what_is_not_verified_is_listed_with_what_rests_on_it(printed: Printed) -> None:
    points = json.loads(printed("law", "--open", "--format", "json"))
    rests = {(row["law"], row["rests"]) for row in points}
    assert ("supply-rules-2024", "rule FIL-03a") in rests
    assert ("meter-reading-rules", "parameter CN MRD-06.cycles") in rests
    assert ("power-factor-1983", "rule TAR-03") not in rests
    assert not [row for row in points if TAG.search(" ".join(row.values()))]


def test_a_rule_prints_its_citations(printed: Printed) -> None:
    assert "law: cash-regulation\n    article: 11" in printed("rules", "LED-04", "--format", "yaml")
