"""The steps of an audit: landing, and what follows in the order of ``steps``. Command line and DAGs call them.

Belongs here: what each step reads and publishes. How it does it is for the sub-packages. Every step can
be run again at any time, alone or with what follows, and leaves the same result behind.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import timedelta
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattledger.audit.rules import fingerprint
from wattledger.audit.rules.check import check_parameters, check_rules
from wattledger.context import Audit, empty_session
from wattledger.contracts import own_contracts
from wattledger.duckdb_connection import sweep_scratch
from wattledger.errors import DataError, UsageError
from wattledger.extract.landing import land as land_dataset
from wattledger.extract.raw import Connect
from wattledger.lake import LandingRecord
from wattledger.lake.results import RATED, RECONCILED
from wattledger.lake.store import chosen_snapshot, covering, uncovered
from wattledger.organisation import read_organisation
from wattledger.periods import Period
from wattledger.registry import Run
from wattledger.steps import AFTER_LANDING

if TYPE_CHECKING:
    from wattledger.mail import OutboxRow, Transport
    from wattledger.rating.step import Rated

log = logging.getLogger(__name__)


def check_source(audit: Audit) -> None:
    """Raise where the source or the company's own folder cannot be used, or gives a parameter that nothing looks up."""
    _ = audit.templates
    check_parameters(audit.parameters, audit.rules, audit.settings.parameters)


def land(audit: Audit, dataset: str, connect: Connect | None = None) -> LandingRecord:
    """Land a dataset for the period, and first the months before it that history rules want, where they are missing."""
    check_source(audit)
    for span in _missing_history(audit, dataset):
        try:
            record = land_dataset(audit.settings, audit.lake, audit.source, dataset, span, connect)
            log.info("%s: %s landed %s rows for history", dataset, span, record.landed)
        except DataError as error:
            log.info("%s: no history for %s (%s)", dataset, span, error.what)
    return land_dataset(audit.settings, audit.lake, audit.source, dataset, audit.period, connect)


def _missing_history(audit: Audit, dataset: str) -> list[Period]:
    """What is read of the time before the period and no landing covers; in one span where one extract has it all."""
    first = audit.period.seen_from(audit.lookback(dataset))
    if first == audit.period.start:
        return []
    before = Period(first, audit.period.start - timedelta(days=1))
    missing = uncovered(audit.lake.landings(dataset), before)
    if missing and not audit.source.datasets[dataset].names_period:
        return [Period(missing[0].start, missing[-1].end)]
    return [month for part in missing for month in part.months()]


def open_run(audit: Audit) -> Run:
    """Check the rules, and pin the newest lake versions: those are what this audit is of, later steps read no other."""
    from wattledger.registry import open_run as open_registry_run

    sweep_scratch(audit.settings)
    check_source(audit)
    with empty_session(audit.settings, audit.source.contracts) as session:
        own = {parameter.name for parameter in audit.parameters}
        check_rules(audit.rules, session, audit.settings.parameters, own)
    rules_hash = fingerprint(
        audit.rules,
        [parameter.model_dump(mode="json") for parameter in audit.parameters],
        audit.law,
        audit.catalogue.model_dump(mode="json"),
        own_contracts(audit.source.contracts),
    )
    audit.keep_source()
    inputs = {name: _input(audit, name) for name in audit.source.datasets}
    return open_registry_run(
        audit.registry,
        audit.source.name,
        audit.period,
        inputs,
        rules_hash=rules_hash,
        code_version=package_version("wattledger"),
    )


def rate(audit: Audit) -> Rated:
    """Rate every bill by the tariff catalogue; publish what each should have been, and where it was not."""
    from wattledger.rating.step import rate_session

    with audit.session(priced=True) as session:
        rated = rate_session(session, log.info)
        for name in RATED:
            audit.publish_from(session.connection, name)
    reasons = ", ".join(f"{reason} {count}" for reason, count in rated.not_rated.most_common())
    log.info("%s bills rated, %s differ; not rated: %s", rated.rated, rated.differing, reasons or "none")
    return rated


def reconcile(audit: Audit) -> Any:
    """Lay readings, bills, receivables, receipts and ledger side by side; publish links and breaks."""
    from wattledger.reconcile import reconcile as run_links

    with audit.session() as session:
        summary = run_links(session)
        for name in RECONCILED:
            audit.publish_from(session.connection, name)
    return summary


def validate(audit: Audit) -> list[Any]:
    """Run the rules; publish a verdict per rule and the failing rows."""
    from wattledger.audit.validate import validate as run_rules

    with audit.session(rated=True) as session:
        verdicts = run_rules(session, audit.rules, audit.source.jurisdiction, log.info)
        audit.publish_from(session.connection, "failing_row", order="rule_id, business_key")
    audit.publish_records("verdict", map(asdict, verdicts))
    return verdicts


