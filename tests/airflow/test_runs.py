"""The real DAGs on the demo utility: asset events, failing well, and rerunning anything at any time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from tests.airflow.conftest import MONTH
from wattledger.lake import Lake
from wattledger.steps import AFTER_LANDING

pytestmark = pytest.mark.slow


def _events(period: str) -> Counter[str]:
    """Asset events of a period by dataset."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session

    query = sa.select(AssetModel.name).join(AssetEvent, AssetModel.id == AssetEvent.asset_id)
    with create_session() as session:
        return Counter(session.scalars(query.where(AssetEvent.partition_key == period)))


def _states(run: Any) -> dict[str, str]:
    """The state of every task instance, by its label or task."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    query = sa.select(TaskInstance).where(TaskInstance.run_id == run.run_id)
    with create_session() as session:
        return {ti.rendered_map_index or ti.task_id: str(ti.state) for ti in session.scalars(query)}


def _registry(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the registry, but for how long a rule took."""
    engine = sa.create_engine(f"sqlite:///{home / 'registry.db'}")
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            name: sorted(
                map(tuple, connection.execute(sa.select(*(c for c in table.columns if c.name != "seconds")))),
                key=repr,
            )
            for name, table in metadata.tables.items()
        }


def _files(folder: Path, pattern: str) -> dict[str, str]:
    """Digests of files by their place."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob(pattern))
        if path.is_file()
    }


def _lake(home: Path, datasets: list[str], period: str = MONTH) -> dict[str, str]:
    """The digest of each dataset's landing."""
    lake = Lake(home / "lake" / "demo")
    return {name: r.digest for name in datasets for r in lake.landings(name) if r.period == period}


@pytest.fixture
def datasets(demo: Path) -> list[str]:
    return list(yaml.safe_load((demo / "source.yaml").read_text(encoding="utf-8"))["datasets"])


def test_each_landing_updates_its_own_asset_and_no_other(landed: Any, datasets: list[str]) -> None:
    assert _events(MONTH) == dict.fromkeys(["audit_period", *datasets], 1)


def test_operators_read_the_datasets_name_and_not_a_number(landed: Any, datasets: list[str]) -> None:
    assert _states(landed) == {"list_datasets": "success"} | dict.fromkeys(datasets, "success")


def test_the_audit_leaves_bulletins_and_mails(audited: Any, installation: Path) -> None:
    assert _states(audited) == dict.fromkeys(AFTER_LANDING, "success")
    assert (installation / "bulletins" / "demo" / MONTH / "company.html").is_file()
    assert _files(installation / "mail", "company*.eml")


@pytest.mark.parametrize("task_id", AFTER_LANDING)
def test_any_step_can_be_cleared_alone(
    audited: Any, clear: Callable[..., str], installation: Path, datasets: list[str], task_id: str
) -> None:
    def everything() -> list[Any]:
        return [
            _registry(installation),
            _lake(installation, datasets),
            _files(installation / "bulletins", "*.html"),
            _files(installation / "bulletins", "*.txt"),
            _files(installation / "mail", "*"),
        ]

    before = everything()
    assert clear(audited, task_id) == "success"
    assert everything() == before


def test_a_landing_can_be_cleared_alone_even_after_the_audit(
    audited: Any, landed: Any, clear: Callable[..., str], installation: Path, datasets: list[str]
) -> None:
    before = _lake(installation, datasets), _files(installation / "mail", "*")
    assert clear(landed, "land", datasets.index("bill")) == "success"
    assert (_lake(installation, datasets), _files(installation / "mail", "*")) == before


@pytest.mark.parametrize("period", ["2026-10-15", "2026-09..2026-10"])
def test_other_periods(audited: Any, run_dag: Callable[..., Any], installation: Path, period: str) -> None:
    run = run_dag("nightly_audit", period)
    assert _states(run) == dict.fromkeys(AFTER_LANDING, "success")
    assert (installation / "bulletins" / "demo" / period.replace("..", "_to_") / "company.html").is_file()


def test_a_missing_file_stops_one_landing_and_its_return_mends_it(
    audited: Any,
    run_dag: Callable[..., Any],
    clear: Callable[..., str],
    demo: Path,
    datasets: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    period, file = "2026-10-31", demo / "gl_entry_202610.csv"
    hidden = file.rename(file.with_suffix(".away"))
    try:
        run = run_dag("extract", period)
    finally:
        hidden.rename(file)
    others = [name for name in datasets if name != "ledger_entry"]
    assert run.state == "failed"
    assert _states(run) == {"list_datasets": "success", "ledger_entry": "failed"} | dict.fromkeys(
        others, "success"
    )
    told = [
        r.message for r in caplog.records if r.name == "wattledger.airflow.policy" and r.levelname == "ERROR"
    ]
    assert told[0] == "ledger_entry: there is no file gl_entry_{yyyymm}.csv for 2026-10-31.".replace(
        "{yyyymm}", "202610"
    )
    assert told[2].startswith("  to do: Deliver the file")
    assert _events(period) == dict.fromkeys(["audit_period", *others], 1)

    assert clear(run, "land", datasets.index("ledger_entry")) == "success"
    assert _events(period) == dict.fromkeys(["audit_period", *datasets], 1)


def test_a_run_without_a_period_says_so(
    run_dag: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    run = run_dag("nightly_audit")
    assert run.state == "failed"
    assert _states(run)["open_run"] == "failed"
    assert "This run does not say which period it is about." in caplog.messages
