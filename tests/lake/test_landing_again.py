"""Landing again costs what is new and nothing more, and never takes rows for those of a record that tells of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import OCTOBER
from wattledger import pipeline
from wattledger.context import Audit
from wattledger.contracts import load_contracts
from wattledger.extract.source import Source
from wattledger.lake import Lake
from wattledger.periods import Period
from wattledger.settings import Settings

pytestmark = pytest.mark.usefixtures("only_its_own_months")

BILL = {"bill_id": "id", "account_id": "id", "billing_month": "day", "bill_amount": "amount"}
ACCOUNT = {"account_id": "id", "account_name": "name", "org_id": "'001'"}
READING = {
    "account_id": "id",
    "meter_id": "id",
    "interval_start_at": "day || ' 23:45:00'",
    "occurrence": "1",
    "kwh": "amount",
}


@pytest.fixture
def company(tmp_path: Path, settings: Settings, make_source: Callable[..., Source]) -> Callable[..., Audit]:
    """Three years of bills, one of them rejected, and two accounts."""

    def make(period: Period = OCTOBER, amount: str = "1.00", file: str = "bills.csv") -> Audit:
        days = [
            f"{year}-{month:02}-{day:02}"
            for year in (2024, 2025, 2026)
            for month in range(1, 13)
            for day in (1, 15)
        ]
        lines = [f"{day},{day},{amount if day.startswith('2026-10') else '1.00'}" for day in days]
        (tmp_path / file).write_text(
            "\n".join(["id,day,amount", *lines, "bad,2026-10-02,many"]) + "\n", encoding="utf-8"
        )
        (tmp_path / "accounts.csv").write_text("id,name\n1,甲\n2,乙\n", encoding="utf-8")
        bill = {"files": file, "lookback_months": 0, "columns": BILL}
        account = {"files": "accounts.csv", "columns": ACCOUNT}
        return Audit(settings, make_source(bill=bill, customer_account=account), period)

    return make


def land(audit: Audit) -> None:
    for dataset in audit.source.datasets:
        pipeline.land(audit, dataset)


def on_disk(lake: Lake) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(lake.root)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in lake.root.rglob("*")
        if path.is_file()
    }


def stored(lake: Lake, dataset: str = "bill") -> list[dict[str, Any]]:
    rows = [row for file in lake.files(dataset) for row in pq.read_table(file).to_pylist()]
    return sorted(rows, key=lambda row: str(row["bill_id"]))


def amounts(lake: Lake) -> dict[str, str]:
    found = {row["bill_id"]: str(row["bill_amount"]) for row in stored(lake)}
    assert len(found) == len(stored(lake)), "no bill is there twice"
    return found


def last_commit(lake: Lake, table: str) -> dict[str, set[str]]:
    """The partitions of the files that the last commit added and removed."""
    log = sorted((lake.root / table / "_delta_log").glob("*.json"))[-1]
    actions = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return {
        kind: {action[kind]["path"].split("/")[0] for action in actions if kind in action}
        for kind in ("add", "remove")
    }


def test_the_same_again_leaves_every_file_as_it_was(company: Callable[..., Audit]) -> None:
    land(company())
    before, run = on_disk(company().lake), pipeline.open_run(company())
    land(company())
    assert on_disk(company().lake) == before
    again = pipeline.open_run(company())
    assert (again.id, again.revision, again.inputs, again.manifest_hash) == (
        run.id,
        1,
        run.inputs,
        run.manifest_hash,
    )


def test_what_changed_is_landed(company: Callable[..., Audit]) -> None:
    land(company())
    first = pipeline.open_run(company())
    land(company(amount="2.00"))
    assert amounts(company().lake)["2026-10-15"] == "2.00"
    assert pipeline.open_run(company()).revision == first.revision + 1


def test_the_same_rows_of_another_file_show_their_new_place(company: Callable[..., Audit]) -> None:
    land(company())
    digest = company().lake.landings("bill")[0].digest
    land(company(file="corrected.csv"))
    assert {row["_source"] for row in stored(company().lake)} == {"corrected.csv"}
    (reject,) = company().rejected_rows("bill")
    assert reject["source"] == "corrected.csv"
    assert company().lake.landings("bill")[0].digest == digest, "but they are the same inputs"


def test_a_month_leaves_the_files_of_other_months(company: Callable[..., Audit]) -> None:
    years = Period.parse("2024-01..2026-12")
    land(company(years))
    land(company(amount="2.00"))
    assert last_commit(company().lake, "bill") == {"add": {"_period=2026-10"}, "remove": {"_period=2026-10"}}
    assert sorted(amounts(company().lake).values()) == ["1.00"] * 70 + ["2.00"] * 2


def test_a_month_of_instants_leaves_the_files_of_other_months(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    lines = [f"{month},2026-{month:02}-28,1" for month in range(1, 13)]
    (tmp_path / "load.csv").write_text("\n".join(["id,day,amount", *lines]) + "\n", encoding="utf-8")
    source = make_source(interval_reading={"files": "load.csv", "lookback_months": 0, "columns": READING})
    pipeline.land(Audit(settings, source, Period.parse("2026-01..2026-12")), "interval_reading")
    (tmp_path / "load.csv").write_text(
        "\n".join(["id,day,amount", *lines[:9], "10,2026-10-31,2"]) + "\n", encoding="utf-8"
    )
    audit = Audit(settings, source, OCTOBER)
    pipeline.land(audit, "interval_reading")
    assert last_commit(audit.lake, "interval_reading") == {
        "add": {"_period=2026-10"},
        "remove": {"_period=2026-10"},
    }


def test_a_range_that_begins_and_ends_within_months_replaces_just_its_days(
    company: Callable[..., Audit],
) -> None:
    land(company(Period.parse("2026-09..2026-11"), amount="2.00"))
    land(company(Period.parse("2026-09-15..2026-10-14"), amount="3.00"))
    found = amounts(company().lake)
    assert [found[f"2026-{day}"] for day in ("09-01", "09-15", "10-01", "10-15", "11-01")] == [
        "1.00", "1.00", "3.00", "2.00", "1.00",
    ]  # fmt: skip
    land(company(Period.parse("2026-09..2026-11"), amount="2.00"))
    assert amounts(company().lake) == {**found, "2026-10-01": "2.00"}, "the days are the last landing's again"


def test_rows_that_no_record_tells_of_are_not_taken_for_landed(company: Callable[..., Audit]) -> None:
    audit = company()
    land(audit)
    before = amounts(audit.lake)
    # a task that was killed after its rows and before its record
    rows = pa.Table.from_pylist([], schema=pq.read_schema(audit.lake.files("bill")[0]))
    partition = pa.field("_period", pa.string())
    rows = rows.append_column(partition, pa.array([], pa.string()))
    audit.lake.replace_event(load_contracts()["bill"], OCTOBER, rows.to_reader())
    assert amounts(audit.lake) == {}
    land(audit)
    assert amounts(audit.lake) == before
