from __future__ import annotations

import itertools
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.registry.recorder import OCTOBER, record
from wattledger.errors import DataError
from wattledger.periods import Period
from wattledger.registry import (
    BreakRow,
    IntakeRow,
    ReconciliationRow,
    Sighting,
    VerdictRow,
    list_breaks,
    list_findings,
    list_intake,
    list_reconciliation,
    list_verdicts,
    open_registry,
    reading,
    record_period,
    total_findings,
)
from wattledger.registry.tables import metadata

ROWS = 4000
VERDICT = VerdictRow("R", "FINDINGS", "event", 3, 1)


def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = open_registry(url)
    with reading(engine) as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in metadata.tables.values()
        }
    engine.dispose()
    return found


@pytest.fixture
def engine(registry_url: str) -> Engine:
    return open_registry(registry_url)


def test_everything_comes_back_as_it_was_recorded(engine: Engine) -> None:
    verdicts = [
        VerdictRow("A", "NOT_EVALUATED", "condition", reason_code="EMPTY", reason="没有数据"),
        VerdictRow(
            "R", "FINDINGS", "event", 9, 1, Decimal("12345678901234.56"), Decimal("-0.0001"), seconds=0.25
        ),
    ]
    link = ReconciliationRow(
        "l", None, "EVALUATED", "kWh", 3, 2, Decimal("1.0000"), Decimal("2.5000"), Decimal("-1.5000")
    )
    unit = ReconciliationRow("l", "o1", "NOT_EVALUATED", "kWh", reason="no bills")
    small = BreakRow("l", "o1", None, "k|1", "late", "kWh", Decimal("0.0001"), None, Decimal("0.0001"), "{}")
    large = BreakRow(
        "l", None, "a", "k|2", "missing", "kWh", None, Decimal("1.5001"), Decimal("-1.5001"), "{}"
    )
    intake = [IntakeRow("bill", 5, 3, 2, {"bad date": 2}), IntakeRow("meter", 1, 1, 0)]
    evil = "a'; DROP TABLE run; --"
    sighting = Sighting("R", "k|甲\t\\N\n", "o1", evil, Decimal("0.125"), None, '{"名": "\\\\"}')
    record_period(
        engine, "s", OCTOBER, verdicts=verdicts[::-1], sightings=[[sighting]],
        reconciliation=[link, unit], breaks=[[small], [], [large]], intake=intake[::-1],
    )  # fmt: skip
    assert list_verdicts(engine, "s", OCTOBER) == verdicts
    assert [row.difference for row in list_reconciliation(engine, "s", OCTOBER)] == [
        Decimal("-1.5"),
        Decimal(0),
    ]
    assert list_reconciliation(engine, "s", OCTOBER)[0] == link
    assert list_reconciliation(engine, "s", OCTOBER, units=["o1"])[0].reason == "no bills"
    assert list_breaks(engine, "s", OCTOBER) == [large, small]
    assert list_breaks(engine, "s", OCTOBER, units=["o1"]) == [small]
    assert list_breaks(engine, "s", OCTOBER, link="l", limit=1) == [large]
    assert list_breaks(engine, "s", OCTOBER, link="other") == []
    assert list_intake(engine, "s", OCTOBER) == intake
    (row,) = list_findings(engine, "s", OCTOBER)
    assert (row.business_key, row.account_id) == ("k|甲\t\\N\n", evil)
    assert (row.amount, row.evidence) == (Decimal("0.13"), '{"名": "\\\\"}')


def test_sums_are_exact(engine: Engine) -> None:
    rows = [
        Sighting("R", str(n), None, None, Decimal("0.10"), Decimal("0.0001"), "{}") for n in range(10_000)
    ]
    rows.append(Sighting("R", "big", None, None, Decimal("9007199254740993.01"), None, "{}"))
    record_period(engine, "s", OCTOBER, verdicts=[VERDICT], sightings=[rows])
    (total,) = total_findings(engine, "s", OCTOBER)
    assert (total.findings, total.amount, total.kwh) == (
        10_001,
        Decimal("9007199254741993.01"),
        Decimal("1.0000"),
    )


