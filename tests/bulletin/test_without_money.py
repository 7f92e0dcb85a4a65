"""The bulletin of a company that delivers readings and no money, audited through the front door."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html
from tests.conftest import OCTOBER
from tests.delivery import deliver

from wattledger import pipeline
from wattledger.context import Audit
from wattledger.extract.source import load_source
from wattledger.settings import Settings

UNIT = {"org_id": "U1", "org_name": "乙所", "org_type": "county"}


def reading(number: int, account: str, missing: int) -> dict[str, Any]:
    """A reading of an advance of 100 kWh that says so many kWh less."""
    return {
        "reading_id": f"R{number:03}",
        "billing_month": "2026-10-01",
        "account_id": account,
        "meter_id": f"M{number:03}",
        "reading_type": "total",
        "previous_reading": 0,
        "reading": 10_000,
        "multiplier": 1,
        "usage_kwh": 10_000 - missing,
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its bulletins: 12 wrong readings of one account, 9 of others; three rows are delivered twice."""
    folder = tmp_path_factory.mktemp("no_money")
    readings = [reading(n, "A-LOUD", 1_000 + n) for n in range(12)]
    readings += [reading(n, f"A-{n}", n) for n in range(20, 29)]
    accounts = [{"account_id": r["account_id"], "org_id": "U1"} for r in readings[11:]]
    rows = {
        "meter_reading": [*readings, *readings[:3]],
        "customer_account": accounts,
        "organisation_unit": [UNIT],
    }
    source = deliver(folder, rows, jurisdiction="CN-42")
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    # one file, two datasets: what is wrong with a row of it is wrong with both
    columns = {"usage_point_id": "reading_id", "account_id": "account_id"}
    content["datasets"]["usage_point"] = {"files": "meter_reading.csv", "columns": columns}
    source.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    settings = Settings(home=folder / "home", threads=1, registry_url="", smtp_url="")
    work = Audit(settings, load_source(source), OCTOBER)
    for dataset in work.source.datasets:
        pipeline.land(work, dataset)
    for step in pipeline.STEPS[:-1]:
        step(work)
    return work.bulletins


def listed(page: Path) -> list[tuple[str, str]]:
    """Rule and account of each new finding that is listed."""
    tree = html.document_fromstring(page.read_text(encoding="utf-8"))
    (table,) = tree.xpath("//h2[.='新增问题']/following-sibling::table[1]")
    rows = table.xpath("./tbody/tr[count(td)=3]")
    return [(row.xpath("string(td[1]//b)"), row.xpath("string(td[2]/text()[1])")) for row in rows]


def test_kwh_orders_the_list_and_no_account_or_rule_fills_it(published: Path) -> None:
    for name in ("company", "U1"):
        found = [account for rule, account in listed(published / f"{name}.html") if rule == "BIL-02a"]
        assert found == ["A-LOUD", "A-LOUD", "A-28", "A-27", "A-26", "A-25"]


def test_what_is_not_listed_is_counted_by_rule_in_both_twins(published: Path) -> None:
    page = html.document_fromstring((published / "company.html").read_text(encoding="utf-8")).text_content()
    text = (published / "company.txt").read_text(encoding="utf-8")
    for twin in (page, text):
        assert re.search(r"未列出的：.*BIL-02a 15", twin)


def test_kwh_stand_where_no_money_is_known(published: Path) -> None:
    page = html.document_fromstring((published / "company.html").read_text(encoding="utf-8"))
    total = sum(range(1_000, 1_012)) + sum(range(20, 29))
    assert f"涉及电量 {total:,} kWh" in page.text_content()
    (rule,) = page.xpath("//h2[.='分规则金额']/following-sibling::table[1]//tr[th//b='BIL-02a']")
    assert rule.text_content().count(f"{total:,} kWh") == 2
    assert rule.xpath("th//table"), "the bar is of kWh"
    assert f"BIL-02a {total:,} kWh" in (published / "company.txt").read_text(encoding="utf-8")


def test_a_row_that_is_landed_as_two_datasets_is_rejected_once(published: Path) -> None:
    assert "抽取数据中有 3 行被拒收" in (published / "company.txt").read_text(encoding="utf-8")
