"""What a number rests on, as clauses of the sheet: sources of the catalogue, and parameters.

Belongs here: turning records with a source into ``Clause``. Which of them a line names is decided with the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from wattledger.parameters import Parameter
from wattledger.rating.catalogue.model import Dated, Source
from wattledger.sheets.model import Clause


def clause_of(name: str, record: Dated, sources: Mapping[str, Source]) -> Clause:
    """The clause of a dated record; ``name`` says of what it is the source, as ``rate.energy`` or ``tiers.CN-31``."""
    source = sources.get(record.source)
    if source is None:  # the loader refuses it; a catalogue that was built by hand may have none
        return Clause(name, record.source, record.source, record.source, record.valid_from, "unverified")
    document = " ".join(part for part in (source.document_no, source.url) if part)
    return Clause(name, source.zh, source.en, document, source.dated, source.status)


def parameter_clause(parameter: Parameter) -> Clause:
    """The clause of a parameter's value, by the parameter's own name; ``dated`` is the day since which it holds."""
    since: date | None = parameter.valid_from
    return Clause(parameter.name, parameter.zh, parameter.en, parameter.source, since, parameter.status)
