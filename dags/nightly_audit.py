"""Rates one **period**'s bills anew, reconciles the accounts, checks the audit rules, mails each unit its own bulletin.

| | |
|---|---|
| When | as soon as `extract` has landed every dataset of the period |
| By hand | **Trigger**, with *Period* `2026-10-31` (a day), `2026-10` (a month) or `2005-01..2019-12` (a range) |
| Earlier days | *Backfill* on `extract`: it lands each day, and the audit follows |

**A task is red.** Its log ends with what is wrong, where, and what to do. Put it right, then clear the task *with
downstream*. Any task may be cleared at any time, alone or with what follows: it replaces what it made before, and no
mail goes out twice.

**Findings are not failures.** A night with a thousand findings is green. Red means that the audit could not be done.

**Nothing ran.** Look at `extract` for the period: a dataset is missing. This DAG must not be paused, or it does not
hear of landings.

**The whole night again.** On what is landed: clear the whole run here. With new extracts: clear the run of `extract`.

**A landing was repeated.** The audit reads the lake as it was when `open_run` noted it. To see the new rows, clear
`open_run` with downstream; clearing a later task alone audits the old ones again.

**An old period.** Trigger with that *Period*. It is audited on its newest landing, by the rules and rates that held
then. If it was never landed, trigger `extract` for it instead. Bulletins of other periods stay as they are.

**`send_bulletins` is red: the mail server does not answer, or refuses.** A server that does not answer is tried again
three times by itself. What was sent is noted as sent: put it right, clear the task, and only the rest goes out.

**`send_bulletins` is red: a mail is doubtful** (its status is *uncertain*). The connection broke, or the process was
killed, after the mail was handed over and before the server's answer was noted: nobody here can know whether it
arrived, so it is not sent again by itself. All other mails were sent. Look for its Message-ID (it is in the log) in
the mail server's log, or ask a recipient. It arrived: `wattledger mail --period PERIOD --confirm AUDIENCE`. It did
not: the same with `--resend`. Then clear the task.

**The bulletin changed after it was mailed.** Nobody gets a second mail unasked. The newer bulletin is in the folder
of bulletins, and the outbox notes that it differs from what was sent.

**The bulletin is late.** A run that takes three hours more than usual counts as late; the DAG's page lists it.
"""

from __future__ import annotations

from collections import Counter

from airflow.sdk import DAG, AssetAll, PartitionedAssetTimetable, chain, get_current_context, task

from wattledger.airflow.assets import PERIOD, lake_assets, outline
from wattledger.airflow.connections import with_mail_connection
from wattledger.airflow.context import audit_of, period_param
from wattledger.airflow.policy import DEFAULT_ARGS, Counts, deadline, in_plain_words
from wattledger.settings import Settings
from wattledger.steps import AFTER_LANDING

SETTINGS = Settings()
LAKE = lake_assets(outline(SETTINGS.source).datasets)

with DAG(
    dag_id="nightly_audit",
    dag_display_name="Nightly audit",
    description="Rates, reconciles, validates, records findings, mails bulletins",
    doc_md=__doc__,
    schedule=PartitionedAssetTimetable(assets=AssetAll(PERIOD, *LAKE.values())),
    catchup=False,
    is_paused_upon_creation=False,  # no clock starts it, and a paused DAG does not hear of its assets
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=deadline("the bulletin is late", SETTINGS),  # experimental in Airflow 3.3
    params={"period": period_param()},
    tags=["wattledger"],
) as dag:

    @task
    @in_plain_words
    def open_run() -> Counts:
        """Notes which versions of the lake this audit reads. Later steps read no other."""
        from wattledger import pipeline

        run = pipeline.open_run(audit_of(get_current_context()))
        return {"datasets": len(run.inputs), "rows": sum(entry["landed"] for entry in run.inputs.values())}

    @task
    @in_plain_words
    def rate() -> Counts:
        """Works every bill out again by the tariffs, and notes where it differs, for which cause and by how much.

        Red here or in `open_run`: `tariffs/` is wrong. The message names file, tariff, component and days.
        """
        from wattledger import pipeline

        rated = pipeline.rate(audit_of(get_current_context()))
        return {"rated": rated.rated, "differing": rated.differing, "not_rated": rated.not_rated.total()}

    @task
    @in_plain_words
    def reconcile() -> Counts:
        """Lays readings, bills, receivables, receipts and ledger side by side, and gives every break a cause."""
        from wattledger import pipeline

        summary = pipeline.reconcile(audit_of(get_current_context()))
        return {"links": len(summary.links), "breaks": summary.breaks}

    @task
    @in_plain_words
    def validate() -> Counts:
        """Runs every rule: a verdict for each, and its failing rows. Findings do not make it red."""
        from wattledger import pipeline

        return Counter(verdict.verdict for verdict in pipeline.validate(audit_of(get_current_context())))

    @task
    @in_plain_words
    def record_findings() -> Counts:
        """Puts the period's verdicts, findings and breaks into the registry, in place of what it held of the period."""
        from wattledger import pipeline

        audit = audit_of(get_current_context())
        pipeline.record_findings(audit)
        return {"revision": audit.run.revision}

    @task
    @in_plain_words
    def work_out_sheets() -> Counts:
        """Works the bills of the largest findings out again, line by line, for the calculation sheets in the bulletins.

        It also notes the units that get a bulletin, and their addresses, as the extracts have them.
        """
        from wattledger import pipeline

        return {"sheets": pipeline.work_out_sheets(audit_of(get_current_context()))}

    @task
    @in_plain_words
    def publish_bulletins() -> Counts:
        """Makes the bulletin of the company and of each unit: HTML, text, and a worklist.

        It only renders what the registry holds and earlier tasks published: cleared alone, it makes the same files.
        """
        from wattledger import pipeline

        return {"bulletins": len(pipeline.publish_bulletins(audit_of(get_current_context())))}

    @task
    @in_plain_words
    def send_bulletins() -> Counts:
        """Mails each bulletin that has recipients, once per period and audience. A *doubtful* mail: see DAG's doc."""
        from wattledger import pipeline

        audit, transport = with_mail_connection(audit_of(get_current_context()))
        return Counter(mail.status for mail in pipeline.send_bulletins(audit, transport))

    # each task is named as its step
    chain(*(globals()[step]() for step in AFTER_LANDING))
