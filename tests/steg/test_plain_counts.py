"""STEG's 4.5 million invoices: every rule fails as many rows, and as many kWh, as plain SQL written apart from it.

The years are landed once, as one range, and audited as a range, a month and a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.steg.plain import period as plain_period
from tests.steg.plain import queries, straighten
from wattledger.audit.validate import Verdict, validate
from wattledger.context import Audit
from wattledger.extract.source import load_source
from wattledger.lake import LandingRecord, open_session
from wattledger.periods import Period
from wattledger.pipeline import land
from wattledger.settings import Settings

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

SOURCE = Path(__file__).resolve().parents[2] / "sources" / "steg.yaml"
YEARS, MONTH, DAY = (Period.parse(text) for text in ("2005-01..2019-12", "2013-03", "2013-03-05"))
HISTORY_FROM = "2004-01-01"  # what lookback_months lands before the range
INVOICES, EARLIER, TWICE = 4_476_749, 22_112, 11


@dataclass
class Installation:
    """STEG, landed, with what landing said of each dataset."""

    settings: Settings
    landings: dict[str, LandingRecord]

    def audit(self, period: Period) -> dict[str, Verdict]:
        audit = Audit(self.settings, load_source(SOURCE), period)
        land(audit, "customer_account")  # a snapshot holds for its own period's end
        pins = {name: audit.lake.pin(name) for name in audit.source.datasets}
        with open_session(self.settings, audit.lake, period, pins, audit.parameters) as session:
            found = validate(session, audit.rules, audit.source.jurisdiction, lambda _: None)
        return {verdict.rule_id: verdict for verdict in found}


@pytest.fixture(scope="module")
def landed(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATTLEDGER_DATA", str(real_data))
        settings = Settings(home=tmp_path_factory.mktemp("steg"), memory_limit="2GB")
        audit = Audit(settings, load_source(SOURCE), YEARS)
        yield Installation(settings, {name: land(audit, name) for name in audit.source.datasets})


@pytest.fixture(scope="module")
def plain(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    limits = {"memory_limit": "2GB", "temp_directory": str(tmp_path_factory.mktemp("spill"))}
    with duckdb.connect(config=limits) as connection:
        connection.execute(straighten(real_data / "steg"))
        yield connection


def test_every_invoice_is_landed_or_rejected(landed: Installation) -> None:
    for dataset in ("meter_reading", "bill"):
        record = landed.landings[dataset]
        assert record.extracted == record.landed + record.rejected
        assert record.extracted + record.outside == INVOICES
        assert record.outside == EARLIER
        assert record.reasons == {"duplicate key": TWICE}


@pytest.mark.parametrize("period", [YEARS, MONTH, DAY], ids=str)
def test_rules_agree_with_plain_sql(
    landed: Installation, plain: duckdb.DuckDBPyConnection, period: Period
) -> None:
    verdicts = landed.audit(period)
    evaluated = {rule for rule, verdict in verdicts.items() if verdict.verdict != "NOT_EVALUATED"}
    assert evaluated == set(queries()), "a rule is evaluated without plain SQL to hold it against, or no more"

    plain.execute(plain_period(f"{period.start}", f"{period.end}", HISTORY_FROM))
    expected: dict[str, tuple[str, int, Decimal | None]] = {}
    for rule, query in queries().items():
        rows, kwh = plain.execute(f"SELECT count(*), sum(kwh)::DECIMAL(18,4) FROM ({query})").fetchall()[0]
        expected[rule] = ("FINDINGS" if rows else "PASS", rows, kwh)
    assert {r: (v.verdict, v.findings, v.kwh) for r, v in verdicts.items() if r in evaluated} == expected


def test_what_stands_on_money_is_not_evaluated(landed: Installation) -> None:
    verdicts = landed.audit(MONTH)
    finance = {rule: verdict for rule, verdict in verdicts.items() if rule.startswith("LED")}
    assert {verdict.verdict for verdict in finance.values()} == {"NOT_EVALUATED"}
    assert all(verdict.reason for verdict in finance.values())
