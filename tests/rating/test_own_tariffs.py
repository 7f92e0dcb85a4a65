"""A company's own tariffs through the front door: its bills are rated by them, and they count in the run."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.delivery import deliver
from tests.rating.compare.world import World, bill_case, metered
from wattledger import pipeline
from wattledger.cli import app
from wattledger.context import Audit
from wattledger.errors import ConfigurationError
from wattledger.extract.source import load_source
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating.catalogue.files import load_catalogue, parse_catalogue_file
from wattledger.registry import list_findings, list_verdicts
from wattledger.settings import Settings
from wattledger.yaml_text import load_yaml

JURISDICTION = "CN-98"
"""A province without a file of tariffs: all that its bills can be rated by is the company's."""
OWN = """
    jurisdiction: CN-98
    sources: [{id: own, zh: 公司价格表, en: The company's price list, status: company_parameter}]
    tariffs: [{code: SHOP, zh: 商铺, en: Shop, category: commercial, components: [energy, fund_renewable], source: own}]
    rates:
      - {component: energy, tariffs: [SHOP], price: 0.5, source: own}
      - {component: fund_renewable, tariffs: [SHOP], price: 0.0187, source: own}
"""
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def company(tmp_path: Path, settings: Settings) -> Path:
    """The source file of a company that bills two shops by its own price list."""
    parameters = load_parameters(settings.parameters, JURISDICTION)
    own = parse_catalogue_file(load_yaml(dedent(OWN)), "own.yaml")
    made = World(load_catalogue(settings.tariffs, JURISDICTION, parameters=parameters, own=own))
    for bill, kwh in (("B1", 1000), ("B2", 360)):
        made.add(bill_case(bill, metered(f"P-{bill}", "SHOP", total=kwh)))
    folder = tmp_path / "company"
    source = deliver(folder, made.rows, jurisdiction=JURISDICTION, tariffs="prices/own.yaml")
    (folder / "prices").mkdir()
    write(source, OWN)
    return source


def write(source: Path, tariffs: str) -> None:
    (source.parent / "prices" / "own.yaml").write_text(dedent(tariffs), encoding="utf-8")


def landed(settings: Settings, source: Path) -> Audit:
    """An audit of the company, all its extracts landed."""
    audit = Audit(settings, load_source(source), OCTOBER)
    for dataset in audit.source.datasets:
        pipeline.land(audit, dataset)
    return audit


def audited(settings: Settings, source: Path) -> Audit:
    """An audit of the company, up to and with its findings."""
    audit = landed(settings, source)
    for step in pipeline.STEPS[: pipeline.STEPS.index(pipeline.publish_bulletins)]:
        step(audit)
    return audit


def found(audit: Audit) -> dict[str, Decimal | None]:
    """Amounts of BIL-01 by bill and cause."""
    rows = list_findings(audit.registry, audit.source.name, OCTOBER, rules=["BIL-01"])
    return {row.business_key: row.amount for row in rows}


def test_bills_by_the_companys_own_prices_are_rated_and_right(settings: Settings, company: Path) -> None:
    audit = audited(settings, company)
    assert [row["status"] for row in audit.published_rows("expected_bill")] == ["rated", "rated"]
    assert sum(row["amount"] for row in audit.published_rows("expected_bill")) == Decimal("705.43")
    verdict = next(v for v in list_verdicts(audit.registry, "acme", OCTOBER) if v.rule_id == "BIL-01")
    assert (verdict.verdict, verdict.rows_examined) == ("PASS", 2)


def test_a_changed_price_is_a_finding_and_another_run(settings: Settings, company: Path) -> None:
    before = pipeline.open_run(landed(settings, company))
    write(company, OWN.replace("price: 0.5,", "price: 0.52,"))
    changed = audited(settings, company)
    assert found(changed) == {"B1|unexplained": Decimal("20.00"), "B2|unexplained": Decimal("7.20")}
    assert changed.run.revision == before.revision + 1, "other tariffs are another run"


@pytest.mark.parametrize(
    ("tariffs", "message"),
    [
        (
            OWN + "      - {component: energy, tariffs: [SHOP], from: 2026-10-01, price: 0.6, source: own}\n",
            "the company's own tariffs: tariff SHOP has 2 prices of energy from 2026-10-01",
        ),
        (
            OWN + "    power_factor: [{standard: 0.90, percent: {1.00: 0, 0.00: 100}, source: own}]\n",
            "the company's own tariffs",
        ),
        (OWN.replace("CN-98", "CN-97"), "says jurisdiction 'CN-97', but it is read as 'CN-98'"),
        ("tariffs: [", "cannot be read"),
    ],
    ids=["two prices", "what the country has too", "another province", "no YAML"],
)
def test_own_tariffs_that_cannot_be_used_stop_the_audit(
    settings: Settings, company: Path, tariffs: str, message: str
) -> None:
    write(company, tariffs)
    with pytest.raises(ConfigurationError, match=message):
        audited(settings, company)


def test_the_command_line_rates_by_them_even_when_the_file_is_gone(settings: Settings, company: Path) -> None:
    def run(*words: str) -> Any:
        done = CliRunner().invoke(
            app, [*words, "--period", "2026-10", "--home", str(settings.home)], catch_exceptions=False
        )
        assert done.exit_code == 0
        return done.stdout

    write(company, OWN.replace("price: 0.5,", "price: 0.52,"))
    run("audit", "--source", str(company))
    assert load_csv(run("findings", "--rule", "BIL-01", "--format", "csv"), "business_key", "amount") == [
        ("B1|unexplained", "20.00"),
        ("B2|unexplained", "7.20"),
    ]
    page = settings.home / "bulletins" / "acme" / "2026-10" / "company.html"
    assert "538.70" in page.read_text(encoding="utf-8"), "the calculation sheet of B1 shows what was due"
    (company.parent / "prices" / "own.yaml").unlink()
    assert "538.70" in run("bill", "B1")


def load_csv(text: str, *columns: str) -> list[tuple[str, ...]]:
    import csv

    return [tuple(row[name] for name in columns) for row in csv.DictReader(text.splitlines())]
