"""docs/tariffs.md does what it says: its example is taken out as printed, loaded and rated by."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.rating.mistakes import MISTAKES, refusal
from wattledger.errors import ConfigurationError
from wattledger.parameters import load_parameters
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.files import load_catalogue, parse_catalogue_file
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.decimal_engine import rate
from wattledger.settings import Settings
from wattledger.yaml_text import load_yaml

TEXT = (Path(__file__).parents[2] / "docs" / "tariffs.md").read_text(encoding="utf-8")
NOTICE, CASE, REPLACED = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
LINES = re.findall(r"^\| (\w+)(?: (\w+))? \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", TEXT, re.MULTILINE)
REFUSED = re.findall(r"^\| (.+?) \| `(.+)` \|$", TEXT.split("## What is refused")[1], re.MULTILINE)


def catalogue(notice: str) -> Catalogue:
    own = parse_catalogue_file(load_yaml(notice), "the notice")
    parameters = load_parameters(Settings().parameters, "CN-99")
    return load_catalogue(Settings().tariffs, "CN-99", parameters=parameters, own=own)


def case(**changes: Any) -> BillCase:
    return BillCase.model_validate(load_yaml(CASE) | changes)


def test_the_notice_is_under_thirty_lines() -> None:
    assert len(NOTICE.splitlines()) < 30


def test_the_bill_of_the_notice_is_the_one_printed() -> None:
    sheet = rate(case(), catalogue(NOTICE))
    found = [(x.component, x.tou or "", x.quantity, x.price, x.amount) for x in sheet.lines]
    assert found == [(c, t, Decimal(kwh), Decimal(p), Decimal(a)) for c, t, kwh, p, a in LINES]
    assert len(found) == 7


def test_the_notice_may_stand_in_the_case() -> None:
    assert case(catalogue=load_yaml(NOTICE)).catalogue == parse_catalogue_file(
        load_yaml(NOTICE), "the notice"
    )


def test_a_replaced_price_holds_from_its_day() -> None:
    old = next(line for line in NOTICE.splitlines(keepends=True) if "system_operation, tariffs" in line)
    replaced = catalogue(NOTICE.replace(old, REPLACED))
    december = case(period_start_on="2027-12-01", period_end_on="2027-12-31")
    amounts = [rate(c, replaced).amount("system_operation") for c in (case(), december)]
    assert amounts == [Decimal("400.00"), Decimal("450.00")]


def test_a_price_that_was_not_ended_is_refused_as_printed() -> None:
    with pytest.raises(ConfigurationError) as caught:
        catalogue(NOTICE + REPLACED.splitlines()[1])
    message = "tariff EV has 2 prices of system_operation from 2027-07-01 to 2027-12-31"
    assert message in str(caught.value)
    assert f"`{message}`" in TEXT


@pytest.mark.parametrize(("mistake", "message"), REFUSED, ids=[m for m, _ in REFUSED])
def test_a_refused_mistake_has_the_printed_message(mistake: str, message: str) -> None:
    assert message in refusal(MISTAKES[mistake][0])


def test_every_file_is_listed() -> None:
    listed = TEXT.split("## What is in the catalogue")[1].split("## What is not")[0]
    assert [path.name for path in Settings().tariffs.glob("*.yaml") if f"`{path.name}`" not in listed] == []
