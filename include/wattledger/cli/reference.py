"""Commands that show what audits rest on: rules, documents of law, the installation's folders. They need no audit.

Belongs here: arguments. The tables are made in ``output`` and ``law_tables``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wattledger.cli.arguments import FormatOption, HomeOption, note, settings_of
from wattledger.errors import UsageError


def rules(
    rule_id: Annotated[str, typer.Argument(help="One rule; without it, all.")] = "",
    format_: Annotated[str, typer.Option("--format", help="table, csv, json, markdown or gx")] = "table",
    out: Annotated[Path | None, typer.Option(help="Folder for the suites of --format gx.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check that every rule fits views and parameters.")
    ] = False,
    source: Annotated[
        Path | None, typer.Option(help="A source file, whose own parameters count in --check.")
    ] = None,
) -> None:
    """The rule list, one rule's files, or the suites of Great Expectations; --check binds every rule to the views."""
    from wattledger.audit.rules import load_rules
    from wattledger.cli import output
    from wattledger.law import load_register
    from wattledger.parameters import load_parameters

    settings = settings_of(None)
    known = load_rules(settings.expectations)
    if check or format_ == "gx":
        from wattledger.audit.rules.check import check_rules
        from wattledger.context import empty_session
        from wattledger.extract.source import load_source

        own = (
            None if source is None else {str(record.get("name")) for record in load_source(source).parameters}
        )
        with empty_session(settings) as session:
            check_rules(known, session, settings.parameters, own)
    if check:
        print(f"{len(known)} rules fit the views and the parameters.")
        if unproved := [rule.rule_id for rule in known if not rule.has_case]:
            note(f"Without a case that proves it (.case.yaml beside the record): {', '.join(unproved)}.")
        return
    if format_ == "markdown":
        parameters = load_parameters(settings.parameters, "CN")
        print(output.rules_markdown(known, parameters, load_register(settings.law)), end="")
        return
    if format_ == "gx":
        from wattledger.audit.gx_suites import write_suites

        if out is None:
            raise UsageError("Suites are written into a folder.", todo="Say which with --out DIR.")
        print(*write_suites(known, out), sep="\n")
        return
    if not rule_id:
        output.show(output.rules(known), format_)
        return
    chosen = [rule for rule in known if rule.rule_id.casefold() == rule_id.casefold()]
    if not chosen:
        raise UsageError(f"There is no rule {rule_id}.", todo="`wattledger rules` lists them.")
    print(output.rule_files(chosen[0]), end="")


def law(
    document: Annotated[str, typer.Argument(help="One document; without it, all.")] = "",
    open_: Annotated[
        bool, typer.Option("--open", help="What nobody has verified, and what rests on it.")
    ] = False,
    format_: FormatOption = "table",
) -> None:
    """The documents that rules, parameters and tariffs rest on, or one document with what rests on it."""
    from wattledger.cli import law_tables, output
    from wattledger.settings import Settings

    if document:
        print(law_tables.document(Settings(), document))
    else:
        output.show(
            law_tables.open_points(Settings()) if open_ else law_tables.documents(Settings()), format_
        )


def where(
    name: Annotated[str, typer.Argument(help="One folder's name: its path alone is printed.")] = "",
    home: HomeOption = None,
) -> None:
    """The folders of this installation: `AIRFLOW__CORE__DAGS_FOLDER=$(wattledger where dags)`."""
    folders = settings_of(home).folders
    if name and name not in folders:
        raise UsageError(f"There is no folder {name!r}.", todo=f"Name one of: {', '.join(folders)}.")
    for key, path in folders.items():
        if not name:
            print(f"{key:<14}{path}")
        elif key == name:
            print(path)
