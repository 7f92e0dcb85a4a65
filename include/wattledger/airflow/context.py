"""Which audit a task is about: the installation's source, and the period of the task's run.

Belongs here: reading a run's context. Never the wall clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param

from wattledger.errors import UsageError
from wattledger.periods import Period
from wattledger.settings import Settings

if TYPE_CHECKING:
    from wattledger.context import Audit

_END = r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?"
_TODO = "Trigger the DAG again, and fill in Period: 2026-10-31, 2026-10, or FROM..TO."


def period_param() -> Param:
    """The field *Period* of the trigger form; what passes its pattern is checked again by ``Period.parse``."""
    return Param(
        None,
        type=["null", "string"],
        pattern=rf"^{_END}(\.\.{_END})?$",
        title="Period",
        description="A day 2026-10-31, a month 2026-10, or FROM..TO, in the utility's own time zone",
    )


def period_of(context: Mapping[str, Any]) -> Period:
    """The period of a task's run; raise UsageError where the run names none, or two.

    A schedule, a backfill and an asset give the run a partition key; the trigger form and the command line put
    ``period`` into its conf. Not ``context["params"]``: ``dag.test`` leaves one run's value there for the next.
    """
    run = context["dag_run"]
    key, asked = getattr(run, "partition_key", None), (run.conf or {}).get("period")
    named = [Period.parse(str(text)) for text in (key, asked) if text]
    if not named:
        raise UsageError("This run does not say which period it is about.", todo=_TODO)
    if named[0] != named[-1]:
        raise UsageError(f"This run has the partition key {key}, but was asked for {asked}.", todo=_TODO)
    return named[0]


def audit_of(context: Mapping[str, Any]) -> Audit:
    """The audit of the installation's source for the run's period; raise ConfigurationError for a wrong source file."""
    from wattledger.context import Audit
    from wattledger.extract.source import load_source

    settings, period = Settings(), period_of(context)
    return Audit(settings, load_source(settings.source), period)
