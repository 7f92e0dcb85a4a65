"""What several commands take, and what they make of it.

Belongs here: options of one meaning everywhere, and the settings and audits that they name.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattledger.periods import Period

if TYPE_CHECKING:
    from wattledger.context import Audit
    from wattledger.settings import Settings

PeriodArgument = Annotated[
    str, typer.Option("--period", help="A day 2026-10-31, a month 2026-10, or FROM..TO.")
]
HomeOption = Annotated[Path | None, typer.Option("--home", help="Where lake, registry and bulletins live.")]
SourceName = Annotated[
    str, typer.Option("--source", help="Name of the source, where the registry knows several.")
]
SourceFile = Annotated[
    Path | None,
    typer.Option("--source", help="A source file, whose company's own rules, values, tariffs, law count."),
]
UnitOption = Annotated[str, typer.Option("--unit", help="A unit, with all units below it.")]
AllOption = Annotated[bool, typer.Option("--all", help="All rows in the table, not the largest alone.")]
LanguageOption = Annotated[str, typer.Option("--language", help="zh-CN or en; without it, the source's.")]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv or json")]


def settings_of(home: Path | None) -> Settings:
    """The settings of the installation; ``home`` outranks the environment."""
    from wattledger.settings import Settings

    return Settings(home=home) if home else Settings()


def audit_of(source: Path, period: str, home: Path | None) -> Audit:
    """The audit of a source file for a period."""
    from wattledger.context import Audit
    from wattledger.extract.source import load_source

    return Audit(settings_of(home), load_source(source), Period.parse(period))


def stored(home: Path | None, source: str, period: str) -> Audit:
    """The audit that the registry knows of a source and period."""
    from wattledger.context import stored_audit

    return stored_audit(settings_of(home), source, Period.parse(period))


def note(text: str) -> None:
    """Say beside the output, which may go into a file or another program, what it does not show."""
    if text:
        print(text, file=sys.stderr)
