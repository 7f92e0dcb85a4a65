"""The real DAGs in this one process, without servers: what ``make audit`` runs.

Belongs here: Airflow's settings for a private home, its database, ``dag.test``. No step of an audit. Airflow reads
its settings when it is first imported: that is why nothing of it is imported above a function.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path


def configure(home: Path, dags: Path) -> None:
    """Point Airflow at a private ``home`` with SQLite and a quiet log. AIRFLOW__... in the environment wins.

    Not a home that a scheduler uses: it would run the tasks of ``run`` a second time.
    """
    settings = {
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags.resolve()),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }
    os.environ["AIRFLOW_HOME"] = str(home.resolve())
    for name, value in settings.items():
        os.environ.setdefault(name, value)


def ensure_database(home: Path) -> None:
    """Make or upgrade Airflow's own database, once for each version of Airflow.

    A note in ``home`` says for which version that was done: asking Airflow takes seconds even when there is nothing
    to do. Only for the SQLite database in ``home``.
    """
    note = home / f"database-{version('apache-airflow-core')}"
    if note.exists() and (home / "airflow.db").exists():
        return
    from airflow.utils.db import initdb

    initdb()
    note.touch()


def speak_plainly() -> None:
    """Send the package's own log lines to the terminal as they are; call it after Airflow is imported."""
    log = logging.getLogger("wattledger")
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)


def run(dag_id: str, period: str) -> bool:
    """Run one DAG for one period, each task once; return whether all of it succeeded."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if bag.import_errors:
        raise SystemExit("\n".join(bag.import_errors.values()))
    dag = bag.dags[dag_id]
    dag.deadline = None  # Airflow 3.3.2: a deadline makes dag.test fail, and there is nobody to be late for
    for task in dag.tasks:
        task.retries = 0  # somebody is looking on: a failure is shown at once,
        task.on_failure_callback = []  # and there is no page of its log to go to
    return str(dag.test(logical_date=None, run_conf={"period": period}).state) == "success"
