"""Commands that show what an audit found: verdicts, findings, breaks, one finding, and any query over its views.

Belongs here: arguments, and what is said beside a list. Lists come from ``tables``, and are printed by ``printing``.
"""

from __future__ import annotations

from typing import Annotated

import typer

from wattledger.cli.arguments import (
    AllOption,
    FormatOption,
    HomeOption,
    LanguageOption,
    PeriodArgument,
    SourceName,
    UnitOption,
    note,
    stored,
)


def verdicts(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    format_: FormatOption = "table",
    language: LanguageOption = "",
) -> None:
    """A row per rule: verdict, rows examined, findings, amount."""
    from wattledger import tables
    from wattledger.cli.printing import show
    from wattledger.cli.words import words_of
    from wattledger.contracts.listed import load_listings

    audit = stored(home, source, period)
    show(load_listings()["verdicts"], tables.verdicts(audit), format_, words_of(audit, language))


def findings(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    rule: Annotated[str, typer.Option(help="Only this rule.")] = "",
    unit: UnitOption = "",
    format_: FormatOption = "table",
    all_: AllOption = False,
    language: LanguageOption = "",
) -> None:
    """The findings as of a period, the largest amounts first."""
    from wattledger import tables
    from wattledger.cli.printing import TABLE_ROWS, check_format, show
    from wattledger.cli.summary import not_looked_at
    from wattledger.cli.words import words_of
    from wattledger.contracts.listed import load_listings

    check_format(format_)
    audit = stored(home, source, period)
    words = words_of(audit, language)
    limit = TABLE_ROWS if format_ == "table" and not all_ else None
    found = tables.findings(audit, rule, unit, limit=limit)
    total = tables.count_findings(audit, rule, unit) if found.num_rows == limit else found.num_rows
    show(load_listings()["findings"], found, format_, words, of=total)
    note(not_looked_at(audit, rule, words))


def finding(
    key: Annotated[str, typer.Argument(help="The finding's business key, as `findings` lists it.")],
    period: PeriodArgument,
    rule: Annotated[str, typer.Option(help="Only of this rule, where several have the key.")] = "",
    home: HomeOption = None,
    source: SourceName = "",
    format_: Annotated[str, typer.Option("--format", help="table or json")] = "table",
    language: LanguageOption = "",
) -> None:
    """One finding whole: evidence, legal basis, owner, remedy, and what each period since it was first seen said."""
    from wattledger.cli.finding_page import find, finding_json, finding_page
    from wattledger.cli.printing import as_json, check_format
    from wattledger.cli.words import words_of

    check_format(format_, ("table", "json"))
    audit = stored(home, source, period)
    words = words_of(audit, language)
    found = find(audit, key, rule)
    if format_ == "json":
        print(as_json([finding_json(whole) for whole in found]))
    else:
        print("\n\n".join(finding_page(whole, words) for whole in found))


def breaks(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    format_: FormatOption = "table",
    all_: AllOption = False,
    language: LanguageOption = "",
) -> None:
    """What does not reconcile: key, cause, amount."""
    from wattledger import tables
    from wattledger.cli.printing import TABLE_ROWS, check_format, show
    from wattledger.cli.summary import links_not_looked_at
    from wattledger.cli.words import words_of
    from wattledger.contracts.listed import load_listings

    check_format(format_)
    audit = stored(home, source, period)
    words = words_of(audit, language)
    limit = TABLE_ROWS if format_ == "table" and not all_ else None
    found = tables.breaks(audit, limit=limit)
    total = tables.count_breaks(audit) if found.num_rows == limit else found.num_rows
    show(load_listings()["breaks"], found, format_, words, of=total)
    note(links_not_looked_at(audit, words))


def sql(
    query: Annotated[
        str, typer.Argument(help="A SELECT, or a file FILE.sql that holds one, as a rule's does.")
    ],
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    limit: Annotated[int, typer.Option(min=0, help="Rows to print; 0 prints all.")] = 50,
    format_: FormatOption = "table",
    language: LanguageOption = "",
) -> None:
    """Run a query over the views that the rules of an audited period read; it changes nothing, reads no other file."""
    from wattledger.cli.printing import check_format, show_rows
    from wattledger.cli.words import words_of
    from wattledger.lake.query import ask, query_text

    check_format(format_)
    text = query_text(query)
    audit = stored(home, source, period)
    words = words_of(audit, language)
    with audit.session(rated=True) as session:
        found = ask(session, text, limit + 1 if limit else None)
    cut = bool(limit) and len(found) > limit
    show_rows(found[:limit] if cut else found, format_, words)
    note(words.t("more", shown=limit) if cut else "")
