"""Commands that show what audits rest on: rules, documents of law, the installation's folders. They need no audit.

Belongs here: arguments. What is shown is made in ``rule_pages`` and ``law_tables``.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattledger.cli.arguments import FormatOption, HomeOption, LanguageOption, SourceFile, note, settings_of
from wattledger.errors import UsageError

if TYPE_CHECKING:
    from wattledger.audit.rules import Rule
    from wattledger.cli.words import Words
    from wattledger.law import Register
    from wattledger.parameters import Parameter


def rules(
    rule_id: Annotated[str, typer.Argument(help="One rule; without it, all.")] = "",
    format_: Annotated[
        str,
        typer.Option(
            "--format", help="table, csv, json, markdown or gx; of one rule table, json, yaml or sql"
        ),
    ] = "table",
    out: Annotated[Path | None, typer.Option(help="Folder for the suites of --format gx.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check that every rule fits views and parameters.")
    ] = False,
    source: SourceFile = None,
    language: LanguageOption = "",
) -> None:
    """The rule list, one rule, or the suites of Great Expectations; --check binds every rule to the views."""
    from wattledger.audit.rules import load_rules
    from wattledger.cli import rule_pages
    from wattledger.cli.printing import show
    from wattledger.cli.words import words_here
    from wattledger.company import Company
    from wattledger.contracts import load_contracts
    from wattledger.contracts.listed import load_listings
    from wattledger.extract.source import load_source
    from wattledger.law import load_register
    from wattledger.parameters import load_parameters

    settings = settings_of(None)
    loaded = load_source(source) if source else None
    own, contracts = (loaded.own, loaded.contracts) if loaded else (Company(), load_contracts())
    register = load_register(settings.law, own.part("law"))
    known = load_rules(settings.expectations, register, own, contracts)
    of, given = (loaded.jurisdiction, loaded.parameters) if loaded else ("CN", ())
    values = load_parameters(settings.parameters, of, given, register, own.files("parameters"))
    if check or format_ == "gx":
        from wattledger.audit.rules.check import check_rules
        from wattledger.context import empty_session

        names = {parameter.name for parameter in values} if loaded else None
        with empty_session(settings, contracts) as session:
            check_rules(known, session, settings.parameters, names)
    if check:
        print(f"{len(known)} rules fit the views and the parameters.")
        if unproved := [rule.rule_id for rule in known if not rule.has_case]:
            note(f"Without a case that proves it (.case.yaml beside the record): {', '.join(unproved)}.")
        return
    if format_ == "markdown":
        print(rule_pages.rules_markdown(known, values, register), end="")
        return
    if format_ == "gx":
        from wattledger.audit.gx_suites import write_suites

        if out is None:
            raise UsageError("Suites are written into a folder.", todo="Say which with --out DIR.")
        print(*write_suites(known, out), sep="\n")
        return
    words = words_here(settings, language)
    if not rule_id:
        listing = load_listings()["rules"]
        show(listing, listing.table(rule_pages.rules_list(known)), format_, words)
        return
    _show_rule(_one_rule(known, rule_id), format_, register, values, words)


def _one_rule(known: list[Rule], rule_id: str) -> Rule:
    by_id = {rule.rule_id.casefold(): rule for rule in known}
    if rule_id.casefold() not in by_id:
        near = [by_id[name].rule_id for name in get_close_matches(rule_id.casefold(), by_id)]
        raise UsageError(
            f"There is no rule {rule_id}" + (f"; did you mean {' or '.join(near)}?" if near else "."),
            todo="`wattledger rules` lists them.",
        )
    return by_id[rule_id.casefold()]


def _show_rule(
    rule: Rule, format_: str, register: Register, parameters: tuple[Parameter, ...], words: Words
) -> None:
    from wattledger.cli import rule_pages
    from wattledger.cli.printing import as_json, check_format

    check_format(format_, rule_pages.FORMATS)
    if format_ in ("yaml", "sql"):
        print(rule_pages.rule_files(rule, f".{format_}"))
    elif format_ == "json":
        print(as_json(rule_pages.rule_json(rule, register)))
    else:
        print(rule_pages.rule_page(rule, parameters, register, words))


def law(
    document: Annotated[str, typer.Argument(help="One document; without it, all.")] = "",
    open_: Annotated[
        bool, typer.Option("--open", help="What nobody has verified, and what rests on it.")
    ] = False,
    format_: FormatOption = "table",
    language: LanguageOption = "",
    source: SourceFile = None,
) -> None:
    """The documents that rules, parameters and tariffs rest on, or one document with what rests on it."""
    from wattledger.cli import law_tables
    from wattledger.cli.printing import show
    from wattledger.cli.words import words_here
    from wattledger.contracts.listed import load_listings
    from wattledger.extract.source import load_source

    settings = settings_of(None)
    ground = law_tables.Ground(settings, load_source(source) if source else None)
    if document:
        print(law_tables.document(ground, document))
        return
    listing = load_listings()["law_open" if open_ else "law"]
    rows = law_tables.open_points(ground) if open_ else law_tables.documents(ground)
    show(listing, listing.table(rows), format_, words_here(settings, language))


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


def schema(
    name: Annotated[str, typer.Argument(help="One list or document; without it, their names.")] = "",
    format_: Annotated[str, typer.Option("--format", help="json, or markdown for docs/commands.md")] = "json",
) -> None:
    """JSON Schema of what a command prints with --format json."""
    from wattledger.cli.command_docs import commands_markdown
    from wattledger.cli.printing import as_json, check_format
    from wattledger.contracts.listed import json_schemas

    check_format(format_, ("json", "markdown"))
    known = json_schemas()
    if format_ == "markdown":
        print(commands_markdown(), end="")
    elif not name:
        print(*known, sep="\n")
    elif name in known:
        print(as_json(known[name]))
    else:
        raise UsageError(f"There is no schema {name!r}.", todo=f"Name one of: {', '.join(known)}.")
