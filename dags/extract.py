"""Fetches every dataset of the source file for one **period** and lands it in the lake, a task for each.

The tasks are called `land [bill]`, `land [meter_reading]`, and so on. When all of them are there, `nightly_audit`
starts by itself for the same period.

| | |
|---|---|
| When | every night, for the day that has just ended in the utility's own time zone |
| By hand | **Trigger**, with *Period* `2026-10-31` (a day), `2026-10` (a month) or `2005-01..2019-12` (a range) |
| Earlier days | **Trigger**, *Backfill*, from and to a day: each day is landed, then audited |

**A task is red.** Its log ends with what is wrong, where, and what to do. Put it right, then clear *that task only*
(open it, *Clear Task Instance*, without "downstream"). The audit starts when the last dataset of the period is there.
Nothing else need be run again: a landing replaces its period whole, or leaves the lake as it was.

**`list_datasets` is red.** The source file is missing or wrong; the log names each place. Correct it, then clear the
whole run.

**A source does not answer.** It is tried again three times by itself, two minutes apart. A fault in the data is not.

**One dataset was delivered anew, after the audit.** Clear its `land` task in the run of that period, then trigger
`nightly_audit` for the period: one dataset alone does not start it.

**The whole night again.** Clear the whole run here: every dataset is landed again, and the audit starts once more.
The bulletins are made anew; mails that went out do not go out again.

**An old period.** Trigger with that *Period*. Its files must still be there, under the names that the source file
gives. What was landed before and is good need not be landed again: trigger `nightly_audit` alone.

**Extracts come later than midnight.** Set `WATTLEDGER_SCHEDULE`, for instance `0 3 * * *`. A backfill then wants its
last day one day later, for it counts the nights, and not the days that they are about.
"""

from __future__ import annotations

from airflow.sdk import DAG, CronPartitionTimetable, PartitionedAtRuntime, get_current_context, task

from wattledger.airflow.assets import PERIOD, announce, declared, lake_assets, outline
from wattledger.airflow.connections import database_url
from wattledger.airflow.context import audit_of, period_param
from wattledger.airflow.policy import DEFAULT_ARGS, Counts, deadline, in_plain_words
from wattledger.settings import Settings

SETTINGS = Settings()
OUTLINE = outline(SETTINGS.source)
LAKE = lake_assets(OUTLINE.datasets)

with DAG(
    dag_id="extract",
    dag_display_name="Extract and land",
    description="Fetches every dataset of a period and lands it in the lake",
    doc_md=__doc__,
    schedule=(
        CronPartitionTimetable(
            SETTINGS.schedule, timezone=OUTLINE.timezone, run_offset=-1, key_format="%Y-%m-%d"
        )
        if SETTINGS.schedule
        else PartitionedAtRuntime()
    ),
    catchup=False,
    is_paused_upon_creation=bool(SETTINGS.schedule),  # unpausing it is going live
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=deadline("the extracts are late", SETTINGS),  # experimental in Airflow 3.3
    params={"period": period_param()},
    tags=["wattledger"],
) as dag:

    @task(outlets=[PERIOD])
    @in_plain_words
    def list_datasets() -> list[str]:
        """Reads the source file. Red: it is missing or wrong, and the log says where."""
        context = get_current_context()
        audit = audit_of(context)
        datasets = declared(audit.source.datasets, LAKE)
        announce(context, PERIOD, audit.period, datasets=len(datasets))
        return datasets

    @task(
        outlets=list(LAKE.values()),
        doc_md="Lands one dataset. Red: the end of its log says why; put it right, then clear this task alone.",
        map_index_template="{{ task.op_kwargs['dataset'] }}",
        max_active_tis_per_dagrun=4,
    )
    @in_plain_words
    def land(dataset: str) -> Counts:
        """Lands one dataset (Airflow does not take a mapped task's docstring as its doc)."""
        from wattledger import pipeline

        context = get_current_context()
        audit = audit_of(context)
        record = pipeline.land(audit, dataset, database_url)
        announce(context, LAKE[dataset], audit.period, rows=record.landed)
        others = {"of other periods": record.outside} if record.outside else {}
        return {"landed": record.landed, "rejected": record.rejected, **others}

    land.expand(dataset=list_datasets())
