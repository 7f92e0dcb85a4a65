"""sources/steg.yaml on made-up invoices of the same shape: what it straightens, what it lands, what it rejects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattledger.context import Audit
from wattledger.extract.source import load_source
from wattledger.lake import LandingRecord
from wattledger.periods import Period
from wattledger.pipeline import land
from wattledger.settings import Settings

SOURCE = Path(__file__).resolve().parents[2] / "sources" / "steg.yaml"
COLUMNS = (
    *("client_id", "invoice_date", "tarif_type", "counter_number", "counter_statue", "counter_code"),
    *("reading_remarque", "counter_coefficient", "consommation_level_1", "consommation_level_2"),
    *(
        "consommation_level_3",
        "consommation_level_4",
        "old_index",
        "new_index",
        "months_number",
        "counter_type",
    ),
)
# of the columns above, in their order
PLAIN = ("C1", "2013-03-15", 11, 700, "0", 203, 6, 1, 600, 50, 0, 0, 1000, 1650, 2, "ELEC")
SWAPPED = ("C1", "2013-05-03", 40, 700, "0", 5, 6, 1, 30, 0, 0, 0, 10, 40, 2, "GAZ")  # of 5 March
CUT_COEFFICIENT = ("C1", "2013-03-16", 11, 701, "0", 203, 6, 1, 5, 150, 0, 0, 0, 800, 900, "ELEC")
CUT_COUNTER = ("C1", "2013-03-17", 11, 170, "769", 0, 203, 6, 1, 20, 0, 0, 0, 80, 100, "ELEC")
RUN_OVER = ("C1", "2013-03-18", 11, 702, "A", 203, 6, 1, 20, 0, 0, 0, 9990, 10, 2, "ELEC")
FED_IN = ("C1", "2013-03-19", 9, 703, "0", 203, 6, 1, 70, 0, 0, 0, 0, 70, 2, "ELEC")
LESS_FED_IN = ("C1", "2013-03-19", 11, 703, "0", 203, 6, 1, 30, 0, 0, 0, 0, 100, 2, "ELEC")
FELL_BACK = (
    "C1",
    "2013-03-20",
    11,
    705,
    "0",
    203,
    6,
    1,
    9990,
    0,
    0,
    0,
    1000,
    990,
    2,
    "ELEC",
)  # billed as a whole dial
NEXT_MONTH = ("C1", "2013-04-20", 11, 704, "0", 203, 6, 1, 1, 0, 0, 0, 0, 1, 2, "ELEC")
ALL = [PLAIN, SWAPPED, CUT_COEFFICIENT, CUT_COUNTER, RUN_OVER, FED_IN, LESS_FED_IN, FELL_BACK, NEXT_MONTH]


@pytest.fixture
def audit(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Audit:
    monkeypatch.setenv("WATTLEDGER_DATA", str(tmp_path))
    (tmp_path / "steg").mkdir()
    write(tmp_path, ALL)
    return Audit(settings, load_source(SOURCE), Period.parse("2013-03"))


def write(folder: Path, invoices: list[tuple[Any, ...]]) -> None:
    rows = [dict(zip(COLUMNS, invoice, strict=True)) for invoice in invoices]
    pq.write_table(pa.Table.from_pylist(rows), folder / "steg" / "invoice.parquet")


def landed(audit: Audit, dataset: str, columns: str) -> tuple[LandingRecord, list[tuple[Any, ...]]]:
    record = land(audit, dataset)
    files = audit.lake.files(dataset)
    rows = duckdb.sql(
        f"SELECT {columns} FROM read_parquet({files!r}, hive_partitioning = false) "
        "WHERE billing_month BETWEEN DATE '2013-03-01' AND DATE '2013-03-31' ORDER BY billing_month, meter_id"
    ).fetchall()
    return record, rows


def test_readings_are_straightened(audit: Audit) -> None:
    record, rows = landed(
        audit,
        "meter_reading",
        "day(billing_month), meter_id, multiplier::DOUBLE, previous_reading::INT, reading::INT, usage_kwh::DOUBLE, "
        "months_count, meter_state, reading_type",
    )
    assert (record.landed, record.rejected, record.outside) == (8, 0, 1)
    assert rows == [
        (5, "C1/GAZ/700/40", 1.0, 10, 40, 30.0, 2, "0", "total"),
        (15, "C1/ELEC/700/11", 1.0, 1000, 1650, 650.0, 2, "0", "total"),
        (16, "C1/ELEC/701/11", 1.5, 800, 900, 150.0, None, "0", "total"),
        (17, "C1/ELEC/170769/11", 1.0, 80, 100, 20.0, None, "0", "total"),
        (18, "C1/ELEC/702/11", 1.0, 9990, 10, 20.0, 2, "A", "total"),
        (19, "C1/ELEC/703/11", 1.0, 0, 100, 100.0, 2, "0", "total"),
        (19, "C1/ELEC/703/9", 1.0, 0, 70, 70.0, 2, "0", "reverse"),
        (20, "C1/ELEC/705/11", 1.0, 1000, 990, -10.0, 2, "0", "total"),
    ]


def test_bills_hold_their_tiers_and_what_was_fed_in(audit: Audit) -> None:
    _, rows = landed(
        audit,
        "bill",
        "day(billing_month), tariff_code, usage_kwh::INT, tier1_kwh::INT, tier2_kwh::INT, deducted_kwh::INT, bill_kind",
    )
    assert rows == [
        (5, "40", 30, 30, 0, None, "normal"),
        (15, "11", 650, 600, 50, None, "normal"),
        (16, "11", 150, 150, 0, None, "normal"),
        (17, "11", 20, 20, 0, None, "normal"),
        (18, "11", 20, 20, 0, None, "normal"),
        (19, "11", 30, 30, 0, 70, "normal"),
        (19, "9", 70, 70, 0, None, "credit"),
        (20, "11", 9990, 9990, 0, None, "normal"),
    ]


def test_an_invoice_delivered_twice_is_rejected_once(audit: Audit, tmp_path: Path) -> None:
    closing = (*PLAIN[:4], "5", *PLAIN[5:])  # differs in its state: another invoice of the same day
    write(tmp_path, [*ALL, PLAIN, closing])
    for dataset in ("meter_reading", "bill"):
        record, _ = landed(audit, dataset, "1")
        assert (record.extracted, record.landed, record.rejected) == (10, 9, 1)
        assert record.reasons == {"duplicate key": 1}


def test_an_invoice_keeps_its_name_when_the_extract_comes_in_another_order(
    audit: Audit, tmp_path: Path
) -> None:
    _, before = landed(audit, "bill", "bill_id")
    write(tmp_path, ALL[::-1])
    _, after = landed(audit, "bill", "bill_id")
    assert before == after
