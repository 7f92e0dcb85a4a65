from __future__ import annotations

import multiprocessing
import os
import sqlite3
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import wattledger.registry
from wattledger.errors import ConfigurationError, SourceUnreachableError
from wattledger.registry import open_registry, reading, upgrade, writing
from wattledger.registry.schema import HEAD
from wattledger.registry.tables import intake, metadata


def test_migrations_give_the_tables(registry_url: str) -> None:
    engine = open_registry(registry_url)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        checks = {
            table.name: {check["name"] for check in inspect(connection).get_check_constraints(table.name)}
            for table in metadata.tables.values()
        }
    assert checks["verdict"] == {"ck_verdict_verdict", "ck_verdict_recurrence"}
    assert checks["outbox"] == {"ck_outbox_status"}
    engine.dispose()


def test_stated_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(wattledger.registry.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_upgrade_is_quick_when_current(registry_url: str) -> None:
    upgrade(registry_url)
    started = time.process_time()
    upgrade(registry_url)
    assert time.process_time() - started < 0.2


def test_several_processes_upgrade_at_once(registry_url: str) -> None:
    # spawned, not forked: a forked child would share the parent's connections
    spawning = multiprocessing.get_context("spawn")
    workers = [spawning.Process(target=upgrade, args=(registry_url,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    with reading(open_registry(registry_url)) as connection:
        found = set(inspect(connection).get_table_names())
    assert found == {*metadata.tables, "alembic_version"}


def test_sqlite_is_set_up(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "registry.db"
    engine = open_registry(f"sqlite:///{path}")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 120_000


def test_an_error_leaves_nothing_written(registry_url: str) -> None:
    engine = open_registry(registry_url)
    row = {"source": "s", "period": "2026-10", "dataset": "bill", "extracted": 1, "landed": 1, "rejected": 0}

    def write() -> None:
        with writing(engine) as connection:
            connection.execute(intake.insert().values(**row, reasons={}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    with reading(engine) as connection:
        assert connection.execute(intake.select()).all() == []


def test_a_locked_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wattledger.registry.engine.BUSY_SECONDS", 0.2)
    path = tmp_path / "registry.db"
    engine = open_registry(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(SourceUnreachableError, match="locked"), writing(engine):
        pass
    holder.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y"])
def test_a_wrong_url_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_registry(url)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachableError, match="registry does not answer") as caught:
        open_registry(f"postgresql://someone:s3cret@/nowhere?host={tmp_path}")
    assert "s3cret" not in str(caught.value)
    assert os.fspath(tmp_path) in str(caught.value)
