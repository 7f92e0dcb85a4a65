"""What commands list and frames hold: each list's columns, their types and their meaning, declared like a dataset.

Belongs here: the form of such a list, its loader, and what follows from it: Arrow's schema for frames and CSV, the JSON
schema that ``docs/commands.md`` promises, the heading of each column in a table. Where the rows come from is for
``wattledger.tables``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from wattledger.contracts.model import Column, Strict
from wattledger.yaml_files import as_form, read_yaml

if TYPE_CHECKING:
    import pyarrow as pa

_FOLDER = Path(__file__).parent
_JSON_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "float": {"type": "number"},
}


class ListedColumn(Column):
    """A column of a list; ``required`` says that it always has a value."""

    json_type: str = ""
    """``object`` or ``array`` of a text that holds JSON: in JSON it is that, in CSV and frames the text."""
    shown: bool = True
    """Whether a table for people has it; CSV, JSON and frames always do."""
    only: str = ""
    """The language whose tables show it; empty: all."""
    leaves: int = 0
    """Where a table is wider than the terminal, columns leave it in this order, 1 first; 0 stays."""
    term: Literal["", "link", "cause", "obstacle"] = ""
    """What kind of term of the audit a code is: tables show its words."""
    measure: str = ""
    """``bytes``: tables show a number of them in a unit that fits."""
    words: bool = False
    """Whether it is a text to be read, which a table may cut at a word; a key is shown whole."""

    @property
    def json_schema(self) -> dict[str, Any]:
        """What the column is in JSON: exact numbers are texts."""
        if self.json_type:
            schema: dict[str, Any] = {"type": self.json_type}
        elif self.type.startswith("decimal"):
            schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        else:
            schema = dict(_JSON_TYPES[self.type])
        if self.codes:
            schema["enum"] = [*self.codes, *([] if self.required else [None])]
        if not self.required:
            schema["type"] = [schema["type"], "null"]
        return schema


class Listing(Strict):
    """A list: a row per what it lists."""

    listing: str
    title: dict[str, str]
    says: dict[str, str]
    """What a row is, and in which order they come."""
    columns: dict[str, ListedColumn] = Field(min_length=1)

    @property
    def schema(self) -> pa.Schema:
        """The list as Arrow has it."""
        import pyarrow as pa

        return pa.schema([(name, column.arrow_type) for name, column in self.columns.items()])

    @property
    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of the list as commands print it."""
        properties = {name: column.json_schema for name, column in self.columns.items()}
        row = {"type": "object", "properties": properties, "required": list(properties)}
        return {"type": "array", "items": {**row, "additionalProperties": False}}

    def table(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Rows as a table of exactly the list's columns and types; a column that a row lacks or adds is a KeyError."""
        import pyarrow as pa

        columns: dict[str, list[Any]] = {name: [] for name in self.columns}
        for row in rows:
            if len(row) != len(columns):
                raise KeyError(f"{self.listing}: {sorted(row)} are not the columns {sorted(columns)}")
            for name, values in columns.items():
                values.append(row[name])
        return pa.table(columns, schema=self.schema)


@cache
def load_listings() -> dict[str, Listing]:
    """All of them by name; raise ConfigurationError with the file where one is wrong."""
    found: dict[str, Listing] = {}
    for path in sorted((_FOLDER / "listed").iterdir()):
        listing = as_form(Listing, read_yaml(path), path, "list")
        found[listing.listing] = listing
    return found


@cache
def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of all that commands print with ``--format json``: lists, and the documents of ``printed``."""
    found = {name: listing.json_schema for name, listing in load_listings().items()}
    for path in (_FOLDER / "printed").iterdir():
        found[path.stem] = read_yaml(path)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: {**head, "title": name, **schema} for name, schema in sorted(found.items())}
