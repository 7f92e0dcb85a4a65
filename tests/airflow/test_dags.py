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


def _parse(monkeypatch: pytest.MonkeyPatch, **settings: str) -> dict[str, Any]:
    """The DAGs as these settings make them."""
    from airflow.dag_processing.dagbag import DagBag

    for name, value in settings.items():
        monkeypatch.setenv(f"WATTLEDGER_{name.upper()}", value)
    bag = DagBag(str(ROOT / "dags"))
    assert bag.import_errors == {}
    return dict(bag.dags)


def test_both_dags_load(dagbag: Any) -> None:
    assert dagbag.import_errors == {}
    assert sorted(dagbag.dags) == DAGS


def test_each_file_parses_in_under_a_second(dagbag: Any) -> None:
    assert [stats.file for stats in dagbag.dagbag_stats if stats.duration >= timedelta(seconds=1)] == []


def test_parsing_loads_nothing_heavy(demo: Path) -> None:
    code = "import sys; sys.path.insert(0, 'dags'); import airflow.sdk; before = set(sys.modules)\n"
    code += f"import extract, nightly_audit; print(sorted(set({HEAVY}) & (set(sys.modules) - before)))"
    environment = os.environ | {"WATTLEDGER_SOURCE": str(demo / "source.yaml")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("content", [None, "", "datasets:", "name: [", "- a list"])
def test_without_a_usable_source_file_the_dags_are_still_there(
    dagbag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    source = tmp_path / "source.yaml"
    if content is not None:
        source.write_text(content)
    dags = _parse(monkeypatch, source=str(source))
    outlets = {asset.name for asset in dags["extract"].task_dict["land"].partial_kwargs["outlets"]}
    assert {"bill", "meter_reading", "interval_reading"} <= outlets


def test_the_clock_is_the_utilitys(dagbag: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source.yaml"
    source.write_text("timezone: Africa/Tunis\ndatasets: {bill: {}}\n")
    extract = _parse(monkeypatch, source=str(source), schedule="0 0 * * *")["extract"]
    assert type(extract.timetable).__name__ == "CronPartitionTimetable"
    assert str(extract.timetable.timezone) == "Africa/Tunis"
    assert extract.is_paused_upon_creation


@pytest.mark.parametrize("dag_id", DAGS)
def test_lateness_does_not_get_into_the_way_of_clearing(dag_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.definitions.deadline import DeadlineReference

    # With DAGRUN_QUEUED_AT the button Clear is an error 500: apache/airflow#70368.
    (alert,) = _parse(monkeypatch)[dag_id].deadline  # anew: who runs a DAG in this process takes them off
    assert alert.reference == DeadlineReference.AVERAGE_RUNTIME(max_runs=10, min_runs=1)


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
        "rate",
        "reconcile",
        "validate",
        "record_findings",
        "work_out_sheets",
        "publish_bulletins",
        "send_bulletins",
    ]
    assert [task.task_id for task in dag.roots] == ["open_run"]


@pytest.mark.parametrize(
    "period", ["2026-10-31", "2026-10", "2005-01..2019-12", "2005-01-01..2019-12-31", None]
)
def test_the_trigger_form_takes_every_kind_of_period(period: str | None) -> None:
    from wattledger.airflow.context import period_param

    assert period_param().resolve(period) == period


@pytest.mark.parametrize("period", ["2026-13", "October", "2026-10..", "2026", "2026-10-31; DROP TABLE bill"])
def test_the_trigger_form_refuses_what_is_no_period(period: str) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    from wattledger.airflow.context import period_param

    with pytest.raises(ParamValidationError):
        period_param().resolve(period)
