"""The command line: what the DAGs do, by the same functions, without Airflow.

Belongs here: arguments, progress and exit codes. The steps are in ``pipeline``, tables in ``cli_output``.
Exit codes: 0 done (findings or not), 1 the run failed, 2 wrong usage.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from wattledger.errors import UsageError, WattledgerError
from wattledger.periods import Period
from wattledger.progress import Progress

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__.split("\n")[0]
)

PeriodArgument = Annotated[
    str, typer.Option("--period", help="A day 2026-10-31, a month 2026-10, or FROM..TO.")
]
HomeOption = Annotated[Path | None, typer.Option("--home", help="Where lake, registry and bulletins live.")]
SourceName = Annotated[
    str, typer.Option("--source", help="Name of the source, where the registry knows several.")
]
UnitOption = Annotated[str, typer.Option("--unit", help="A unit, with all units below it.")]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv or json")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"wattledger {version('wattledger')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that may stand before a command."""


def main() -> None:
    """Run the command line; an expected failure is a message, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing is left to do, and leaving the ordinary way takes GX and DuckDB a second of tidying up, with complaints
    # of what outlives what.
    os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command, that of this process unless given; the exit code."""
    try:
        app(arguments, standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except UsageError as error:
        return _fail(str(error), 2)
    except WattledgerError as error:
        return _fail(str(error), 1)
    except typer.Abort:
        return _fail("Stopped.", 1)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):  # Click's usage errors
            return _fail(error.format_message(), 2)
        return _fail(traceback.format_exc(), 1)
    return 0


def _note(text: str) -> None:
    """Say beside the output, which may go into a file or another program, what it does not show."""
    if text:
        print(text, file=sys.stderr)


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


@app.command()
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


@app.command()
def audit(
    source: Annotated[Path, typer.Option(help="The source file.")],
    period: PeriodArgument,
    home: HomeOption = None,
) -> None:
    """All steps for one period: land, rate, validate, reconcile, record, work out sheets, publish, send."""
    from wattledger import pipeline

    work = _audit(source, period, home)
    with Progress() as step:
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
    from wattledger import cli_output

    cli_output.print_summary(work)


@app.command()
def verdicts(
    period: PeriodArgument, home: HomeOption = None, source: SourceName = "", format_: FormatOption = "table"
) -> None:
    """A row per rule: verdict, rows examined, findings, amount."""
    from wattledger import cli_output

    cli_output.show(cli_output.verdicts(_stored(home, source, period)), format_)


@app.command()
def findings(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    rule: Annotated[str, typer.Option(help="Only this rule.")] = "",
    unit: UnitOption = "",
    format_: FormatOption = "table",
) -> None:
    """The findings as of a period, the largest amounts first."""
    from wattledger import cli_output

    audit = _stored(home, source, period)
    limit = cli_output.TABLE_ROWS + 1 if format_ == "table" else None
    cli_output.show_largest(cli_output.findings(audit, rule, unit, limit), format_, "findings")
    _note(cli_output.not_looked_at(audit, rule))


@app.command()
def breaks(
    period: PeriodArgument, home: HomeOption = None, source: SourceName = "", format_: FormatOption = "table"
) -> None:
    """What does not reconcile: key, cause, amount."""
    from wattledger import cli_output

    audit = _stored(home, source, period)
    limit = cli_output.TABLE_ROWS + 1 if format_ == "table" else None
    cli_output.show_largest(cli_output.breaks(audit, limit), format_, "breaks")
    _note(cli_output.links_not_looked_at(audit))


@app.command()
def rules(
    rule_id: Annotated[str, typer.Argument(help="One rule; without it, all.")] = "",
    format_: Annotated[str, typer.Option("--format", help="table, csv, json, markdown or gx")] = "table",
    out: Annotated[Path | None, typer.Option(help="Folder for the suites of --format gx.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check that every rule fits views and parameters.")
    ] = False,
) -> None:
    """The rule list, one rule's files, or the suites of Great Expectations; --check binds every rule to the views."""
    from wattledger import cli_output
    from wattledger.audit.rules import load_rules
    from wattledger.law import load_register
    from wattledger.parameters import load_parameters

    settings = _settings(None)
    known = load_rules(settings.expectations)
    if check or format_ == "gx":
        from wattledger.audit.rules.check import check_rules
        from wattledger.context import empty_session

        with empty_session(settings) as session:
            check_rules(known, session, settings.parameters)
    if format_ == "markdown":
        parameters = load_parameters(settings.parameters, "CN")
        print(cli_output.rules_markdown(known, parameters, load_register(settings.law)), end="")
        return
    if format_ == "gx":
        from wattledger.audit.gx_suites import write_suites

        if out is None:
            raise UsageError("Suites are written into a folder.", todo="Say which with --out DIR.")
        print(*write_suites(known, out), sep="\n")
        return
    if not rule_id:
        cli_output.show(cli_output.rules(known), format_)
        return
    chosen = [rule for rule in known if rule.rule_id.casefold() == rule_id.casefold()]
    if not chosen:
        raise UsageError(f"There is no rule {rule_id}.", todo="`wattledger rules` lists them.")
    print(cli_output.rule_files(chosen[0]), end="")


