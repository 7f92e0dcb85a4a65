"""The real bills of Electric Brew: landed, reconciled, and held against plain SQL on the files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from wattledger.extract.landing import land
from wattledger.extract.source import Source, load_source
from wattledger.lake import Lake, open_session
from wattledger.lake.session import Session
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.reconcile import LinkResult, reconcile
from wattledger.settings import Settings

pytestmark = pytest.mark.real_data

SOURCE = Path(__file__).resolve().parents[2] / "sources" / "electric_brew.yaml"
ALL = Period.parse("2020-10..2023-09")


@pytest.fixture(scope="module")
def plain(real_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of ``electric_brew.sql``."""
    files = {"rd": "readings", "bl": "bills", "sc": "solar_credits"}
    with duckdb.connect() as connection:
        for view, name in files.items():
            exact = "* REPLACE (kwh::DECIMAL(18,6) AS kwh)" if view == "rd" else "*"
            connection.execute(
                f"CREATE VIEW {view} AS SELECT {exact} FROM '{real_data}/electric_brew/{name}.parquet'"
            )
        connection.execute((Path(__file__).parent / "electric_brew.sql").read_text(encoding="utf-8"))
        yield connection


class Installation:
    """Electric Brew, landed whole."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.source: Source = load_source(SOURCE)
        self.lake = Lake(home / "lake")
        self.landings = {
            name: land(self.settings, self.lake, self.source, name, ALL) for name in self.source.datasets
        }

    def session(self, period: Period) -> Session:
        source = self.source
        pins = {name: self.lake.pin(name) for name in source.datasets}
        parameters = load_parameters(self.settings.parameters, source.jurisdiction, source.parameters)
        lookbacks = {name: source.lookback(name) for name in source.datasets}
        return open_session(self.settings, self.lake, period, pins, parameters, lookbacks=lookbacks)


@pytest.fixture(scope="module")
def landed(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WATTLEDGER_DATA", str(real_data))
        yield Installation(tmp_path_factory.mktemp("electric_brew"))


@pytest.fixture(scope="module")
def audited(landed: Installation) -> Iterator[tuple[Session, LinkResult]]:
    with landed.session(ALL) as session:
        results = {result.link: result for result in reconcile(session).links}
        yield session, results["interval_bill"]


def test_every_row_is_landed(landed: Installation, plain: duckdb.DuckDBPyConnection) -> None:
    counts = {
        "interval_reading": "SELECT count(*) FROM rd",
        "bill": "SELECT count(DISTINCT invoice_id) FROM bl",
        "bill_line": "SELECT count(*) FILTER (delivery_charge <> 0) + count(*) FILTER (service_charge <> 0) "
        "+ count(DISTINCT invoice_id) + 2 * count(DISTINCT invoice_id) FILTER (supply_charge <> 0) FROM bl",
        "energy_credit": "SELECT count(*) FROM sc",
    }
    for dataset, query in counts.items():
        record = landed.landings[dataset]
        assert (record.extracted, record.rejected) == (record.landed, 0)
        assert plain.execute(query).fetchone() == (record.landed,)
    assert [landed.landings[name].landed for name in counts] == [443_902, 120, 432, 55]


def test_lines_of_an_invoice_sum_to_its_charges(
    landed: Installation, plain: duckdb.DuckDBPyConnection
) -> None:
    charged = plain.execute(
        "SELECT sum(charged)::DECIMAL(18,2) FROM (SELECT sum(service_charge + delivery_charge) "
        "+ any_value(delivery_tax + supply_charge + supply_tax) AS charged FROM bl GROUP BY invoice_id)"
    ).fetchone()
    assert charged == (Decimal(landed.landings["bill"].totals["bill_amount"]),)
    assert charged == (Decimal(landed.landings["bill_line"].totals["line_amount"]),)


def test_difference_and_causes_are_those_of_plain_sql(
    audited: tuple[Session, LinkResult], plain: duckdb.DuckDBPyConnection
) -> None:
    session, result = audited
    expected = plain.execute(
        "SELECT count(*), sum(naive), sum(billed), sum(naive - billed) FROM fin"
    ).fetchone()
    assert (result.compared, result.left_total, result.right_total, result.difference) == expected
    assert result.difference == Decimal("53047.8990")
    causes = dict(
        session.connection.execute("SELECT cause, sum(difference) FROM recon_break GROUP BY cause").fetchall()
    )
    assert sum(causes.values()) == result.difference
    steps = plain.execute(
        "SELECT sum(naive - metered), sum(used), sum(credit) FILTER (cause = 'credit_taken_twice') FROM fin"
    ).fetchall()[0]
    rest = dict(
        plain.execute(
            "SELECT cause, sum(rest) FROM fin WHERE cause <> 'credit_taken_twice' GROUP BY cause"
        ).fetchall()
    )
    # What is left of the bill whose credit was taken twice is a small rest like others.
    query = "SELECT sum(rest - credit) FROM fin WHERE cause = 'credit_taken_twice'"
    rest["read_minute"] += plain.execute(query).fetchall()[0][0]
    assert causes == {
        "read_clock": steps[0],
        "energy_credit": steps[1],
        "credit_taken_twice": steps[2],
        **rest,
    }
    assert "unexplained" not in causes


def test_each_period_has_its_cause(
    audited: tuple[Session, LinkResult], plain: duckdb.DuckDBPyConnection
) -> None:
    query = "SELECT business_key, cause, rest FROM interval_bill_period ORDER BY ALL"
    found = audited[0].connection.execute(query).fetchall()
    expected = plain.execute(
        "SELECT account_id || '|' || invoice_id, cause, rest FROM fin ORDER BY ALL"
    ).fetchall()
    assert found == expected


@pytest.mark.parametrize(("part", "share"), [("0.01", (43, 110)), ("0.05", (60, 116))])
def test_share_that_agrees(
    audited: tuple[Session, LinkResult], plain: duckdb.DuckDBPyConnection, part: str, share: tuple[int, int]
) -> None:
    """Of 120 bill periods: by calendar days, and with read clock and solar credits."""
    query = "SELECT count(*) FILTER (abs({0} - {1}) <= {2} * {0}), count(*) FILTER (abs(rest) <= {2} * {3}) FROM {4}"
    mine = query.format("day_kwh", "billed_kwh", part, "metered_kwh", "interval_bill_period")
    assert audited[0].connection.execute(mine).fetchone() == share
    assert plain.execute(query.format("naive", "billed", part, "metered", "fin")).fetchone() == share
    assert audited[1].agreeing == 110


def test_a_month_by_itself_says_the_same(landed: Installation, audited: tuple[Session, LinkResult]) -> None:
    query = (
        "SELECT business_key, cause, difference FROM recon_break WHERE link = 'interval_bill' ORDER BY ALL"
    )
    month = Period.parse("2022-12")
    with landed.session(month) as session:
        result = next(found for found in reconcile(session).links if found.link == "interval_bill")
        alone = session.connection.execute(query).fetchall()
    keys = {row[0] for row in alone}
    assert result.compared == 5
    assert alone == [row for row in audited[0].connection.execute(query).fetchall() if row[0] in keys]


def test_links_without_extracts_are_not_evaluated(audited: tuple[Session, LinkResult]) -> None:
    query = "SELECT link, reason FROM reconciliation WHERE status = 'NOT_EVALUATED'"
    reasons = dict(audited[0].connection.execute(query).fetchall())
    assert set(reasons) == {"reading_bill", "bill_receivable", "receivable_receipt", "receipt_ledger"}
    assert reasons["reading_bill"] == f"not_landed: meter_reading was not landed for {ALL}"
