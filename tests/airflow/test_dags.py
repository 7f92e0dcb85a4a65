"""The DAG files by themselves: they load, quickly, and say what they are for."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.conftest import ROOT

DAGS = ["extract", "nightly_audit"]
HEAVY = [
    "great_expectations",
    "pandas",
    "duckdb",
    "deltalake",
    "pyarrow",
    "wattledger.pipeline",
    "wattledger.contracts",
]


def _parse(source: Path, expression: str, schedule: str = "") -> str:
    """Load both DAG files in a fresh process, and evaluate an expression over them."""
    code = "import sys; sys.path.insert(0, 'dags'); import airflow.sdk; before = set(sys.modules)\n"
    code += f"import extract, nightly_audit; print({expression})"
    environment = os.environ | {"WATTLEDGER_SOURCE": str(source), "WATTLEDGER_SCHEDULE": schedule}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_both_dags_load(dagbag: Any) -> None:
    assert dagbag.import_errors == {}
    assert sorted(dagbag.dags) == DAGS


def test_each_file_parses_in_under_a_second(dagbag: Any) -> None:
    assert [stats.file for stats in dagbag.dagbag_stats if stats.duration >= timedelta(seconds=1)] == []


def test_parsing_loads_nothing_heavy(demo: Path) -> None:
    assert _parse(demo / "source.yaml", f"sorted(set({HEAVY}) & (set(sys.modules) - before))") == "[]"


def test_without_a_source_file_the_dags_are_still_there(tmp_path: Path) -> None:
    listed = _parse(tmp_path / "none.yaml", "','.join(extract.LAKE)")
    assert {"bill", "meter_reading", "interval_reading"} <= set(listed.split(","))


def test_the_schedule_gives_the_day_that_has_ended(demo: Path) -> None:
    shown = _parse(demo / "source.yaml", "type(extract.dag.timetable).__name__", schedule="0 0 * * *")
    assert shown == "CronPartitionTimetable"


@pytest.mark.parametrize("dag_id", DAGS)
def test_house_rules(dagbag: Any, dag_id: str) -> None:
    dag = dagbag.dags[dag_id]
    assert "period" in dag.params
    assert dag.tags == {"wattledger"}
    assert dag.max_active_runs == 1
    assert not dag.catchup
    for part in ("A task is red", "The whole night again", "An old period"):
        assert part in dag.doc_md
    for task in dag.tasks:
        assert task.retry_policy, task.task_id
        assert task.doc_md, task.task_id


def test_the_audit_begins_with_open_run(dagbag: Any) -> None:
    dag = dagbag.dags["nightly_audit"]
    assert [task.task_id for task in dag.topological_sort()] == [
        "open_run",
        "validate",
        "reconcile",
        "record_findings",
        "publish_bulletins",
        "send_bulletins",
    ]
    assert [task.task_id for task in dag.roots] == ["open_run"]


@pytest.mark.parametrize("period", ["2026-10-31", "2026-10", "2005-01..2019-12", "2005-01-01..2019-12-31"])
def test_the_trigger_form_takes_every_kind_of_period(dagbag: Any, period: str) -> None:
    assert dagbag.dags["extract"].params.deep_merge({"period": period}) is None
    params = dagbag.dags["extract"].params
    params["period"] = period
    params.validate()
    params["period"] = None


@pytest.mark.parametrize("period", ["2026-13", "October", "2026-10..", "2026", "2026-10-31; DROP TABLE bill"])
def test_the_trigger_form_refuses_what_is_no_period(dagbag: Any, period: str) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    from wattledger.airflow.context import period_param

    with pytest.raises(ParamValidationError):
        period_param().resolve(period)
