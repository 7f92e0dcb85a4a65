"""Commands that work a bill out: one written by hand, or one of an audited period.

Belongs here: arguments. The sheet is laid out in ``sheet``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wattledger.cli.arguments import (
    HomeOption,
    LanguageOption,
    PeriodArgument,
    SourceFile,
    SourceName,
    stored,
)
from wattledger.errors import WattledgerError


def rate(
    case: Annotated[Path, typer.Argument(help="The case file; docs/rating-cases.md has examples.")],
    format_: Annotated[str, typer.Option("--format", help="table, json or html")] = "table",
    language: LanguageOption = "",
    source: SourceFile = None,
) -> None:
    """The calculation sheet of one case: charge lines, their arithmetic, and what each rests on."""
    from wattledger.cli.sheet import show_sheet
    from wattledger.cli.words import chosen, words_here
    from wattledger.extract.source import load_source
    from wattledger.own_words import templates_with
    from wattledger.rating.cases.files import NO_GROUND, Ground, read_case, sheet_of
    from wattledger.settings import Settings

    settings = Settings()
    content, expected = read_case(case)
    ground, spoken = NO_GROUND, words_here(settings, language).language
    if source:
        company = load_source(source)
        spoken = chosen(language, company.language)
        ground = Ground(company.own, company.parameters, company.own_tariffs())
        if "jurisdiction" not in content.model_fields_set:
            content = content.model_copy(update={"jurisdiction": company.jurisdiction})
    sheet = sheet_of(content, settings, str(case), ground)
    show_sheet(sheet, format_, spoken, templates_with(settings.templates, ground.company))
    checked = expected.check(sheet)
    if wrong := [f"{c.name}: expected {c.expected}, computed {c.computed}" for c in checked if not c.agrees]:
        raise WattledgerError("\n".join([f"{len(wrong)} of {len(checked)} expected figures differ.", *wrong]))
    if checked:
        print(f"As expected: {len(checked)} of {len(checked)} figures.", file=sys.stderr)


def bill(
    bill_id: Annotated[str, typer.Argument(help="A bill of the period, as findings name it.")],
    period: PeriodArgument,
    home: HomeOption = None,
    source: SourceName = "",
    format_: Annotated[str, typer.Option("--format", help="table, json or html")] = "table",
    language: LanguageOption = "",
) -> None:
    """One bill of an audited period worked out again: what was billed, what was due, and the calculation sheet."""
    from wattledger.cli.sheet import show_sheet
    from wattledger.cli.words import words_of
    from wattledger.rating.bill_sheets import rated_bill

    audit = stored(home, source, period)
    spoken = words_of(audit, language).language
    with audit.session(priced=True) as session:
        rated = rated_bill(session, audit.catalogue, bill_id)
    show_sheet(rated.sheet, format_, spoken, audit.templates, rated.amounts)
