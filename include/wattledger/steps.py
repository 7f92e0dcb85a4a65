"""The steps of an audit, in the order in which the data goes: the one place that says it.

Belongs here: names. The functions of these names are in ``pipeline``, the tasks in the DAG ``nightly_audit``, whose
file is parsed every few seconds and so imports nothing heavier than this.
"""

from __future__ import annotations

from typing import Final

AFTER_LANDING: Final = (
    "open_run",
    "rate",
    "reconcile",
    "validate",
    "record_findings",
    "work_out_sheets",
    "publish_bulletins",
    "send_bulletins",
)
