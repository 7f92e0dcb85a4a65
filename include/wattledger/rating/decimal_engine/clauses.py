"""What a number rests on, as clauses of the sheet: sources of the catalogue, and parameters.

Belongs here: turning records with a source into ``Clause``. Which of them a line names is decided with the line.
"""

from __future__ import annotations

from collections.abc import Mapping

from wattledger.law import Reference
from wattledger.parameters import Parameter
from wattledger.rating.catalogue.model import Dated
from wattledger.sheets.model import Clause


def clause_of(name: str, record: Dated, sources: Mapping[str, Reference]) -> Clause:
    """The clause of a dated record; ``name`` says of what it is the source, as ``rate.energy`` or ``tiers.CN-31``."""
    source = sources.get(record.source)
    if source is None:  # the loader refuses it; a catalogue that was built by hand may have none
        return Clause(name, "", "", record.source, record.source, "unverified")
    return Clause(
        name,
        source.zh,
        source.en,
        source.cites_zh,
        source.cites_en,
        source.status,
        source.law,
        ", ".join(source.article),
    )


def parameter_clause(parameter: Parameter) -> Clause:
    """The clause of a parameter's value, by the parameter's own name."""
    basis = parameter.reference
    return Clause(
        parameter.name,
        parameter.zh,
        parameter.en,
        f"{basis.cites_zh}（{basis.zh}）" if basis.zh else basis.cites_zh,
        f"{basis.cites_en} ({basis.en})" if basis.en else basis.cites_en,
        basis.status,
        basis.law,
        ", ".join(basis.article),
        parameter.valid_from,
    )
