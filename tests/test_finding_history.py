"""``wattledger finding``: what every period since the first said of one finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest_cli import Wattledger
from wattledger.context import Audit
from wattledger.extract.source import Source
from wattledger.periods import Period
from wattledger.registry import Sighting, VerdictRow, open_run, record_period
from wattledger.settings import Settings

KEY = "A1|M1"
Record = Callable[..., None]


@pytest.fixture
def record(settings: Settings, make_source: Callable[..., Source]) -> Record:
    """``record("2026-08", "100.00")``: a month in which MRD-09 shows KEY with that amount; None: it does not."""
    columns = {"account_id": "a", "org_id": "b", "account_status": "c", "account_name": "d"}
    source = make_source(customer_account={"files": "a.csv", "columns": columns})

    def call(month: str, amount: str | None, verdict: str = "FINDINGS", rule: str = "MRD-09") -> None:
        audit = Audit(settings, source, Period.parse(month))
        audit.keep_source()
        open_run(audit.registry, source.name, audit.period, {}, rules_hash="r", code_version="c")
        seen = [] if amount is None else [KEY]
        shown = [
            Sighting(rule, k, "U1", "A1", Decimal(amount or 0), None, '{"account_id": "A1"}') for k in seen
        ]
        found = VerdictRow(rule, verdict, "condition", 1, len(shown))  # type: ignore[arg-type]
        record_period(audit.registry, source.name, audit.period, verdicts=[found], sightings=[shown])

    return call


def whole(wattledger: Wattledger, settings: Settings, month: str = "2026-10") -> dict[str, Any]:
    told = wattledger("finding", KEY, "--period", month, "--home", settings.home, "--format", "json")
    assert told.code == 0, told.err
    (found,) = json.loads(told.out)
    return dict(found)


def test_each_period_since_the_first_has_its_state(
    wattledger: Wattledger, settings: Settings, record: Record
) -> None:
    record("2026-05", None, "PASS")
    record("2026-06", "100.00")
    record("2026-07", "120.00")
    record("2026-08", None, "NOT_EVALUATED")
    record("2026-09", None, "PASS")
    record("2026-10", "90.00")
    found = whole(wattledger, settings)
    assert (found["state"], found["first_seen"], found["amount"]) == ("reopened", "2026-06", "90.00")
    assert [(h["period"], h["verdict"], h["state"], h["amount"], h["seen"]) for h in found["history"]] == [
        ("2026-06", "FINDINGS", "new", "100.00", True),
        ("2026-07", "FINDINGS", "persistent", "120.00", True),
        ("2026-08", "NOT_EVALUATED", "persistent", "120.00", False),
        ("2026-09", "PASS", "resolved", "120.00", False),
        ("2026-10", "FINDINGS", "reopened", "90.00", True),
    ]
    assert whole(wattledger, settings, "2026-07")["state"] == "persistent"


def test_the_page_lists_the_periods_in_columns(
    wattledger: Wattledger, settings: Settings, record: Record
) -> None:
    record("2026-09", "1100.00")
    record("2026-10", "90.00")
    page = wattledger("finding", KEY, "--period", "2026-10", "--home", settings.home, "--language", "en").out
    lines = [line.strip() for line in page.splitlines() if "2026-" in line]
    assert [line.split() for line in lines[-2:]] == [
        ["2026-09", "FINDINGS", "new", "1,100.00", "yes"],
        ["2026-10", "FINDINGS", "persistent", "90.00", "yes"],
    ]
    assert lines[-2].index("1,100.00") + len("1,100.00") == lines[-1].index("90.00") + len("90.00")


def test_a_rule_that_is_gone_leaves_the_finding(
    wattledger: Wattledger, settings: Settings, record: Record
) -> None:
    record("2026-10", "1.00", rule="OLD-01")
    assert whole(wattledger, settings)["rule"] is None
    of = ("--period", "2026-10", "--home", settings.home)
    assert "no such rule any more" in wattledger("finding", KEY, *of, "--language", "en").out
    near = wattledger("finding", "A1|M2", *of)
    assert near.code == 2
    assert f"did you mean {KEY!r}?" in near.err
