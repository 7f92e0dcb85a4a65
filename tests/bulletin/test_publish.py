"""Publishing from what earlier steps left behind: the registry, and what they published in the lake."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from textwrap import dedent
from typing import Any

import duckdb
import pytest
from sample_sheets import with_sheets
from tests.conftest import OCTOBER
from tests.delivery import deliver
from tests.rating.compare.world import World, bill_case, metered

from wattledger import pipeline
from wattledger.context import Audit
from wattledger.errors import DataError, UsageError
from wattledger.extract.source import load_source
from wattledger.parameters import load_parameters
from wattledger.rating.catalogue.files import load_catalogue, parse_catalogue_file
from wattledger.settings import Settings
from wattledger.sheets.stored import read_sheets, sheet_row
from wattledger.yaml_text import load_yaml

PRICES = """
    jurisdiction: CN-98
    sources: [{id: own, zh: 公司价格表, en: The company's price list, status: company_parameter}]
    tariffs: [{code: SHOP, zh: 商铺, en: Shop, category: commercial, components: [energy, fund_renewable], source: own}]
    rates:
      - {component: energy, tariffs: [SHOP], price: 0.5, source: own}
      - {component: fund_renewable, tariffs: [SHOP], price: 0.0187, source: own}
"""
BUREAU = {
    "org_id": "U0",
    "org_name": "甲局",
    "org_type": "bureau",
    "bulletin_email": "a@b.example, c@d.example",
}
COUNTY = {"org_id": "U1", "parent_org_id": "U0", "org_name": "乙所", "org_type": "county"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The audit of a company of two units, up to and with its findings: its two bills are too low."""
    folder = tmp_path_factory.mktemp("company")
    settings = Settings(home=folder / "home", threads=1, registry_url="", smtp_url="")
    own = parse_catalogue_file(load_yaml(dedent(PRICES)), "own.yaml")
    known = load_parameters(settings.parameters, "CN-98")
    made = World(load_catalogue(settings.tariffs, "CN-98", parameters=known, own=own))
    for bill, kwh in (("B1", 1000), ("B2", 360)):
        made.add(bill_case(bill, metered(f"P-{bill}", "SHOP", total=kwh)))
    made.rows["organisation_unit"] = [BUREAU, COUNTY]
    source = deliver(folder, made.rows, jurisdiction="CN-98", tariffs="own.yaml")
    dearer = PRICES.replace("0.5,", "0.52,")
    (folder / "own.yaml").write_text(dedent(dearer), encoding="utf-8")
    work = Audit(settings, load_source(source), OCTOBER)
    for dataset in work.source.datasets:
        pipeline.land(work, dataset)
    for step in pipeline.STEPS[: pipeline.STEPS.index(pipeline.record_findings) + 1]:
        step(work)
    work.registry.dispose()
    return work


@pytest.fixture
def audit(recorded: Audit, settings: Settings) -> Audit:
    """The same in a home of its own."""
    copytree(recorded.settings.home, settings.home)
    return Audit(settings, recorded.source, recorded.period)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_publishing_alone_renders_the_same_files_and_opens_nothing(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pipeline.work_out_sheets(audit) == 6, "two each: of the company, the bureau, the county below it"
    pages = pipeline.publish_bulletins(audit)
    assert sorted(page.name for page in pages) == ["U0.html", "U1.html", "company.html"]
    assert all("538.70" in page.read_text(encoding="utf-8") for page in pages), "what was due of B1"

    def refused(*_: object, **__: object) -> Any:
        raise AssertionError("publishing only renders")

    again = Audit(audit.settings, audit.source, audit.period)
    assert again.rules, "read before: their queries are parsed by DuckDB"
    monkeypatch.setattr(duckdb, "connect", refused)
    monkeypatch.setattr("wattledger.rating.decimal_engine.rate", refused)
    monkeypatch.setattr(Audit, "session", refused)
    monkeypatch.setattr(Audit, "catalogue", property(refused))
    pipeline.publish_bulletins(again, out=tmp_path / "again")
    assert files(tmp_path / "again") == files(audit.bulletins)


def test_addresses_are_those_of_the_extracts(audit: Audit) -> None:
    from wattledger.bulletin.publish import read_index

    pipeline.work_out_sheets(audit)
    pipeline.publish_bulletins(audit)
    named = {entry.audience: entry.recipients for entry in read_index(audit.bulletins)}
    assert named == {"company": (), "U0": ("a@b.example", "c@d.example"), "U1": ()}


def test_publishing_before_the_sheets_says_what_to_run(audit: Audit) -> None:
    with pytest.raises(UsageError, match="Run the step work_out_sheets first"):
        pipeline.publish_bulletins(audit)
    assert not audit.bulletins.exists(), "a bulletin without its sheets would look like one that has none"


def test_sheets_come_back_from_the_lake_as_they_were() -> None:
    sheets = with_sheets("en", components=3).sheets
    rows = [{"org_id": "U1", "position": n, **sheet_row(sheet)} for n, sheet in enumerate(sheets)]
    back = read_sheets(reversed(rows))
    assert back == {"U1": sheets}
    numbers = [str(line.amount) for sheet in back["U1"] for line in sheet.sheet.lines]
    assert numbers == [str(line.amount) for sheet in sheets for line in sheet.sheet.lines]


def test_a_sheet_of_another_form_says_what_to_run() -> None:
    row = {"org_id": None, "position": 0, **sheet_row(with_sheets("en").sheets[0])}
    row["sheet"] = row["sheet"].replace('"quantity":', '"volume":')
    with pytest.raises(DataError, match="was published by another version") as caught:
        read_sheets([row])
    assert "work_out_sheets" in str(caught.value)
