"""STEG's 4.5 million invoices: every rule fails as many rows, and as many kWh, as plain SQL written apart from it.

The whole history is landed once, as one range. Every bill of it is split anew over the tiers of its tariff; all rules
are audited over the years since 2005, a month and a day.
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
from wattledger import pipeline
from wattledger.audit.validate import Verdict, validate
from wattledger.context import Audit
from wattledger.extract.source import load_source
from wattledger.lake import LandingRecord
from wattledger.periods import Period
from wattledger.settings import Settings

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

SOURCE = Path(__file__).resolve().parents[2] / "sources" / "steg.yaml"
WHOLE, YEARS, MONTH, DAY = (
    Period.parse(text) for text in ("1977-01..2019-12", "2005-01..2019-12", "2013-03", "2013-03-05")
)
INVOICES, TWICE = 4_476_749, 11


@dataclass
class Installation:
    """STEG, landed, with what landing said of each dataset."""

    settings: Settings
    landings: dict[str, LandingRecord]

    def rated(self, period: Period) -> Audit:
        """The audit of a period after its bills were rated."""
        audit = Audit(self.settings, load_source(SOURCE), period)
        pipeline.land(audit, "customer_account")  # a snapshot holds for its own period's end
        pipeline.open_run(audit)
        pipeline.rate(audit)
        return audit

    def audit(self, period: Period) -> dict[str, Verdict]:
        return {verdict.rule_id: verdict for verdict in pipeline.validate(self.rated(period))}


@pytest.fixture(scope="module")
def landed(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATTLEDGER_DATA", str(real_data))
        settings = Settings(home=tmp_path_factory.mktemp("steg"), memory_limit="2GB", registry_url="")
        audit = Audit(settings, load_source(SOURCE), WHOLE)
        yield Installation(settings, {name: pipeline.land(audit, name) for name in audit.source.datasets})


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
        assert (record.extracted, record.outside) == (INVOICES, 0)
        assert record.reasons == {"duplicate key": TWICE}


WORKED_OUT = {"BIL-02a", "FIL-07c"}
"""Rules on columns that the source file works out of others: they prove nothing, and are not evaluated."""


@pytest.mark.parametrize("period", [YEARS, MONTH, DAY], ids=str)
def test_rules_agree_with_plain_sql(
    landed: Installation, plain: duckdb.DuckDBPyConnection, period: Period
) -> None:
    verdicts = landed.audit(period)
    evaluated = {rule for rule, verdict in verdicts.items() if verdict.verdict != "NOT_EVALUATED"}
    assert evaluated == set(queries()) - WORKED_OUT, "a rule is evaluated without plain SQL, or no more"

    seen = max(WHOLE.start, period.seen_from(load_source(SOURCE).lookback("meter_reading")))
    plain.execute(plain_period(f"{period.start}", f"{period.end}", f"{seen}"))
    expected: dict[str, tuple[bool, int, Decimal | None]] = {}
    for rule, query in queries().items():
        rows, kwh = plain.execute(f"SELECT count(*), sum(kwh)::DECIMAL(18,4) FROM ({query})").fetchall()[0]
        expected[rule] = (rows > 0, rows, kwh)
    told = {r: (v.verdict == "FINDINGS", v.findings, v.kwh) for r, v in verdicts.items() if r in evaluated}
    assert told == {rule: row for rule, row in expected.items() if rule in evaluated}
    for rule in WORKED_OUT:
        assert expected[rule][0] is False, "the source works the columns out, so nothing could be found"
    assert verdicts["MRD-09"].verdict == "NO_ROWS"


def test_whole_history_is_split_anew(landed: Installation, plain: duckdb.DuckDBPyConnection) -> None:
    """Every bill that says its months is rated, and those whose tiers differ are as many as plain SQL finds."""
    audit = landed.rated(WHOLE)
    with audit.session(rated=True) as session:
        counted = session.connection.execute(
            "SELECT status, reason, count(*) FROM expected_bill GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        rules = [rule for rule in audit.rules if rule.rule_id == "BIL-11"]
        (verdict,) = validate(session, rules, audit.source.jurisdiction, lambda _: None)
    has_months = "coalesce(months, 0) > 0"
    billed = f"SELECT count(*) FILTER ({has_months}), count(*) FILTER (NOT {has_months}) FROM invoice WHERE tariff <> 9"
    rated, without_months = plain.execute(billed).fetchall()[0]  # tariff 9 is fed in, not billed
    assert counted == [("not_rated", "no_months", without_months), ("rated", None, rated)]

    plain.execute(plain_period(f"{WHOLE.start}", f"{WHOLE.end}", f"{WHOLE.start}"))
    split = f"SELECT count(*), sum(kwh)::DECIMAL(18,4) FROM ({queries()['BIL-11']})"
    assert (verdict.findings, verdict.kwh) == plain.execute(split).fetchall()[0]


def test_what_stands_on_money_is_not_evaluated(landed: Installation) -> None:
    verdicts = landed.audit(MONTH)
    finance = {rule: verdict for rule, verdict in verdicts.items() if rule.startswith("LED")}
    assert {verdict.verdict for verdict in finance.values()} == {"NOT_EVALUATED"}
    assert all(verdict.reason for verdict in finance.values())
