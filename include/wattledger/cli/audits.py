"""Commands that do something: make a demo, audit a period, render and mail its bulletins, tidy the lake.

Belongs here: arguments and progress. The steps are in ``pipeline``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wattledger.cli.alone import alone
from wattledger.cli.arguments import (
    FormatOption,
    HomeOption,
    LanguageOption,
    PeriodArgument,
    SourceName,
    audit_of,
    note,
    settings_of,
    stored,
)
from wattledger.cli.progress import Progress
from wattledger.errors import UsageError, WattledgerError


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the extracts and the answer key.")],
    customers: Annotated[int, typer.Option(min=100, help="Accounts.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Equal seeds make equal files.")] = 1,
    faults: Annotated[
        float, typer.Option(min=0, help="How many faults to plant; 0 is a clean utility.")
    ] = 1.0,
    month: Annotated[
        str, typer.Option(help="The month to be audited; the two before it are made too.")
    ] = "2026-10",
) -> None:
    """Make a made-up utility: extracts, a source file, and an answer key of the planted faults."""
    from wattledger.demo import make_demo

    made = make_demo(out, customers=customers, seed=seed, faults=faults, month=month)
    print(
        f"{made.customers} accounts, {sum(made.rows.values())} rows in {len(made.rows)} extracts of {made.month}."
    )
    print(f"Planted: {made.findings} findings (answer_key.csv) and {made.breaks} breaks (answer_breaks.csv).")
    if made.short:
        kinds = ", ".join(f"{kind.fault} {len(kind.victims)} of {kind.wanted}" for kind in made.short)
        print(f"Fewer than wanted, for want of fitting customers (all kinds: answer_faults.csv): {kinds}.")
    print(f"Audit it: wattledger audit --source {made.source} --period {made.month}")


def check(
    source: Annotated[Path, typer.Argument(help="The source file.")],
    period: PeriodArgument,
) -> None:
    """All that can be said of a source without landing it: files, columns, rows, rules; exit code 2 if it cannot be."""
    from wattledger.source_check import check as check_source

    try:
        found = check_source(audit_of(source, period, None))
    except WattledgerError as error:
        raise UsageError(str(error)) from error
    for name, tried in found.datasets.items():
        rejected = ", ".join(f"{rows} rejected ({reason})" for reason, rows in tried.reasons.items())
        told = [f"{tried.landed} rows would land", f"{tried.outside} are outside {period}", rejected]
        print(f"{name}: {', '.join(part for part in told if part)}")
    print(f"{found.evaluated} rules can be evaluated, {len(found.not_evaluated)} cannot:")
    for rule_id, reason in found.not_evaluated.items():
        print(f"  {rule_id}: {reason}")
    if found.problems:
        raise UsageError("\n\n".join([f"{len(found.problems)} problems:", *found.problems]))


def audit(
    source: Annotated[Path, typer.Option(help="The source file.")],
    period: PeriodArgument,
    home: HomeOption = None,
) -> None:
    """All steps for one period: land, rate, reconcile, validate, record, work out sheets, publish, send."""
    from wattledger import pipeline

    work = audit_of(source, period, home)
    with alone(work), Progress() as step:
        step(
            "read rules, parameters and tariffs"
        )  # what is wrong with them is told before anything is landed
        pipeline.check_source(work)
        _ = work.catalogue
        failures = []
        for dataset in work.source.datasets:
            step(f"land {dataset}")
            try:
                pipeline.land(work, dataset)
            except WattledgerError as error:
                failures.append(str(error))
        if failures:
            raise WattledgerError(
                "\n".join([f"{len(failures)} of {len(work.source.datasets)} datasets failed.", *failures])
            )
        for run_step in pipeline.STEPS:
            step(run_step.__name__.replace("_", " "))
            run_step(work)
    from wattledger.cli.summary import print_summary

    print_summary(work)


def bulletin(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    unit: Annotated[str, typer.Option("--unit", help="One unit's bulletin; without it, all.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder; without it, the home folder's bulletins.")] = None,
    language: Annotated[str, typer.Option(help="zh-CN or en; without it, the source's.")] = "",
) -> None:
    """Render the bulletins of an audited period again."""
    from wattledger import pipeline
    from wattledger.report_texts import LANGUAGES

    if language and language not in LANGUAGES:
        raise UsageError(f"There is no language {language!r}.", todo=f"Write {' or '.join(LANGUAGES)}.")
    for path in pipeline.publish_bulletins(
        stored(home, source, period), unit=unit or None, out=out, language=language
    ):
        print(path)


def mail(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    confirm: Annotated[str, typer.Option(help="Audience whose uncertain mail was found delivered.")] = "",
    resend: Annotated[str, typer.Option(help="Audience that is to get its bulletin once more.")] = "",
    format_: FormatOption = "table",
    language: LanguageOption = "",
) -> None:
    """What happened to the mails of a period; settle an uncertain one, or send one again."""
    from wattledger import pipeline, tables
    from wattledger.cli.printing import show
    from wattledger.cli.words import words_of
    from wattledger.contracts.listed import load_listings
    from wattledger.mail import confirm_sent

    work = stored(home, source, period)
    if confirm:
        confirm_sent(work.registry, work.source.name, work.period, confirm)
    if resend:
        pipeline.send_bulletins(work, resend=[resend])
    show(load_listings()["mail"], tables.mails(work), format_, words_of(work, language))


def lake(
    home: HomeOption = None,
    source: SourceName = "",
    vacuum: Annotated[bool, typer.Option("--vacuum", help="Remove what is shown as removable.")] = False,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1, help="Keep what the newest so many runs of each period read; without it, of all runs."
        ),
    ] = None,
    format_: FormatOption = "table",
    language: LanguageOption = "",
) -> None:
    """What the lake takes on disk by table, which runs are pinned to it, and what no run needs any more."""
    from wattledger import tables, upkeep
    from wattledger.cli.printing import show
    from wattledger.cli.words import size, words_here
    from wattledger.contracts.listed import load_listings

    settings = settings_of(home)
    words = words_here(settings, language)
    found = (upkeep.vacuum if vacuum else upkeep.survey)(settings, source, keep)
    show(load_listings()["lake"], tables.lake(found), format_, words)
    freed = size(sum(use.removable_bytes for uses in found.values() for use in uses))
    note(words.t("removed" if vacuum else "removable", size=freed))
