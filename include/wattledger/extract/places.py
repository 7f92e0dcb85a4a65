"""Places: every row of a delivery is landed, rejected or left out, and none of them twice.

Belongs here: counting the places of rows. A place is the row's number in its piece, and its part where the source file
takes rows apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Places:
    """A set of places, as two numbers that add up as disjoint sets do."""

    rows: int = 0
    mark: int = 0
    """Sum of the places' hashes: a missing row and one that is there twice show, even where the number is right."""

    def __add__(self, other: Places) -> Places:
        return Places(self.rows + other.rows, self.mark + other.mark)


def places(connection: duckdb.DuckDBPyConnection, relation: str, *, parts: bool) -> Places:
    """The places of a relation's rows, from its columns ``_row`` and, with ``parts``, ``_part``."""
    part = "_part" if parts else "NULL::VARCHAR"
    mark = f"coalesce(sum(hash(_row::BIGINT, {part})), 0)"
    rows, marked = connection.execute(f"SELECT count(*), {mark} FROM ({relation})").fetchall()[0]
    return Places(int(rows), int(marked))
