"""What audits found, as Arrow tables of stated columns and types (``contracts.listed``).

Belongs here: asking the registry. The command line prints these tables, ``frames`` hands them to pandas: both show the
same rows in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from wattledger import registry
from wattledger.bulletin.masking import mask_evidence
from wattledger.contracts.listed import load_listings
from wattledger.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Engine

    from wattledger.context import Audit
    from wattledger.lake.upkeep import TableUse


def verdicts(audit: Audit) -> pa.Table:
    """A row per rule, by rule_id."""
    return _listed("verdicts", registry.list_verdicts(audit.registry, audit.source.name, audit.run.period))


def findings(
    audit: Audit, rule: str = "", unit: str = "", *, backlog: bool = False, limit: int | None = None
) -> pa.Table:
    """Findings as of the period, the largest absolute amount first.

    Args:
        audit: an audited source and period.
        rule: only this rule's; raise UsageError where the audit ran none such.
        unit: only those of this unit and of all below it; raise UsageError where there is none such.
        backlog: with the open event findings of earlier periods that the period itself does not show.
        limit: only so many.
    """
    found = registry.each_finding(
        audit.registry,
        audit.source.name,
        audit.run.period,
        **_narrowed(audit, rule, unit),
        backlog=backlog,
        limit=limit,
    )
    return _listed("findings", found)


def count_findings(audit: Audit, rule: str = "", unit: str = "") -> int:
    """How many findings ``findings`` lists."""
    totals = registry.total_findings(
        audit.registry, audit.source.name, audit.run.period, **_narrowed(audit, rule, unit)
    )
    return sum(total.findings for total in totals)


def breaks(audit: Audit, *, limit: int | None = None) -> pa.Table:
    """Breaks, the largest absolute difference first."""
    found = registry.list_breaks(audit.registry, audit.source.name, audit.run.period, limit=limit)
    return _listed("breaks", found)


def count_breaks(audit: Audit) -> int:
    """How many breaks there are."""
    return registry.count_breaks(audit.registry, audit.source.name, audit.run.period)


def reconciliation(audit: Audit) -> pa.Table:
    """Each link for the company and for each unit."""
    found = registry.list_reconciliation(audit.registry, audit.source.name, audit.run.period)
    return _listed("reconciliation", found)


def mails(audit: Audit) -> pa.Table:
    """The outbox of the period."""
    from wattledger.mail import list_outbox

    listing = load_listings()["mail"]
    rows = list_outbox(audit.registry, audit.source.name, audit.run.period)
    return listing.table(
        {
            **{name: getattr(row, name) for name in listing.columns},
            "recipients": json.dumps(row.recipients, ensure_ascii=False),
            "sent_at": row.sent_at and str(row.sent_at),
        }
        for row in rows
    )


def lake(found: Mapping[str, Iterable[TableUse]]) -> pa.Table:
    """The tables of each source's lake, with what each takes on disk in bytes."""
    return load_listings()["lake"].table(
        {
            "source": source,
            "table": use.table,
            "versions": use.versions,
            "files": use.live_files,
            "size": use.live_bytes,
            "pinned": use.pinned_bytes,
            "removable": use.removable_bytes,
            "pinned_by": ", ".join(use.runs[-3:])
            + (f" and {len(use.runs) - 3} more" if len(use.runs) > 3 else ""),
        }
        for source, uses in found.items()
        for use in uses
    )


def runs(engine: Engine, source: str) -> pa.Table:
    """All audits of a source, by period."""
    columns = load_listings()["runs"].columns
    rows = (
        {
            **{name: getattr(run, name, None) for name in columns},
            "period": str(run.period),
            "period_start": run.period.start,
            "period_end": run.period.end,
            "opened_at": run.opened_at.replace(tzinfo=None),
            "finished_at": run.finished_at and run.finished_at.replace(tzinfo=None),
        }
        for run in registry.list_runs(engine, source)
    )
    return load_listings()["runs"].table(rows)


def history(audit: Audit, rule_id: str, business_key: str) -> list[dict[str, Any]]:
    """Of one finding, a row of the list ``history`` for each audited period since it was first seen."""
    engine, source = audit.registry, audit.source.name
    periods = sorted(
        {run.period for run in registry.list_runs(engine, source)}, key=lambda p: (p.end, p.start)
    )
    found: list[dict[str, Any]] = []
    for period in periods:
        asked = registry.each_finding(
            engine, source, period, rules=[rule_id], keys=[business_key], backlog=True
        )
        finding = next(asked, None)
        if finding is None and not found:
            continue
        verdict = next(
            (v for v in registry.list_verdicts(engine, source, period) if v.rule_id == rule_id), None
        )
        found.append(
            {
                "period": str(period),
                "verdict": verdict and verdict.verdict,
                "state": finding and finding.state,
                "amount": finding and finding.amount,
                "kwh": finding and finding.kwh,
                "evidence": finding and json.loads(mask_evidence(finding.evidence)),
                "seen": finding is not None and finding.last_seen == str(period),
            }
        )
    return found


def rule_of_run(audit: Audit, rule: str) -> str:
    """The rule as its file has it, in whatever case it was asked for; raise UsageError where the run had none such."""
    ran = registry.list_verdicts(audit.registry, audit.source.name, audit.run.period)
    known = {row.rule_id.casefold(): row.rule_id for row in ran}
    if rule.casefold() not in known:
        near = [known[name] for name in get_close_matches(rule.casefold(), known)]
        raise UsageError(
            f"The audit of {audit.period} ran no rule {rule}"
            + (f"; did you mean {' or '.join(near)}?" if near else "."),
            todo="`wattledger verdicts` lists those that it ran.",
        )
    return known[rule.casefold()]


def _narrowed(audit: Audit, rule: str, unit: str) -> dict[str, Any]:
    units = None
    if unit:
        from wattledger.organisation import load_organisation

        with audit.session() as session:
            units = load_organisation(session).subtree(unit)
    return {"rules": [rule_of_run(audit, rule)] if rule else None, "units": units}


def _listed(name: str, rows: Iterable[Any]) -> pa.Table:
    listing = load_listings()[name]

    def named() -> Iterator[dict[str, Any]]:
        for row in rows:
            values = {column: getattr(row, column) for column in listing.columns}
            if "evidence" in values:
                values["evidence"] = mask_evidence(values["evidence"])
            yield values

    return listing.table(named())
