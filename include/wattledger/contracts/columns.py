"""Columns by name, whatever the table: their labels, types and codes.

Belongs here: looking a column up over all contracts.
"""

from __future__ import annotations

from functools import cache

from wattledger.contracts.model import Column, load_contracts
from wattledger.contracts.published import load_published


@cache
def find_column(name: str, tables: tuple[str, ...]) -> Column | None:
    """The column of that name of the first of ``tables`` that has it; a table that no contract knows has none."""
    columns = {table: contract.columns for table, contract in load_contracts().items()}
    columns |= {table: published.columns for table, published in load_published().items()}
    having = (columns[table] for table in tables if name in columns.get(table, ()))
    found = next(having, None)
    return found[name] if found else None
