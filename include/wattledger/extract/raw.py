"""Raw rows: one readable piece of an extract, and text kept in Parquet on the way to it.

Belongs here: what all readers share. Every raw relation carries ``_source`` (file name or table) and
``_row`` (record number in it, from 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wattledger.errors import DataError
from wattledger.sql import literal

_BATCH_ROWS = 50_000


Connect = Callable[[str], str]
"""Turns the name of an Airflow connection into a SQLAlchemy URL."""


@dataclass(slots=True)
class RawRows:
    """One readable piece of an extract."""

    label: str
    """File or table name, as shown to people."""
    relation: str
    """SQL of a relation with the extract's own columns, ``_source`` and ``_row``."""
    columns: tuple[str, ...]
    size: int | None = None
    broken: Callable[[], list[tuple[int, str, str]]] = field(default=list)
    """After the relation was read: lines that are no record, as (line, reason, text)."""


def write_text_parquet(target: Path, columns: Iterable[str], rows: Iterator[list[str | None]]) -> None:
    """Write rows of text to a Parquet file, batch by batch."""
    names = list(columns)
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        while batch := [row for _, row in zip(range(_BATCH_ROWS), rows, strict=False)]:
            padded = (row + [None] * (len(names) - len(row)) for row in batch)
            cells = zip(*(row[: len(names)] for row in padded), strict=True)
            writer.write_table(pa.table([pa.array(column, pa.string()) for column in cells], schema=schema))


def parquet_relation(label: str, file: Path, columns: Iterable[str], size: int | None = None) -> RawRows:
    """The raw rows of a Parquet file."""
    relation = (
        f"SELECT * EXCLUDE (file_row_number), {literal(label)} AS _source, file_row_number + 1 AS _row "
        f"FROM read_parquet({literal(str(file))}, file_row_number = true)"
    )
    return RawRows(label, relation, tuple(columns), size)


def header(names: list[str], path: Path, dataset: str) -> list[str]:
    """The column names of a file's first line; raise DataError where it is no header."""
    stripped = [name.strip() for name in names]
    twice = sorted({name for name in stripped if stripped.count(name) > 1} - {""})
    if not stripped or "" in stripped or twice:
        raise DataError(
            f"{dataset}: the first line of {path.name} is no header: "
            + (f"{', '.join(twice)} stands twice." if twice else "a column has no name."),
            where=f"{path}, line 1",
            todo="The first line must name each column once.",
        )
    return stripped
