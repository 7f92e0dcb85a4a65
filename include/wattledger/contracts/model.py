"""The form of a dataset contract, and its loader."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from wattledger.sql import literal
from wattledger.yaml_files import as_form, read_yaml

if TYPE_CHECKING:
    import pyarrow as pa

_TYPE = re.compile(r"text|integer|boolean|date|timestamp|float|decimal\((\d+),(\d+)\)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "float": "DOUBLE",
}


class Strict(BaseModel):
    """A record in which a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """One column of a standard dataset; its unit stands in its name (``_kwh``, ``_kva``, ``_amount`` in yuan)."""

    type: str
    zh: str
    en: str
    required: bool = False
    codes: dict[str, str] = {}
    """The values that the column may hold, each with its Chinese words; the code itself is the English."""
    absent: str | None = None
    """The code that holds where a delivery says nothing: views show it in the place of NULL."""
    min: date | float | None = None
    max: date | float | None = None
    description: str = ""

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        if not _TYPE.fullmatch(value):
            raise ValueError(
                f"unknown type {value!r}: text, integer, boolean, date, timestamp, float or decimal(P,S)"
            )
        return value

    @model_validator(mode="after")
    def _known_absent(self) -> Column:
        if self.absent is not None and self.absent not in self.codes:
            raise ValueError(
                f"absent is {self.absent!r}, which is none of its codes: {', '.join(self.codes)}"
            )
        return self

    @property
    def sql_type(self) -> str:
        """The column's DuckDB type."""
        return _SQL_TYPES.get(self.type, self.type.upper())

    @property
    def scale(self) -> int | None:
        """Decimal places of a number: 0 of an integer; None of what is no number."""
        match = _TYPE.fullmatch(self.type)
        if self.type == "integer":
            return 0
        return int(match[2]) if match and match[2] else None

    @property
    def arrow_type(self) -> pa.DataType:
        """The column's Arrow type, as DuckDB writes it."""
        import pyarrow as pa

        match = _TYPE.fullmatch(self.type)
        if match and match[2]:
            return pa.decimal128(int(match[1]), int(match[2]))
        types = {
            "text": pa.string(),
            "integer": pa.int64(),
            "boolean": pa.bool_(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us"),
            "float": pa.float64(),
        }
        return types[self.type]


class Contract(Strict):
    """A standard dataset: its columns, its key, and what a delivery of it must hold."""

    dataset: str
    title: dict[str, str]
    kind: Literal["snapshot", "event"]
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Column]
    period_column: str | None = None
    """Of an event dataset: the date or timestamp column that says to which period a row belongs."""
    lookback_months: int = 0
    """Months before the audited period that ``<dataset>_history`` shows, and that are landed with it where the source
    still has them; a source file may say others, and a rule that looks further back says so itself."""
    row_floor: int = 0
    """Fewer landed rows than this, and rules that need the dataset are NOT_EVALUATED."""
    control_totals: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Contract:
        named = [*self.key, *self.control_totals, *([self.period_column] if self.period_column else [])]
        if missing := [name for name in named if name not in self.columns]:
            raise ValueError(f"{self.dataset}: not among its columns: {', '.join(missing)}")
        if inexact := [name for name, column in self.columns.items() if column.type == "float"]:
            raise ValueError(f"{self.dataset}: what a company delivers is exact; float: {', '.join(inexact)}")
        if (self.kind == "event") != (self.period_column is not None):
            raise ValueError(f"{self.dataset}: an event dataset has a period_column, a snapshot has none")
        # a column of its own name cannot be taken for one of landing's, which begin with an underscore
        if odd := [name for name in self.columns if not _NAME.fullmatch(name)]:
            raise ValueError(f"{self.dataset}: a column's name is in lower case: {', '.join(odd)}")
        return self

    def shown(self, stored: Collection[str]) -> str:
        """SQL for the columns that a view shows over a relation that has the columns ``stored``, and its place."""
        values = []
        for name, column in self.columns.items():
            value = (
                f'"{name}"' if name in stored else f"NULL::{column.sql_type}"
            )  # files older than the column
            value = f"coalesce({value}, {literal(column.absent)})" if column.absent else value
            values.append(f'{value} AS "{name}"')
        return ", ".join([*values, "_source", "_row"])


@cache
def load_contracts() -> dict[str, Contract]:
    """All contracts by dataset name; raise ConfigurationError with the file where one is wrong."""
    found: dict[str, Contract] = {}
    for entry in sorted((Path(__file__).parent / "datasets").iterdir()):
        contract = as_form(Contract, read_yaml(entry), entry, "contract")
        found[contract.dataset] = contract
    return found
