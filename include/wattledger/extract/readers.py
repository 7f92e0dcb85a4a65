"""Readers: a source's files or query as DuckDB relations of raw rows, each with its place.

Belongs here: finding the files, and Parquet. What rows should be is for ``landing`` to check.
Text formats arrive as text, so that nothing is rounded or guessed on the way; Parquet keeps its types.
"""

from __future__ import annotations

import glob
import os
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from wattledger.errors import DataError
from wattledger.extract.csv_files import read_csv
from wattledger.extract.databases import read_database
from wattledger.extract.raw import Connect, RawRows, column_names
from wattledger.extract.source import DatasetSource, Source, fill_pattern
from wattledger.extract.xlsx_files import read_xlsx
from wattledger.periods import Period
from wattledger.sql import file_literal, identifier, literal

_SUFFIXES = {".xlsx": "xlsx", ".parquet": "parquet"}


def read(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    dataset: str,
    period: Period,
    workdir: Path,
    connect: Connect | None = None,
) -> list[RawRows]:
    """The raw rows of a dataset for a period.

    Raises:
        DataError: a file is missing, empty, cut off, or in another encoding than the source file says.
        SourceUnreachableError: the database does not answer.
    """
    entry = source.datasets[dataset]
    # numbered, because two files of one name in two folders are two pieces
    if entry.database:
        return [read_database(source, dataset, period, workdir / "piece_0", connect)]
    paths = find_matching(source, dataset, entry.files, period)
    named = Counter(path.name for path in paths)
    return [
        _read_file(
            connection,
            entry,
            path,
            path.name if named[path.name] == 1 else os.path.relpath(path, source.folder),
            workdir / f"piece_{number}",
            dataset,
        )
        for number, path in enumerate(paths)
    ]


def find_matching(source: Source, dataset: str, pattern: str, period: Period) -> list[Path]:
    """The files that a pattern of a dataset names for a period; raise DataError where it matches none."""
    found: list[Path] = []
    for filled in fill_pattern(pattern, period):
        wanted = str(Path(glob.escape(str(source.folder))) / filled)
        paths = [Path(p) for p in sorted(glob.glob(wanted, recursive=True))]
        if not paths:
            raise DataError(
                f"{dataset}: there is no file {filled} for {period}.",
                where=str(source.folder / filled),
                todo="Deliver the file, or correct its name in the source file; then run this landing again.",
            )
        found += paths
    return list(dict.fromkeys(found))


def _read_file(
    connection: duckdb.DuckDBPyConnection,
    entry: DatasetSource,
    path: Path,
    label: str,
    scratch: Path,
    dataset: str,
) -> RawRows:
    if not path.is_file():
        raise DataError(
            f"{dataset}: {label} is no file.",
            where=str(path),
            todo="Correct `files` in the source file: a folder, or another thing than a file, has that name.",
        )
    kind = entry.format or _SUFFIXES.get(path.suffix.lower(), "csv")
    if path.stat().st_size == 0:
        raise DataError(
            f"{dataset}: the file {label} is empty.",
            where=str(path),
            todo="Have it delivered again, then rerun.",
        )
    if kind == "parquet":
        return _read_parquet(path, label, dataset)
    if kind == "xlsx":
        return read_xlsx(entry, path, label, scratch, dataset)
    return read_csv(connection, entry, path, label, scratch, dataset)


def _read_parquet(path: Path, label: str, dataset: str) -> RawRows:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{dataset}: {label} is no complete Parquet file: {str(error).splitlines()[0]}",
            where=str(path),
            todo="The file is cut off or of another format; have it delivered again.",
        ) from error
    stored = file.schema_arrow.names
    columns = column_names(stored, label, str(path), dataset)
    own = ", ".join(
        f"{identifier(name)} AS {identifier(shown)}" for name, shown in zip(stored, columns, strict=True)
    )
    # DuckDB's own number of a row is not to be had where the file has a column of that name
    counted = "file_row_number" not in {name.lower() for name in stored}
    row, option = (
        ("file_row_number + 1", ", file_row_number = true") if counted else ("row_number() OVER ()", "")
    )
    relation = (
        f"SELECT {own}, {literal(label)} AS _source, {row} AS _row "
        f"FROM read_parquet({file_literal(path)}, hive_partitioning = false{option})"
    )
    return RawRows(label, relation, tuple(columns), path.stat().st_size, file.metadata.num_rows)
