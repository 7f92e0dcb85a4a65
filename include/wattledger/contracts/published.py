"""What the steps publish: the tables of an audit that are no dataset of the company's, declared like one.

Belongs here: their form, their loader, and what follows from it: SQL's columns and Arrow's schema. A step makes the
relation ``<table>`` in its session; in the lake it is ``_<table>``, with the period as its partition.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import Field

from wattledger.contracts.model import Column, Strict
from wattledger.yaml_files import as_form, read_yaml

if TYPE_CHECKING:
    import pyarrow as pa

PARTITION: Final = "_period"
"""The column of every table of the lake that says to which period a row belongs."""


class Published(Strict):
    """A table that a step publishes for a period, and that others read."""

    table: str
    step: str
    """Who publishes it."""
    title: dict[str, str]
    columns: dict[str, Column] = Field(min_length=1)

    @property
    def stored(self) -> str:
        """The name of its table in the lake."""
        return f"_{self.table}"

    @property
    def definition(self) -> str:
        """The columns as CREATE TABLE has them, in brackets."""
        columns = ", ".join(f'"{name}" {column.sql_type}' for name, column in self.columns.items())
        return f"({columns})"

    @property
    def typed(self) -> str:
        """The columns of a SELECT over a relation that has them, in their types."""
        return ", ".join(f'"{name}"::{column.sql_type} AS "{name}"' for name, column in self.columns.items())

    @property
    def empty(self) -> str:
        """A SELECT of no row."""
        columns = ", ".join(f'NULL::{column.sql_type} AS "{name}"' for name, column in self.columns.items())
        return f"SELECT {columns} WHERE false"

    @property
    def schema(self) -> pa.Schema:
        """The table in the lake, for rows that come from Python."""
        import pyarrow as pa

        fields = [(name, column.arrow_type) for name, column in self.columns.items()]
        return pa.schema([*fields, (PARTITION, pa.string())])


@cache
def load_published() -> dict[str, Published]:
    """All of them by table; raise ConfigurationError with the file where one is wrong."""
    found: dict[str, Published] = {}
    for entry in sorted((Path(__file__).parent / "published").iterdir()):
        published = as_form(Published, read_yaml(entry), entry, "contract of what a step publishes")
        found[published.table] = published
    return found
