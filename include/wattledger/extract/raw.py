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
from wattledger.extract.places import Places
from wattledger.sql import file_literal, literal, quoted

_BATCH_ROWS = 50_000
NO_VALUE = "\0"
"""How the text of a cell begins that holds something which is neither text nor a value: #N/A, or bytes of a database.
No column takes it; no text of people's has the character."""
_OURS = ("_source", "_row", "_part")
"""The names of a row's place."""


Connect = Callable[[str], str]
"""Turns the name of an Airflow connection into a SQLAlchemy URL."""


@dataclass(slots=True)
class RawRows:
    """One readable piece of an extract."""

    label: str
    """File or table name, as shown to people; no two pieces of a landing share one."""
    relation: str
    """SQL of a relation with the extract's own columns, ``_source`` and ``_row``."""
    columns: tuple[str, ...]
    """The names under which the extract's own columns are read: see ``column_names``."""
    size: int | None = None
    rows: int | None = None
    """How many rows the reader counted, where the format lets it count them apart from DuckDB."""
    broken: Callable[[], list[tuple[int, str, str]]] = field(default=list)
    """After the relation was read: lines that are no record, as (line, reason, text)."""
    skipped: Callable[[], list[int]] = field(default=list)
    """After the relation was read: records, from 1, that it leaves out and the sender counts; in order."""
    damage: Callable[[], str] = str
    """Where a relation that cannot be read is damaged, in words; empty where that is not known."""
    delivered: Places = field(default_factory=Places)
    """The places of all its rows, each once for each part (``views.viewed``)."""


def column_names(names: Iterable[str], label: str, where: str, dataset: str) -> list[str]:
    """The names under which an extract's columns are read; raise DataError where they are no header.

    A column that is itself called ``_source``, ``_row`` or ``_part``, as the place of a row is, is read as ``_source_``
    and so on: an export of an earlier audit may well hold one.
    """
    known = list(names)
    lower = [name.lower() for name in known]
    if not known or "" in known:
        raise _no_header(dataset, label, where, "a column has no name.")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise _no_header(dataset, label, where, f"{', '.join(twice)} stands twice.")
    if alike := sorted(name for name in known if lower.count(name.lower()) > 1):
        raise _no_header(
            dataset, label, where, f"{', '.join(alike)} differ in case alone, and are one to SQL."
        )
    return [_free(name, lower) for name in known]


def _free(name: str, taken: list[str]) -> str:
    if name.lower() not in _OURS:
        return name
    while name.lower() in taken:
        name += "_"
    return name


def _no_header(dataset: str, label: str, where: str, why: str) -> DataError:
    return DataError(
        f"{dataset}: {label} has no usable header: {why}",
        where=where,
        todo="Each column must have a name of its own.",
    )


def text_rows(
    label: str,
    target: Path,
    columns: list[str],
    rows: Iterator[tuple[int, list[str | None]]],
    size: int | None = None,
) -> RawRows:
    """Write numbered rows of text to the new Parquet file ``target``, batch by batch, as the raw rows of a piece."""
    schema = pa.schema([*((name, pa.string()) for name in columns), ("_row", pa.int64())])
    count = 0
    # "x": a scratch file that is there already would be another piece's
    with target.open("xb") as file, pq.ParquetWriter(file, schema, compression="lz4") as writer:
        while batch := [row for _, row in zip(range(_BATCH_ROWS), rows, strict=False)]:
            count += len(batch)
            padded = ((*texts, *[None] * (len(columns) - len(texts)), number) for number, texts in batch)
            cells = zip(*padded, strict=True)
            arrays = [pa.array(c, field.type) for c, field in zip(cells, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
    relation = (
        f"SELECT {quoted(columns)}, {literal(label)} AS _source, _row "
        f"FROM read_parquet({file_literal(target)}, hive_partitioning = false)"
    )
    return RawRows(label, relation, tuple(columns), size, count)
