"""How a task ends: what its log says, what is tried again, and who is told.

Belongs here: the plain-words wrapper, the retry policy, the callbacks. The errors themselves are in
``wattledger.errors``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from wattledger.errors import SourceUnreachableError, WattledgerError
from wattledger.settings import Settings

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
Counts = dict[str, int]
"""What a task hands to Airflow: a few numbers. Rows never travel through XCom."""


class Stopped(SystemExit):
    """A task ended for a reason that its log gives in plain words; Airflow logs no traceback for a SystemExit."""

    def __init__(self, error: WattledgerError) -> None:
        super().__init__(1)
        self.error = error

    def __str__(self) -> str:
        return self.error.what


class StoppedForNow(Stopped):
    """A task ended for a reason that may pass: trying again may help."""


def in_plain_words(function: Callable[P, R]) -> Callable[P, R]:
    """Log a task's result, or its WattledgerError, in a few lines of plain words.

    Other errors keep Airflow's full traceback: they are faults of the program.
    """

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        label = " ".join([function.__name__, *map(str, args), *map(str, kwargs.values())])
        try:
            result = function(*args, **kwargs)
        except WattledgerError as error:
            for line in str(error).splitlines():
                log.error(line)
            log.debug("Where it happened", exc_info=error)
            raise (StoppedForNow if isinstance(error, SourceUnreachableError) else Stopped)(error) from None
        log.info("%s: %s", label, _shown(result))
        return result

    return told


def _shown(result: object) -> str:
    if isinstance(result, dict):
        return ", ".join(f"{number:,} {name}" for name, number in result.items()) or "nothing"
    return ", ".join(map(str, result)) if isinstance(result, list) else str(result)


RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            StoppedForNow,
            RetryAction.RETRY,
            retry_delay=timedelta(minutes=2),
            reason="Something did not answer: it is tried again.",
        ),
        RetryRule(Stopped, RetryAction.FAIL, reason="Trying again would not help until it is put right."),
    ],
    # Anything else may be a full disk, another writer of the lake or a lost worker: the tasks may be run again.
    default=RetryAction.DEFAULT,
)


def tell_of_failure(context: Mapping[str, Any]) -> None:
    """Failure callback: one line with the task, the period, the reason, and where its log is."""
    ti, run = context["ti"], context["dag_run"]
    label = f" [{ti.rendered_map_index}]" if ti.rendered_map_index else ""
    period = run.partition_key or (run.conf or {}).get("period")
    error = context.get("exception")
    reason = str(error) or type(error).__name__
    log.error("%s%s failed for %s: %s See %s", ti.task_id, label, period, reason, ti.log_url)


def tell_of_lateness(context: Mapping[str, Any]) -> None:
    """Deadline callback: one line; it runs in the executor, where ``context`` holds the run as a plain dict."""
    run = context.get("dag_run") or {}
    period = run.get("partition_key") or (run.get("conf") or {}).get("period")
    log.error("%s is late for %s: see run %s.", run.get("dag_id"), period, run.get("dag_run_id"))


def deadline(name: str, settings: Settings) -> DeadlineAlert:
    """When a run is late: so many hours beyond the average of the last good runs. Until there is one, nothing is late.

    Airflow 3.3 calls deadlines experimental. Not DAGRUN_QUEUED_AT: a run with such a deadline cannot be cleared
    (apache/airflow#70368), and not the logical date, which a run of ours need not have. ``dag.test`` fails
    with any of them (see ``local``).
    """
    return DeadlineAlert(
        name=name,
        reference=DeadlineReference.AVERAGE_RUNTIME(max_runs=10, min_runs=1),
        interval=timedelta(hours=settings.late_after_hours),
        callback=SyncCallback(tell_of_lateness),
    )


DEFAULT_ARGS: dict[str, Any] = {
    "owner": "audit",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_policy": RETRY_POLICY,
    "on_failure_callback": tell_of_failure,
}
