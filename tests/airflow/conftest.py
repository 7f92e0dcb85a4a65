"""A private Airflow, and the real DAGs on a small demo utility.

Airflow reads its settings when it is first imported, hence the environment at module level; what is Wattledger's own
is set by a fixture and taken back, for other tests run in the same process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MONTH = "2026-10"
_AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="wattledger-airflow-"))
atexit.register(shutil.rmtree, _AIRFLOW_HOME, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=str(_AIRFLOW_HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_AIRFLOW_HOME / 'airflow.db'}",
)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extracts of a utility of 300 accounts."""
    from wattledger.demo import make_demo

    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder, customers=300)
    return folder


@pytest.fixture(scope="session")
def installation(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home folder of an installation that audits the demo, without a mail server or a schedule."""
    home = tmp_path_factory.mktemp("home")
    ours = {
        "HOME": str(home),
        "SOURCE": str(demo / "source.yaml"),
        "SCHEDULE": "",
        "REGISTRY_URL": "",
        "SMTP_URL": "",
        "THREADS": "1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ours.items():
            patch.setenv(f"WATTLEDGER_{name}", value)
        yield home


@pytest.fixture(scope="session")
def dagbag(installation: Path) -> Any:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    return DagBag(str(ROOT / "dags"))


@pytest.fixture(scope="session")
def run_dag(dagbag: Any) -> Callable[..., Any]:
    """``run_dag(dag_id, period)`` runs a DAG in this process, and returns its run."""

    def run(dag_id: str, period: str | None = None) -> Any:
        dag = dagbag.dags[dag_id]
        dag.deadline = None  # see wattledger.airflow.local.run
        for task in dag.tasks:
            task.retries = 0
        return dag.test(logical_date=None, run_conf={"period": period} if period else None)

    return run


@pytest.fixture(scope="session")
def clear(dagbag: Any) -> Callable[..., str]:
    """``clear(run, task_id, map_index)`` clears one task instance, runs it alone, and returns its state."""

    def rerun(run: Any, task_id: str, map_index: int = -1) -> str:
        import sqlalchemy as sa
        from airflow.models.taskinstance import TaskInstance, clear_task_instances
        from airflow.sdk.definitions.dag import _run_task
        from airflow.utils.session import create_session

        wanted = (
            sa.select(TaskInstance)
            .where(TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id)
            .where(TaskInstance.task_id == task_id, TaskInstance.map_index == map_index)
        )
        with create_session() as session:
            clear_task_instances([session.scalars(wanted).one()], session, dag_run_state=False)
        with create_session() as session:
            instance = session.scalars(wanted).one()
            instance.try_number += 1
            session.commit()
            _run_task(ti=instance, task=dagbag.dags[run.dag_id].task_dict[task_id])
            session.commit()
        with create_session() as session:
            return str(session.scalars(wanted).one().state)

    return rerun


@pytest.fixture(scope="session")
def landed(run_dag: Callable[..., Any]) -> Any:
    """The run of ``extract`` for the demo's month."""
    run = run_dag("extract", MONTH)
    assert run.state == "success"
    return run


@pytest.fixture(scope="session")
def audited(landed: Any, run_dag: Callable[..., Any]) -> Any:
    """The run of ``nightly_audit`` for the demo's month."""
    run = run_dag("nightly_audit", MONTH)
    assert run.state == "success"
    return run
