"""Commands that show what an audit found: verdicts, findings, breaks, and any query over its views.

Belongs here: arguments, and what is said beside a list. The tables are made in ``output``.
"""

from __future__ import annotations

from typing import Annotated

import typer

from wattledger.cli.arguments import (
    FormatOption,
    HomeOption,
    PeriodArgument,
    SourceName,
    UnitOption,
    note,
    stored,
)


def verdicts(
    period: PeriodArgument, home: HomeOption = None, source: SourceName = "", format_: FormatOption = "table"
) -> None:
    """A row per rule: verdict, rows examined, findings, amount."""
    from wattledger.cli import output

    output.show(output.verdicts(stored(home, source, period)), format_)


def findings(
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    rule: Annotated[str, typer.Option(help="Only this rule.")] = "",
    unit: UnitOption = "",
    format_: FormatOption = "table",
) -> None:
    """The findings as of a period, the largest amounts first."""
    from wattledger.cli import output

    audit = stored(home, source, period)
    limit = output.TABLE_ROWS + 1 if format_ == "table" else None
    output.show_largest(output.findings(audit, rule, unit, limit), format_, "findings")
    note(output.not_looked_at(audit, rule))


def breaks(
    period: PeriodArgument, home: HomeOption = None, source: SourceName = "", format_: FormatOption = "table"
) -> None:
    """What does not reconcile: key, cause, amount."""
    from wattledger.cli import output

    audit = stored(home, source, period)
    limit = output.TABLE_ROWS + 1 if format_ == "table" else None
    output.show_largest(output.breaks(audit, limit), format_, "breaks")
    note(output.links_not_looked_at(audit))


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
    from wattledger.cli import output
    from wattledger.lake.query import ask, query_text

    text = query_text(query)
    with stored(home, source, period).session(rated=True) as session:
        output.show(ask(session, text, limit or None), format_)
