"""Files of tariffs lie one on top of the other: the country's, the province's, the company's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from wattledger.errors import ConfigurationError
from wattledger.extract.source import Source
from wattledger.parameters import load_parameters
from wattledger.rating.catalogue.files import load_catalogue, read_catalogue_file
from wattledger.rating.catalogue.model import Catalogue, CatalogueFile
from wattledger.settings import Settings

FOLDER = Settings().tariffs
COUNTRY = """
    jurisdiction: XX
    currency: XXD
    sources: [{id: law, zh: 法, en: Law, status: made_up}]
    voltage_bands: {low: [220V], high: [10kV, 20kV]}
    tou:
      - id: hours
        periods: [peak, valley]
        balance_to: valley
        ratios: [{to: 2024-12-31, ratio: {peak: 1.5, valley: 0.5}, source: law}]
    tiers: [{id: steps, limits: [{to: 2024-12-31, cycle: year, up_to_kwh: [100], source: law}]}]
    tariffs: [{code: T, zh: 某, en: Some, category: c, components: [energy], source: law}]
    rates: [{component: energy, tariffs: [T], to: 2024-12-31, price: 0.5, source: law}]
"""
PROVINCE = """
    jurisdiction: XX-1
    sources: [{id: notice, zh: 通知, en: Notice, status: made_up}]
    voltage_bands: {middle: [20kV]}
    tou:
      - id: hours
        periods: [peak, valley]
        balance_to: valley
        ratios: [{from: 2025-01-01, ratio: {peak: 1.6, valley: 0.4}, source: notice}]
    tiers: [{id: steps, limits: [{from: 2025-01-01, cycle: year, up_to_kwh: [120], source: notice}]}]
    rates: [{component: energy, tariffs: [T], from: 2025-01-01, to: 2025-12-31, price: 0.6, source: notice}]
"""
OWN = """
    jurisdiction: XX-1
    rates:
      - {component: energy, tariffs: [T], from: 2026-01-01, price: {low: 0.7, middle: 0.65, high: 0.6}, source: law}
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def layered(tmp_path: Path) -> Catalogue:
    write(tmp_path, XX=COUNTRY, XX_1=PROVINCE, own=OWN)
    return load_catalogue(tmp_path, "XX-1", parameters=[], own=read_catalogue_file(tmp_path / "own.yaml"))


def test_rates_of_all_layers_follow_each_other(layered: Catalogue) -> None:
    assert [r.valid_from for r in layered.rates] == [None, date(2025, 1, 1), date(2026, 1, 1)]
    assert layered.currency == "XXD"


def test_a_later_layer_moves_a_voltage_to_its_own_band(layered: Catalogue) -> None:
    assert layered.voltage_bands == {"220V": "low", "10kV": "high", "20kV": "middle"}


def test_schemes_go_on_in_a_later_layer(layered: Catalogue) -> None:
    assert [r.ratio["peak"] for r in layered.tou["hours"].ratios] == [Decimal("1.5"), Decimal("1.6")]
    assert [x.up_to_kwh for x in layered.tiers["steps"].limits] == [(100,), (120,)]


def test_without_its_province_the_country_has_a_gap(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"XX\.yaml: tariff T has no price of energy from 2025-01-01"
    ):
        load_catalogue(write(tmp_path, XX=COUNTRY), "XX", parameters=[])


def test_a_jurisdiction_without_files_has_no_tariffs(tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path, "YY-2", parameters=[])
    assert (catalogue.tariffs, catalogue.currency) == ((), "CNY")


def test_a_file_says_the_jurisdiction_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, XX=COUNTRY.replace("jurisdiction: XX", "jurisdiction: XY"))
    with pytest.raises(ConfigurationError, match=r"XX\.yaml says jurisdiction 'XY', but it is read as 'XX'"):
        load_catalogue(tmp_path, "XX", parameters=[])


def test_own_tariffs_of_another_jurisdiction_are_refused(tmp_path: Path) -> None:
    write(tmp_path, XX=COUNTRY.replace(", to: 2024-12-31, price", ", price"))
    with pytest.raises(ConfigurationError, match="the company's own tariffs says jurisdiction 'XX-1'"):
        load_catalogue(tmp_path, "XX", parameters=[], own=CatalogueFile(jurisdiction="XX-1"))


@pytest.mark.parametrize("text", ["- a list", "jurisdiction: [", "sources: []"])
def test_what_is_no_file_of_tariffs_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"bad\.yaml"):
        read_catalogue_file(tmp_path / "bad.yaml")


def test_parameters_are_asked_by_day_and_rank() -> None:
    own = ({"name": "rating.surcharge_factor", "value": 1.2, "valid_from": "2025-01-01"},)
    parameters = load_parameters(Settings().parameters, "CN-99", own)
    catalogue = load_catalogue(FOLDER, "CN-99", parameters=parameters)
    values = [catalogue.parameter("rating.surcharge_factor", date(year, 12, 31)) for year in (2024, 2025)]
    assert [v.value for v in values if v] == [Decimal("1.5"), Decimal("1.2")]
    switch = [catalogue.parameter("rating.part_month", day) for day in (date(2024, 5, 31), date(2024, 6, 1))]
    assert [v.text for v in switch if v] == ["thirtieths", "calendar_days"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_file_of_the_project_can_be_used(path: Path) -> None:
    catalogue = load_catalogue(FOLDER, path.stem, parameters=[])
    assert catalogue.tariffs or catalogue.tiers or catalogue.tou or catalogue.power_factor


def test_a_source_file_names_its_own_tariffs(tmp_path: Path, make_source: Callable[..., Source]) -> None:
    columns = {"bill_id": "NO", "account_id": "A", "billing_month": "M", "bill_amount": "AMT"}
    source = make_source(bill={"files": "bills.csv", "columns": columns})
    write(tmp_path, own=OWN)
    assert source.own_tariffs() == {}
    named = source.model_copy(update={"tariffs": "own.yaml", "location": tmp_path})
    (own,) = named.own_tariffs().values()
    assert own.rates[0].component == "energy"
    with pytest.raises(ConfigurationError, match=r"missing\.yaml cannot be read"):
        named.model_copy(update={"tariffs": "missing.yaml"}).own_tariffs()
