"""Which period a run is about, what is tried again, and what the log of a failure says."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from wattledger.errors import ConfigurationError, DataError, SourceUnreachableError, UsageError


def _context(key: str | None = None, conf: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"dag_run": SimpleNamespace(partition_key=key, conf=conf), "params": {"period": "1999-01"}}


@pytest.mark.parametrize(
    ("key", "conf"),
    [
        ("2026-10", None),
        (None, {"period": "2026-10"}),
        ("2026-10", {"period": "2026-10-01..2026-10-31"}),
        ("2026-10", {"period": None}),
    ],
)
def test_the_period_comes_from_the_run(key: str | None, conf: dict[str, Any] | None) -> None:
    from wattledger.airflow.context import period_of

    assert str(period_of(_context(key, conf))) == "2026-10"


@pytest.mark.parametrize(
    ("key", "conf", "said"),
    [
        (None, None, "does not say which period"),
        (None, {"period": "October"}, "'October' is not a period"),
        ("2026-10-30", {"period": "2026-10-31"}, "was asked for 2026-10-31"),
    ],
)
def test_a_run_without_a_clear_period_is_refused(
    key: str | None, conf: dict[str, Any] | None, said: str
) -> None:
    from wattledger.airflow.context import period_of

    with pytest.raises(UsageError, match=said):
        period_of(_context(key, conf))


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (SourceUnreachableError("no answer"), "retry"),
        (DataError("cut off"), "fail"),
        (ConfigurationError("wrong"), "fail"),
        (UsageError("no period"), "fail"),
        (OSError("disk full"), "default"),
    ],
)
def test_what_is_tried_again(error: Exception, action: str, caplog: pytest.LogCaptureFixture) -> None:
    from wattledger.airflow.policy import RETRY_POLICY, in_plain_words

    @in_plain_words
    def fails() -> None:
        raise error

    with pytest.raises(BaseException, match=str(error)) as raised:
        fails()
    decision = RETRY_POLICY.evaluate(raised.value, 1, 3)
    assert decision.action.value == action
    assert decision.retry_delay == (timedelta(minutes=2) if action == "retry" else None)


def test_an_expected_failure_is_told_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    from wattledger.airflow.policy import Stopped, in_plain_words

    @in_plain_words
    def land(dataset: str) -> None:
        raise DataError("bill: there is no file.", where="/drop/bill.csv", todo="Deliver it.")

    with caplog.at_level(logging.INFO, "wattledger"), pytest.raises(Stopped):
        land(dataset="bill")
    told = [(record.levelname, record.message, record.exc_info) for record in caplog.records]
    assert told == [
        ("ERROR", "bill: there is no file.", None),
        ("ERROR", "  where: /drop/bill.csv", None),
        ("ERROR", "  to do: Deliver it.", None),
    ]


def test_a_success_is_told_in_a_line(caplog: pytest.LogCaptureFixture) -> None:
    from wattledger.airflow.policy import in_plain_words

    @in_plain_words
    def land(dataset: str) -> dict[str, int]:
        return {"landed": 20000, "rejected": 3}

    with caplog.at_level(logging.INFO, "wattledger"):
        land(dataset="bill")
    assert caplog.messages == ["land bill: 20,000 landed, 3 rejected"]


def test_the_callbacks_name_task_period_and_reason(caplog: pytest.LogCaptureFixture) -> None:
    from wattledger.airflow.policy import tell_of_failure, tell_of_lateness

    task = SimpleNamespace(task_id="land", rendered_map_index="bill", log_url="http://airflow/log")
    run = SimpleNamespace(partition_key="2026-10", conf=None)
    tell_of_failure({"ti": task, "dag_run": run, "exception": DataError("there is no file.")})
    late = {"dag_id": "extract", "partition_key": None, "conf": {"period": "2026-10"}, "dag_run_id": "run-1"}
    tell_of_lateness({"dag_run": late})
    assert caplog.messages == [
        "land [bill] failed for 2026-10: there is no file. See http://airflow/log",
        "extract is late for 2026-10: see run run-1.",
    ]
    assert {record.levelname for record in caplog.records} == {"ERROR"}


def test_connections_become_urls_and_mail_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Connection

    from wattledger.airflow import connections

    stored = Connection(
        conn_id="billing",
        conn_type="postgres",
        login="reader",
        password="p@ss/word",
        host="db",
        port=5433,
        schema="cis",
    )
    monkeypatch.setattr(connections, "_connection", lambda conn_id: stored if conn_id == "billing" else None)
    assert connections.database_url("billing") == "postgresql+psycopg://reader:p%40ss%2Fword@db:5433/cis"
    with pytest.raises(ConfigurationError, match="There is no Airflow connection 'finance'"):
        connections.database_url("finance")