@app.command()
def sql(
    query: Annotated[
        str, typer.Argument(help="A SELECT, or a file FILE.sql that holds one, as a rule's does.")
    ],
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    limit: Annotated[int, typer.Option(min=0, help="Rows to print; 0 prints all.")] = 50,
    format_: FormatOption = "table",
) -> None:
    """Run a query over the views that the rules of an audited period read; nothing is changed."""
    from wattledger import cli_output
    from wattledger.lake.query import ask, query_text

    text = query_text(query)
    with _stored(home, source, period).session(rated=True) as session:
        cli_output.show(ask(session, text, limit or None), format_)


@app.command()
def law(
    document: Annotated[str, typer.Argument(help="One document; without it, all.")] = "",
    open_: Annotated[
        bool, typer.Option("--open", help="What nobody has verified, and what rests on it.")
    ] = False,
    format_: FormatOption = "table",
) -> None:
    """The documents that rules, parameters and tariffs rest on, or one document with what rests on it."""
    from wattledger import cli_law, cli_output
    from wattledger.settings import Settings

    if document:
        print(cli_law.document(Settings(), document))
    else:
        cli_output.show(cli_law.open_points(Settings()) if open_ else cli_law.documents(Settings()), format_)


@app.command()
def rate(
    case: Annotated[Path, typer.Argument(help="The case file; docs/rating-cases.md has examples.")],
    format_: Annotated[str, typer.Option("--format", help="table, json or html")] = "table",
    language: Annotated[str, typer.Option(help="zh-CN or en")] = "zh-CN",
) -> None:
    """The calculation sheet of one case: charge lines, their arithmetic, and what each rests on."""
    from wattledger.cli_sheet import show_sheet
    from wattledger.rating.cases.files import read_case, sheet_of
    from wattledger.settings import Settings

    settings = Settings()
    content, expected = read_case(case)
    sheet = sheet_of(content, settings, str(case))
    show_sheet(sheet, format_, language, settings.templates)
    checked = expected.check(sheet)
    if wrong := [f"{c.name}: expected {c.expected}, computed {c.computed}" for c in checked if not c.agrees]:
        raise WattledgerError("\n".join([f"{len(wrong)} of {len(checked)} expected figures differ.", *wrong]))
    if checked:
        print(f"As expected: {len(checked)} of {len(checked)} figures.", file=sys.stderr)


@app.command()
def bill(
    bill_id: Annotated[str, typer.Argument(help="A bill of the period, as findings name it.")],
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    format_: Annotated[str, typer.Option("--format", help="table, json or html")] = "table",
    language: Annotated[str, typer.Option(help="zh-CN or en")] = "zh-CN",
) -> None:
    """One bill of an audited period worked out again: what was billed, what was due, and the calculation sheet."""
    from wattledger.cli_sheet import show_sheet
    from wattledger.rating.bill_sheets import rated_bill

    audit = _stored(home, source, period)
    with audit.session() as session:
        rated = rated_bill(session, audit.catalogue, bill_id)
    show_sheet(rated.sheet, format_, language, audit.settings.templates, rated.amounts)


@app.command()
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
        _stored(home, source, period), unit=unit, out=out, language=language
    ):
        print(path)


@app.command()
def mail(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    confirm: Annotated[str, typer.Option(help="Audience whose uncertain mail was found delivered.")] = "",
    resend: Annotated[str, typer.Option(help="Audience that is to get its bulletin once more.")] = "",
    format_: FormatOption = "table",
) -> None:
    """What happened to the mails of a period; settle an uncertain one, or send one again."""
    from wattledger import cli_output, pipeline
    from wattledger.mail import confirm_sent

    work = _stored(home, source, period)
    if confirm:
        confirm_sent(work.registry, work.source.name, work.period, confirm)
    if resend:
        pipeline.send_bulletins(work, resend=[resend])
    cli_output.show(cli_output.mails(work), format_)


@app.command()
def where(
    name: Annotated[str, typer.Argument(help="One folder's name: its path alone is printed.")] = "",
    home: HomeOption = None,
) -> None:
    """The folders of this installation: `AIRFLOW__CORE__DAGS_FOLDER=$(wattledger where dags)`."""
    folders = _settings(home).folders
    if name and name not in folders:
        raise UsageError(f"There is no folder {name!r}.", todo=f"Name one of: {', '.join(folders)}.")
    for key, path in folders.items():
        if not name:
            print(f"{key:<14}{path}")
        elif key == name:
            print(path)


@app.command()
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
) -> None:
    """What the lake takes on disk by table, which runs are pinned to it, and what no run needs any more."""
    from wattledger import cli_output, upkeep

    found = (upkeep.vacuum if vacuum else upkeep.survey)(_settings(home), source, keep)
    cli_output.show(cli_output.lake_tables(found), format_)
    freed = sum(use.removable_bytes for uses in found.values() for use in uses) / 1e6
    told = f"{freed:.1f} MB removed." if vacuum else f"{freed:.1f} MB can be removed with --vacuum."
    print(told, file=sys.stderr)


def _settings(home: Path | None) -> Any:
    from wattledger.settings import Settings

    return Settings(home=home) if home else Settings()


def _audit(source: Path, period: str, home: Path | None) -> Any:
    from wattledger.context import Audit
    from wattledger.extract.source import load_source

    return Audit(_settings(home), load_source(source), Period.parse(period))


def _stored(home: Path | None, source: str, period: str) -> Any:
    """The audit that the registry knows of the period."""
    from wattledger.context import stored_audit

    return stored_audit(_settings(home), source, Period.parse(period))


if __name__ == "__main__":
    main()
