"""The lake's tables: a period is replaced whole or not at all, versions stay, writers lose nothing of each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake.exceptions import CommitFailedError

from wattledger.contracts import load_contracts
from wattledger.lake import Lake, LandingRecord
from wattledger.lake.store import covering, with_retries
from wattledger.periods import Period

PAYMENT = load_contracts()["payment"]
SCHEMA = pa.schema(
    [("payment_id", pa.string()), ("charged_at", pa.timestamp("us")), ("_period", pa.string())]
)


def payments(period: str, *days: date, mark: str = "") -> pa.RecordBatchReader:
    """A payment for each day, named by its day and ``mark``, as a landing of ``period`` would write it."""
    rows = [
        {
            "payment_id": f"{day:%m%d}{mark}",
            "charged_at": datetime.fromisoformat(f"{day}T12:00"),
            "_period": period,
        }
        for day in days
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA).to_reader()


def october(*days: int) -> list[date]:
    return [date(2026, 10, day) for day in days]


def stored(
    lake: Lake, version: int | None = None, period: str | None = None, table: str = "payment"
) -> list[str]:
    files = lake.files(table, version, period)
    if not files:
        return []
    found = duckdb.sql(f"SELECT payment_id FROM read_parquet({files!r}) ORDER BY ALL").fetchall()
    return [row[0] for row in found]


def replace(lake: Lake, period: str, *days: date, mark: str = "") -> int:
    return lake.replace_event(PAYMENT, Period.parse(period), payments(period, *days, mark=mark))


def record(period: str, version: int = 0, landed: int = 2) -> LandingRecord:
    return LandingRecord(
        dataset="payment",
        period=period,
        version=version,
        extracted=3,
        landed=landed,
        rejected=3 - landed,
        outside=0,
        columns=("payment_id", "charged_at"),
        totals={"payment_amount": "1.00"},
        reasons={"duplicate key": 3 - landed},
        inputs=({"name": "支付.csv", "bytes": 9},),
        digest="d",
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake" / "acme")


def test_a_lake_without_the_table_has_nothing(lake: Lake) -> None:
    assert (lake.files("payment"), lake.pin("payment"), lake.landings("payment")) == ([], None, [])
    assert not lake.root.exists(), "looking makes no folder"


def test_a_period_is_replaced_and_others_stay(lake: Lake) -> None:
    replace(lake, "2026-09", date(2026, 9, 30))
    replace(lake, "2026-10", *october(1, 31))
    replace(lake, "2026-10", *october(2), mark="again")
    assert stored(lake) == ["0930", "1002again"]
    assert stored(lake, period="2026-09") == ["0930"]
    assert stored(lake, period="2026-10") == ["1002again"]
    assert stored(lake, period="2026-11") == []


def test_a_period_landed_empty_has_no_rows_left(lake: Lake) -> None:
    replace(lake, "2026-10", *october(1))
    replace(lake, "2026-10")
    assert stored(lake) == []


def test_a_day_landed_into_its_month_replaces_that_day_alone(lake: Lake) -> None:
    replace(lake, "2026-10", *october(14, 15, 16))
    replace(lake, "2026-10-15", *october(15), mark="again")
    assert stored(lake) == ["1014", "1015again", "1016"]
    assert stored(lake, period="2026-10-15") == ["1015again"]


def test_a_month_landed_over_its_days_leaves_no_row_twice(lake: Lake) -> None:
    for day in (14, 15):
        replace(lake, f"2026-10-{day}", *october(day))
    replace(lake, "2026-09..2026-10", date(2026, 9, 1), *october(14, 15), mark="again")
    assert stored(lake) == ["0901again", "1014again", "1015again"]


def test_an_instant_late_on_the_last_day_is_of_the_period(lake: Lake) -> None:
    late = pa.Table.from_pylist(
        [
            {
                "payment_id": "late",
                "charged_at": datetime.fromisoformat("2026-10-31T23:59:59.999999"),
                "_period": "2026-10",
            }
        ],
        schema=SCHEMA,
    )
    lake.replace_event(PAYMENT, Period.parse("2026-10"), late.to_reader())
    replace(lake, "2026-10-31", *october(31))
    assert stored(lake) == ["1031"]


def test_every_version_can_be_read_again(lake: Lake) -> None:
    first = replace(lake, "2026-10", *october(1))
    second = replace(lake, "2026-10", *october(2))
    replace(lake, "2026-11", date(2026, 11, 1))
    assert first < second
    assert (stored(lake, first), stored(lake, second), stored(lake)) == (["1001"], ["1002"], ["1002", "1101"])


def test_a_column_that_comes_later_is_added_and_old_versions_stay_readable(lake: Lake) -> None:
    first = replace(lake, "2026-10", *october(1))
    wider = pa.table({"payment_id": ["new"], "org_id": ["甲所"], "_period": ["2026-11"]})
    lake.replace("payment", Period.parse("2026-11"), wider.to_reader())
    assert (stored(lake, first), stored(lake)) == (["1001"], ["1001", "new"])


def test_rows_that_fail_midway_leave_the_table_as_it_was(lake: Lake) -> None:
    before = replace(lake, "2026-10", *october(1))

    def broken() -> Any:
        yield pa.RecordBatch.from_pylist(
            payments("2026-10", *october(2)).read_all().to_pylist(), schema=SCHEMA
        )
        raise OSError("the share is gone")

    with pytest.raises(Exception, match="the share is gone"):
        lake.replace_event(
            PAYMENT, Period.parse("2026-10"), pa.RecordBatchReader.from_batches(SCHEMA, broken())
        )
    assert (stored(lake), stored(lake, before)) == (["1001"], ["1001"])


def test_landings_are_kept_one_a_period_and_pinned(lake: Lake) -> None:
    lake.record(record("2026-09"))
    lake.record(record("2026-10", version=1))
    pin = lake.pin("payment")
    lake.record(record("2026-10", version=2, landed=3))
    assert sorted((r.period, r.version, r.landed) for r in lake.landings("payment")) == [
        ("2026-09", 0, 2),
        ("2026-10", 2, 3),
    ]
    assert sorted((r.period, r.version) for r in lake.landings("payment", pin)) == [
        ("2026-09", 0),
        ("2026-10", 1),
    ]
    assert record("2026-10", version=1) in lake.landings("payment", pin), "all of it comes back as it was"
    assert lake.landings("bill") == [], "a dataset has its own"


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-10-15", ["2026-10", "2026-10-15"]),
        ("2026-10-14", ["2026-10"]),
        ("2026-10", ["2026-10", "2026-10-15"]),
        ("2026-09..2026-11", ["2026-11", "2026-10", "2026-10-15"]),
        ("2026-12", []),
    ],
)
def test_the_landings_that_cover_a_period_come_in_the_order_they_were_made(
    period: str, expected: list[str]
) -> None:
    made = [record("2026-10-15", version=7), record("2026-10", version=5), record("2026-11", version=2)]
    assert [r.period for r in covering(made, Period.parse(period))] == expected


def test_writers_of_different_periods_at_once_lose_nothing(lake: Lake) -> None:
    def land(day: int) -> None:
        with_retries(lambda: replace(lake, f"2026-10-{day:02}", *october(day)), attempts=20)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(land, range(1, 13)))
    assert stored(lake) == [f"10{day:02}" for day in range(1, 13)]


def test_writers_of_one_period_at_once_leave_the_rows_of_one(lake: Lake) -> None:
    def land(mark: str) -> None:
        with_retries(lambda: replace(lake, "2026-10", *october(1, 2, 3), mark=mark), attempts=20)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(land, "abcdefgh"))
    found = stored(lake)
    assert len(found) == 3
    assert len({name[-1] for name in found}) == 1


def test_a_lost_race_is_run_again_and_other_failures_are_not() -> None:
    calls: list[str] = []

    def quicker_once() -> str:
        calls.append("called")
        if len(calls) == 1:
            raise CommitFailedError("another writer")
        return "written"

    assert (with_retries(quicker_once), len(calls)) == ("written", 2)

    def always_slower() -> None:
        calls.append("called")
        raise CommitFailedError("another writer")

    calls.clear()
    with pytest.raises(CommitFailedError):
        with_retries(always_slower, attempts=2)
    assert len(calls) == 2

    def full_disk() -> None:
        calls.append("called")
        raise OSError("no space left")

    calls.clear()
    with pytest.raises(OSError, match="no space"):
        with_retries(full_disk)
    assert len(calls) == 1