def record_findings(audit: Audit) -> None:
    """Replace what the registry holds of the period by what reconcile and validate published."""
    from wattledger.registry import (
        BreakRow,
        IntakeRow,
        ReconciliationRow,
        Sighting,
        VerdictRow,
        record_period,
    )

    recurrences = {rule.rule_id: rule.record.recurrence for rule in audit.rules}
    record_period(
        audit.registry,
        audit.source.name,
        audit.period,
        verdicts=[
            VerdictRow(**row, recurrence=recurrences[row["rule_id"]])
            for row in audit.published_rows("verdict")
        ],
        sightings=audit.published_batches("failing_row", Sighting._fields),
        reconciliation=[ReconciliationRow(**row) for row in audit.published_rows("reconciliation")],
        breaks=audit.published_batches("recon_break", BreakRow._fields),
        intake=[
            IntakeRow(name, i["extracted"], i["landed"], i["rejected"], i["reasons"])
            for name, i in audit.run.inputs.items()
        ],
    )


def work_out_sheets(audit: Audit) -> int:
    """Work out the bills of the largest findings again; publish their calculation sheets, and whom bulletins are for.

    Returns the number of sheets.
    """
    from wattledger import sheet_step

    audiences, sheets = sheet_step.work_out(audit)
    audit.publish_records("sheet", sheets)
    audit.publish_records("audience", audiences)
    return len(sheets)


def publish_bulletins(
    audit: Audit, *, unit: str | None = None, out: Path | None = None, language: str = ""
) -> list[Path]:
    """Render the bulletin of the company and of every unit (or of ``unit`` alone); return the HTML files.

    Each audience gets an HTML file, a plain-text twin and an XLSX worklist, named by the audience.
    """
    from wattledger.bulletin.publish import publish
    from wattledger.sheets.stored import read_sheets

    audiences = list(audit.published_rows("audience"))
    if not audiences:
        raise UsageError(
            f"It is not known for whom bulletins of {audit.source.name} for {audit.period} are.",
            todo="Run the step work_out_sheets first (in Airflow: clear it with what follows), or audit the period "
            f"by the command line: wattledger audit --source FILE.yaml --period {audit.period}.",
        )
    return publish(
        audit,
        audit.run,
        read_organisation(audiences),
        read_sheets(audit.published_rows("sheet")),
        out or audit.bulletins,
        unit=unit,
        language=language,
    )


def send_bulletins(
    audit: Audit, transport: Transport | None = None, *, resend: Collection[str] = ()
) -> list[OutboxRow]:
    """Mail every published bulletin that has recipients, once per period and audience; ``resend``: these once more.

    Without ``transport``: the mail server of the settings, or .eml files below the home folder. Raises the
    first of the mails' errors after all have been tried.
    """
    from wattledger.bulletin.send import send
    from wattledger.registry import finish_run

    sent = send(audit, audit.run, audit.bulletins, transport, resend=resend)
    finish_run(audit.registry, audit.run)
    return sent


STEPS: tuple[Callable[[Audit], Any], ...] = tuple(globals()[name] for name in AFTER_LANDING)
"""What follows landing, in order."""


def _read(audit: Audit, dataset: str, records: list[LandingRecord]) -> list[LandingRecord]:
    """The landings that an audit of the period reads."""
    if audit.source.contracts[dataset].kind == "snapshot":
        chosen = chosen_snapshot(records, audit.period)
        return [chosen] if chosen else []
    return covering(records, Period(audit.period.seen_from(audit.lookback(dataset)), audit.period.end))


def _input(audit: Audit, dataset: str) -> dict[str, Any]:
    """What the run notes of a dataset; without a landing for the period, its counts are 0."""
    pin = audit.lake.pin(dataset)
    records = audit.lake.landings(dataset, pin) if pin is not None else []
    # rules read earlier periods too, so these are part of what the audit stands on
    read = sorted((r.period, r.digest) for r in _read(audit, dataset, records))
    covered = covering(records, audit.period)
    counted = [r for r in covered if r.period == str(audit.period)] or covered
    reasons: Counter[str] = Counter()
    for record in counted:
        reasons.update(record.reasons)
    return {
        "pin": pin,
        "delivered": bool(covered),
        "digest": hashlib.sha256(json.dumps(read).encode()).hexdigest(),
        "extracted": sum(r.extracted for r in counted),
        "landed": sum(r.landed for r in counted),
        "rejected": sum(r.rejected for r in counted),
        "outside": sum(r.outside for r in counted),
        "totals": [r.totals for r in counted],
        "reasons": dict(reasons),
        "files": [entry["name"] for r in counted for entry in r.inputs],
    }
