"""The registry: runs, verdicts, findings with their history, reconciliation, and the outbox.

Belongs here: what has to outlive a run and is asked for by key. Rows in bulk (readings, bills, failing rows as
the rules saw them) live in the lake. What a bulletin says about a finding is composed elsewhere.
"""

from wattledger.registry.engine import reading, writing
from wattledger.registry.finding_queries import (
    each_finding,
    largest_findings,
    list_findings,
    total_backlog,
    total_findings,
)
from wattledger.registry.period_queries import (
    count_breaks,
    list_breaks,
    list_intake,
    list_reconciliation,
    list_verdicts,
)
from wattledger.registry.record import record_period
from wattledger.registry.rows import (
    BacklogTotal,
    BreakRow,
    FindingRow,
    FindingTotal,
    IntakeRow,
    ReconciliationRow,
    Run,
    Sighting,
    VerdictRow,
)
from wattledger.registry.runs import finish_run, get_run, list_runs, open_run
from wattledger.registry.schema import open_registry, upgrade

__all__ = [
    "BacklogTotal",
    "BreakRow",
    "FindingRow",
    "FindingTotal",
    "IntakeRow",
    "ReconciliationRow",
    "Run",
    "Sighting",
    "VerdictRow",
    "count_breaks",
    "each_finding",
    "finish_run",
    "get_run",
    "largest_findings",
    "list_breaks",
    "list_findings",
    "list_intake",
    "list_reconciliation",
    "list_runs",
    "list_verdicts",
    "open_registry",
    "open_run",
    "reading",
    "record_period",
    "total_backlog",
    "total_findings",
    "upgrade",
    "writing",
]
