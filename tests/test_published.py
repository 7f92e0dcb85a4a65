"""What the steps publish is what their contracts say: SQL, Arrow, the records of Python, and the lake."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.delivery import deliver
from wattledger import pipeline
from wattledger.audit.validate import Verdict
from wattledger.context import Audit
from wattledger.contracts import find_column, load_published
from wattledger.contracts.published import Published
from wattledger.extract.source import load_source
from wattledger.organisation import OrganisationUnit
from wattledger.periods import Period
from wattledger.registry import BreakRow, ReconciliationRow, Sighting
from wattledger.settings import Settings

TABLES = load_published()


@pytest.mark.parametrize("table", TABLES)
def test_sql_and_arrow_have_the_same_columns(table: str) -> None:
    published = TABLES[table]
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE made {published.definition}")
        made = connection.sql("FROM made").to_arrow_table().schema
        empty = connection.sql(published.empty).to_arrow_table().schema
    assert made == empty == pa.schema(list(published.schema)[:-1])


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("verdict", tuple(field.name for field in fields(Verdict))),
        ("failing_row", Sighting._fields),
        ("recon_break", BreakRow._fields),
        ("audience", tuple(field.name for field in fields(OrganisationUnit))),
        ("reconciliation", tuple(field.name for field in fields(ReconciliationRow))),
    ],
)
def test_records_have_the_columns_of_their_tables(table: str, record: tuple[str, ...]) -> None:
    assert sorted(record) == sorted(TABLES[table].columns)


def test_each_step_publishes_what_is_declared_and_no_other(tmp_path: Path, settings: Settings) -> None:
    """Of a company that delivers next to nothing: the tables are there all the same, in their form."""
    reading = {"reading_id": "R", "billing_month": "2026-10-01", "account_id": "A", "meter_id": "M"}
    rows = {"meter_reading": [{**reading, "reading_type": "total", "reading": "x"}]}
    audit = Audit(settings, load_source(deliver(tmp_path, rows, jurisdiction="CN")), Period.parse("2026-10"))
    pipeline.land(audit, "meter_reading")
    for step in pipeline.STEPS[: pipeline.STEPS.index(pipeline.publish_bulletins)]:
        step(audit)
    folders = {path.name for path in audit.lake.root.iterdir() if path.name.startswith("_")}
    assert folders == {"_landing", *(published.stored for published in TABLES.values())}
    for published in TABLES.values():
        place = f"{published.stored}/meter_reading" if published.step == "land" else published.stored
        for file in audit.lake.files(place, period="2026-10"):
            # the period stands in the folder's name
            assert pq.ParquetFile(file).schema_arrow == pa.schema(list(published.schema)[:-1]), (
                published.table
            )
    assert [row["reason"] for row in audit.rejected_rows("meter_reading")] != []


def test_a_column_of_a_step_has_its_label() -> None:
    found = find_column("billed_value", ("bill", "bill_difference"))
    assert found is not None
    assert (found.zh, found.en) == ("账单所用", "As billed")
    assert find_column("billed_value", ("bill",)) is None


def test_a_contract_with_a_misspelt_field_is_refused() -> None:
    with pytest.raises(ValueError, match="colums"):
        Published.model_validate({"table": "t", "step": "s", "title": {}, "colums": {}})
