"""Columns by name, whatever the table: their labels, types and codes.

Belongs here: looking a column up over all contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wattledger.contracts.model import Column, Contract, load_contracts
from wattledger.contracts.published import load_published


def find_column(
    name: str, tables: Iterable[str], contracts: Mapping[str, Contract] | None = None
) -> Column | None:
    """The column of that name of the first of ``tables`` that has it; a table that no contract knows has none.

    ``contracts``: those of the source; the product's unless told.
    """
    known = contracts or load_contracts()
    published = load_published()
    for table in tables:
        entry = published.get(table) or known.get(table)
        if entry and name in entry.columns:
            return entry.columns[name]
    return None
