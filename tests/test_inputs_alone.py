"""A period's result depends on its inputs alone: what else the home holds, and in which order it came, changes nothing.

A made-up company delivers a file per month. One month is audited in a home of its own, and in a home into which a
year and a half was landed before, in random order, and what came later too.
"""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.delivery import deliver
from wattledger import pipeline
from wattledger.context import Audit
from wattledger.contracts import load_published
from wattledger.extract.source import Source, load_source
from wattledger.periods import Period
from wattledger.settings import Settings

MONTHS = Period.parse("2024-12..2026-05").months()
AUDITED = Period.parse("2026-03")
OTHERS = ("2024-12", "2025-01..2025-06", "2025-07", "2025-08..2026-01", "2026-02", "2026-04..2026-05")
"""What the other home lands too, in random order: what was before, and after."""
METERS = 20
STEPS = (pipeline.open_run, pipeline.rate, pipeline.reconcile, pipeline.validate)


def rows_of(month: Period, number: int, chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """What the company has of a month: zero readings, leaps and drops, doubtful money, all at random."""
    first, day = month.start, month.start.replace(day=15)
    found: dict[str, list[dict[str, Any]]] = {}

    def put(dataset: str, **row: Any) -> None:
        found.setdefault(dataset, []).append(row)

    for n in range(METERS):
        account, key = f"A{n:02}", f"{n:02}-{month}"
        usage = 0 if n < 6 else chance.choice([0, 10, 100, 120, 900])
        put(
            "meter_reading",
            reading_id=f"R{key}",
            billing_month=first,
            account_id=account,
            meter_id=f"M{n:02}",
            reading_type="total",
            reading_method=chance.choice(["manual", "remote", "remote"]),
            reading_source=chance.choice(["normal", "normal", "estimated"]),
            previous_reading=1000 * number + chance.choice([0, 0, 1]),
            reading=1000 * number + usage,
            multiplier=1,
            usage_kwh=usage,
            read_on=day,
        )
        bill = f"B{key}"
        amount = round(usage * 0.5 + chance.choice([0, 0, 0, 1]), 2)
        put(
            "bill",
            bill_id=bill,
            billing_month=first,
            account_id=account,
            tariff_code="T",
            period_start_on=first,
            period_end_on=month.end,
            usage_kwh=usage,
            bill_amount=amount,
            tier_kwh_before=0,
        )
        put(
            "bill_line",
            bill_line_id=f"L{key}",
            bill_id=bill,
            billing_month=first,
            account_id=account,
            charge_component="energy",
            quantity=usage,
            price=0.5,
            line_amount=amount,
        )
        put(
            "receivable",
            receivable_id=f"E{key}",
            receivable_month=first,
            bill_id=bill,
            account_id=account,
            org_id="U1",
            receivable_amount=amount,
            received_amount=chance.choice([0, amount]),
            late_from_on=day,
        )
        back = chance.randint(0, 14)
        paid = f"{n:02}-{MONTHS[max(number - back, 0)]}"
        put(
            "receipt_allocation",
            receipt_id=f"C{key}",
            receivable_id=f"E{paid}",
            account_id=account,
            received_on=day,
            received_amount=5,
            penalty_amount=0,
        )
        put(
            "billing_adjustment",
            adjustment_id=f"J{key}",
            account_id=account,
            adjusted_on=day,
            adjustment_amount=chance.choice([1, 300]),
            cause=chance.choice(["metering", "reading", "policy"]),
        )
    return found


@pytest.fixture(scope="module", params=[1])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Source:
    chance = random.Random(request.param)
    folder = tmp_path_factory.mktemp("company")
    own = """
jurisdiction: CN-98
sources: [{id: own, zh: 价格, en: Prices, status: made_up}]
tiers: [{id: year, limits: [{cycle: year, up_to_kwh: [2160, 4200], source: own}]}]
tariffs: [{code: T, zh: 居民, en: Household, category: residential, components: [energy], tiers: year, source: own}]
rates: [{component: energy, tariffs: [T], price: {1: 0.5, 2: 0.6, 3: 0.8}, source: own}]
"""
    (folder / "own.yaml").write_text(own, encoding="utf-8")
    fixed = {
        "organisation_unit": [{"org_id": "U1", "org_name": "Unit", "org_type": "county"}],
        "customer_account": [
            {"account_id": f"A{n:02}", "org_id": "U1", "account_class": "lv_residential", "tariff_code": "T",
             "account_status": chance.choice(["active", "active", "closed"]),
             "closed_on": date(2026, 3, 20)}
            for n in range(METERS)
        ],
    }  # fmt: skip
    months = {month: rows_of(month, number, chance) for number, month in enumerate(MONTHS)}
    names = {**fixed, **months[AUDITED]}
    path = deliver(folder, names, jurisdiction="CN-98", tariffs="own.yaml")
    text = path.read_text(encoding="utf-8")
    for dataset in months[AUDITED]:
        (folder / f"{dataset}.csv").unlink()
        text = text.replace(f"files: {dataset}.csv", f"files: '{dataset}_{{yyyymm}}.csv'")
        for month, rows in months.items():
            deliver(folder / "made", {dataset: rows[dataset]})
            (folder / "made" / f"{dataset}.csv").rename(folder / f"{dataset}_{month.start:%Y%m}.csv")
    path.write_text(text, encoding="utf-8")
    return load_source(path)


def audit_in(home: Path, source: Source, period: Period) -> Audit:
    settings = Settings(home=home, memory_limit="1GB", threads=1, registry_url="", smtp_url="")
    return Audit(settings, source, period)


def audited(home: Path, source: Source, period: Period) -> Audit:
    audit = audit_in(home, source, period)
    for dataset in source.datasets:
        pipeline.land(audit, dataset)
    for step in STEPS:
        step(audit)
    return audit


def published(audit: Audit) -> dict[str, list[str]]:
    """All that the steps published, but what no input decides: how long a rule took."""
    return {
        table: sorted(str({**row, "seconds": None}) for row in audit.published_rows(table))
        for table, declared in load_published().items()
        if declared.step in {step.__name__ for step in STEPS}
    }


def test_a_month_is_the_same_in_a_fresh_home_and_in_an_old_one(source: Source, tmp_path: Path) -> None:
    fresh = published(audited(tmp_path / "fresh", source, AUDITED))
    old = tmp_path / "old"
    others = list(OTHERS)
    random.Random(7).shuffle(others)
    for span in others:
        other = audit_in(old, source, Period.parse(span))
        for dataset in source.datasets:
            pipeline.land(other, dataset)
    again = published(audited(old, source, AUDITED))
    for table, rows in fresh.items():
        assert again[table] == rows, table
    found = {row.split("'rule_id': '")[1][:7].rstrip("',") for row in fresh["failing_row"]}
    assert found >= {"MRD-05", "MRD-08"}, "what looks back finds something"


def test_a_company_that_looks_further_back_than_a_rule_asks_is_seen_so_far(
    source: Source, tmp_path: Path
) -> None:
    """Who bills every four months gives his readings a longer look-back than the four months of MRD-05."""
    readings = source.datasets["meter_reading"].model_copy(update={"lookback_months": 12})
    further = source.model_copy(update={"datasets": {**source.datasets, "meter_reading": readings}})
    rows = published(audited(tmp_path / "home", further, AUDITED))["failing_row"]
    since = [day for row in rows if "'MRD-05'" in row for day in re.findall(r'"zero_since":"([\d-]+)"', row)]
    assert since
    assert min(since) < "2025-11", "the four months before begin there"
