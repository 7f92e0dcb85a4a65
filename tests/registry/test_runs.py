from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine

from wattledger.periods import Period
from wattledger.registry import Run, finish_run, get_run, open_registry, open_run

OCTOBER = Period.parse("2026-10")
INPUTS = {
    "bill": {"version": 3, "landed": 10, "rejected": 1},
    "meter": {"version": 1, "landed": 2, "rejected": 0},
}


@pytest.fixture
def engine(registry_url: str) -> Engine:
    return open_registry(registry_url)


def _open(engine: Engine, inputs: dict[str, dict[str, int]] = INPUTS, rules: str = "r1") -> Run:
    return open_run(engine, "demo", OCTOBER, inputs, rules_hash=rules, code_version="0.1.0")


def test_the_same_inputs_are_the_same_run(engine: Engine) -> None:
    first = _open(engine)
    assert first == _open(engine, dict(reversed(INPUTS.items())))
    assert first == get_run(engine, "demo", OCTOBER)
    assert first.revision == 1
    assert first.inputs == INPUTS
    assert first.opened_at.tzinfo is not None


def test_other_inputs_or_rules_are_the_next_revision(engine: Engine) -> None:
    first = _open(engine)
    second = _open(engine, {"bill": {"version": 4}})
    third = _open(engine, {"bill": {"version": 4}}, rules="r2")
    again = _open(engine)
    assert [run.revision for run in (first, second, third, again)] == [1, 2, 3, 4]
    assert get_run(engine, "demo", OCTOBER) == again


def test_runs_of_other_sources_and_periods_are_apart(engine: Engine) -> None:
    _open(engine)
    assert get_run(engine, "other", OCTOBER) is None
    assert get_run(engine, "demo", Period.parse("2026-10-31")) is None


def test_a_finished_run_keeps_its_time(engine: Engine) -> None:
    run = _open(engine)
    beijing = datetime(2026, 11, 1, 6, 30, tzinfo=timezone(timedelta(hours=8)))
    finished = finish_run(engine, run, now=beijing)
    assert finished.finished_at == datetime(2026, 10, 31, 22, 30, tzinfo=UTC)
    assert finish_run(engine, run).finished_at == finished.finished_at
    assert _open(engine).finished_at == finished.finished_at


def test_two_tasks_opening_at_once_get_the_same_run(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: _open(engine), range(16)))
    assert {run.id for run in runs} == {runs[0].id}
