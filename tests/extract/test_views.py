"""A view works out columns over the extract before they are mapped, and neither makes rows nor loses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import OCTOBER
from wattledger.errors import ConfigurationError, DataError
from wattledger.extract.landing import land
from wattledger.extract.source import Source
from wattledger.lake import Lake, LandingRecord
from wattledger.settings import Settings

# a bill's amount stands on the first of its lines alone: an expression over one row cannot see it
VIEW = """
    WITH first_line AS (SELECT NO, max(AMT) AS AMT FROM {raw} GROUP BY NO)
    SELECT l.* EXCLUDE (AMT), f.AMT, NO || '/' || LINE AS ID FROM {raw} AS l JOIN first_line AS f USING (NO)
"""
LINES = ["NO,LINE,CONS_NO,AMT", "1,1,A1,54.50", "1,2,A1,", "2,1,,7.00"]


@pytest.fixture
def bills(tmp_path: Path, make_source: Callable[..., Source]) -> Callable[[str], Source]:
    def source(view: str) -> Source:
        (tmp_path / "bills.csv").write_text("\n".join(LINES) + "\n", encoding="utf-8")
        columns = {
            "bill_id": "ID",
            "account_id": "CONS_NO",
            "billing_month": "'2026-10-01'",
            "bill_amount": "AMT",
        }
        return make_source(bill={"files": "bills.csv", "view": view, "columns": columns})

    return source


def land_bills(settings: Settings, source: Source) -> LandingRecord:
    return land(settings, Lake(settings.lake / "acme"), source, "bill", OCTOBER)


def stored(settings: Settings, table: str, columns: str) -> list[tuple[Any, ...]]:
    files = Lake(settings.lake / "acme").files(table)
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({files!r}) ORDER BY ALL").fetchall()


def test_columns_stand_on_the_view(settings: Settings, bills: Callable[[str], Source]) -> None:
    record = land_bills(settings, bills(VIEW))
    assert (record.extracted, record.landed, record.rejected) == (3, 2, 1)
    assert stored(settings, "bill", "bill_id, bill_amount::VARCHAR, _row") == [
        ("1/1", "54.50", 1),
        ("1/2", "54.50", 2),
    ]


def test_a_reject_keeps_the_row_as_it_was_delivered(
    settings: Settings, bills: Callable[[str], Source]
) -> None:
    land_bills(settings, bills(VIEW))
    ((row, raw),) = stored(settings, "_rejected/bill", "row, raw")
    assert row == 3
    assert '"LINE":"1"' in raw
    assert '"ID"' not in raw


def test_charges_side_by_side_become_lines(
    settings: Settings, tmp_path: Path, make_source: Callable[..., Source]
) -> None:
    bills = ["NO,CONS_NO,ENERGY,TAX", "1,A1,50.00,2.75", "2,A1,0.00,0.00", "3,A1,a lot,1.00"]
    (tmp_path / "bills.csv").write_text("\n".join(bills) + "\n", encoding="utf-8")
    columns = {
        "bill_line_id": "NO || '/' || _part",
        "bill_id": "NO",
        "billing_month": "'2026-10-01'",
        "account_id": "CONS_NO",
        "charge_component": "_part",
        "line_amount": "CASE _part WHEN 'energy' THEN ENERGY ELSE TAX END",
    }
    entry = {"files": "bills.csv", "parts": ["energy", "tax"], "where": "NO <> '2'", "columns": columns}
    record = land(settings, Lake(settings.lake / "acme"), make_source(bill_line=entry), "bill_line", OCTOBER)
    assert (record.extracted, record.landed, record.rejected, record.outside) == (4, 3, 1, 2)
    assert stored(settings, "bill_line", "bill_line_id, line_amount::VARCHAR, _row") == [
        ("1/energy", "50.00", 1),
        ("1/tax", "2.75", 1),
        ("3/tax", "1.00", 3),
    ]


@pytest.mark.parametrize(
    ("view", "told"),
    [
        ("SELECT *, NO AS ID FROM {raw} WHERE LINE = '1'", "makes 2 rows of the 3"),
        ("SELECT *, NO AS ID FROM {raw} CROSS JOIN (VALUES (1), (2))", "makes 6 rows of the 3"),
        ("SELECT NO AS ID, CONS_NO, AMT, _source FROM {raw}", "does not pass on _row"),
    ],
)
def test_a_view_that_makes_or_loses_rows_is_refused(
    settings: Settings, bills: Callable[[str], Source], view: str, told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        land_bills(settings, bills(view))


def test_a_column_that_the_view_misses_is_named(settings: Settings, bills: Callable[[str], Source]) -> None:
    with pytest.raises(DataError, match="AMOUNT"):
        land_bills(settings, bills("SELECT *, NO AS ID, AMOUNT FROM {raw}"))


def test_a_view_over_nothing_is_refused(bills: Callable[[str], Source]) -> None:
    with pytest.raises(ConfigurationError, match=r"\{raw\}"):
        bills("SELECT 1")