def test_recording_again_changes_nothing(registry_url: str) -> None:
    record(registry_url, 0, 100)
    once = dump(registry_url)
    record(registry_url, 0, 100)
    assert dump(registry_url) == once


def test_a_period_is_replaced_whole(engine: Engine) -> None:
    row = Sighting("R", "k", None, None, None, None, "{}")
    record_period(
        engine, "s", OCTOBER, verdicts=[VERDICT], sightings=[[row]], intake=[IntakeRow("bill", 1, 1, 0)],
        breaks=[[BreakRow("l", None, None, "k", "c", "yuan", None, None, Decimal(1), "{}")]],
    )  # fmt: skip
    record_period(engine, "other", OCTOBER, verdicts=[VERDICT], sightings=[[row]])
    record_period(engine, "s", OCTOBER, verdicts=[], sightings=[])
    assert list_verdicts(engine, "s", OCTOBER) == []
    assert list_breaks(engine, "s", OCTOBER) == []
    assert list_intake(engine, "s", OCTOBER) == []
    assert len(list_findings(engine, "other", OCTOBER)) == 1


@pytest.mark.parametrize("cut", [1, 2])
def test_a_key_that_comes_twice_is_named_and_nothing_is_kept(engine: Engine, cut: int) -> None:
    kept = Sighting("R", "kept", None, None, None, None, "{}")
    record_period(engine, "s", OCTOBER, verdicts=[VERDICT], sightings=[[kept]])
    rows = [Sighting("R", key, None, None, None, None, "{}") for key in ("x", "twice", "twice")]
    with pytest.raises(DataError, match="twice"):
        record_period(engine, "s", OCTOBER, verdicts=[VERDICT], sightings=[rows[:cut], rows[cut:]])
    assert [row.business_key for row in list_findings(engine, "s", OCTOBER)] == ["kept"]


@pytest.mark.parametrize("verdicts", [[], [VerdictRow("R", "PASS", "event")]])
def test_a_sighting_needs_a_verdict(engine: Engine, verdicts: list[VerdictRow]) -> None:
    row = Sighting("R", "k", None, None, None, None, "{}")
    with pytest.raises(DataError, match="verdict is not FINDINGS: R"):
        record_period(engine, "s", OCTOBER, verdicts=verdicts, sightings=[[row]])


def test_a_float_is_refused(engine: Engine) -> None:
    row = Sighting("R", "k", None, None, 1.5, None, "{}")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="never float"):
        record_period(engine, "s", OCTOBER, verdicts=[VERDICT], sightings=[[row]])


def test_memory_does_not_grow_with_the_rows(engine: Engine) -> None:
    def peak(batches: int) -> int:
        numbers = itertools.count()
        rows = (
            [Sighting("R", str(next(numbers)), None, None, None, None, "{}") for _ in range(1000)]
            for _ in range(batches)
        )
        tracemalloc.start()
        record_period(engine, "s", OCTOBER, verdicts=[VERDICT], sightings=rows)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)
    assert peak(24) < 2 * peak(3)


def test_killed_at_any_moment_it_leaves_all_or_nothing(registry_url: str) -> None:
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    record(registry_url, 0, ROWS, Period.parse("2026-09"))
    for shift in (0, ROWS // 4, 0):  # findings are never forgotten: let each one have been there once
        record(registry_url, shift, ROWS)
    states = [dump(registry_url)]
    started = time.monotonic()
    record(registry_url, ROWS // 4, ROWS)
    seconds = time.monotonic() - started
    states.append(dump(registry_url))
    shifts, now = (0, ROWS // 4), 1
    killed = 0
    for _ in range(5):
        target = 1 - now
        process = _start(registry_url, shifts[target])
        time.sleep(moments.uniform(0, 1.2 * seconds))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        found = dump(registry_url)
        assert found in states, f"seed {seed}"
        now = states.index(found)
    assert killed, "no process lived long enough to be killed"
    record(registry_url, 0, ROWS)
    assert dump(registry_url) == states[0], f"seed {seed}"


def _start(url: str, shift: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.registry.recorder", url, str(shift), str(ROWS)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as ready:
        ready.readline()
    return process
