"""Readers: a source's files or query as DuckDB relations of raw rows, each with its place.

Belongs here: finding the files, and the formats but CSV. What rows should be is for ``landing`` to check.
Text formats arrive as text, so that nothing is rounded or guessed on the way; Parquet keeps its types.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

import duckdb

from wattledger.errors import DataError
from wattledger.extract.csv_files import read_csv
from wattledger.extract.databases import read_database
from wattledger.extract.raw import Connect, RawRows, header, parquet_relation, write_text_parquet
from wattledger.extract.source import DatasetSource, Source, fill_pattern
from wattledger.periods import Period
from wattledger.sql import literal

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
    if entry.database:
        return [read_database(source, dataset, period, workdir, connect)]
    return [
        _read_file(connection, entry, path, workdir, dataset)
        for path in find_matching(source, dataset, entry.files, period)
    ]


def find_matching(source: Source, dataset: str, pattern: str, period: Period) -> list[Path]:
    """The files that a pattern of a dataset names for a period; raise DataError where it matches none."""
    found: list[Path] = []
    for filled in fill_pattern(pattern, period):
        full = str(source.folder / filled)
        paths = [Path(p) for p in sorted(glob.glob(full, recursive=True))]
        if not paths:
            raise DataError(
                f"{dataset}: there is no file {filled} for {period}.",
                where=full,
                todo="Deliver the file, or correct its name in the source file; then run this landing again.",
            )
        found += paths
    return found


def _read_file(
    connection: duckdb.DuckDBPyConnection, entry: DatasetSource, path: Path, workdir: Path, dataset: str
) -> RawRows:
    kind = entry.format or _SUFFIXES.get(path.suffix.lower(), "csv")
    if path.stat().st_size == 0:
        raise DataError(
            f"{dataset}: the file {path.name} is empty.",
            where=str(path),
            todo="Have it delivered again, then rerun.",
        )
    if kind == "parquet":
        return _read_parquet(connection, path, dataset)
    if kind == "xlsx":
        return _read_xlsx(entry, path, workdir, dataset)
    return read_csv(connection, entry, path, workdir, dataset)


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, dataset: str) -> RawRows:
    try:
        described = connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})"
        ).fetchall()
    except duckdb.Error as error:
        raise DataError(
            f"{dataset}: {path.name} is no complete Parquet file: {str(error).splitlines()[0]}",
            where=str(path),
            todo="The file is cut off or of another format; have it delivered again.",
        ) from error
    return parquet_relation(path.name, path, (row[0] for row in described), path.stat().st_size)


def _read_xlsx(entry: DatasetSource, path: Path, workdir: Path, dataset: str) -> RawRows:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_name(entry.sheet) if entry.sheet else book.get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise DataError(
            f"{dataset}: {path.name} is no readable workbook, or has no sheet {entry.sheet or 1!r}: {error}",
            where=str(path),
            todo="Correct `sheet` in the source file, or have the workbook delivered again.",
        ) from error
    rows = iter(sheet.iter_rows())
    columns = header([_text(cell) or "" for cell in next(rows, [])], path, dataset)
    texts = ([_text(cell) for cell in row] for row in rows)
    target = workdir / f"{dataset}-{path.name}.parquet"
    # a row without any value is formatting, not data, but it keeps its number: people look rows up by it
    write_text_parquet(target, columns, texts)
    piece = parquet_relation(path.name, target, columns, path.stat().st_size)
    filled = " OR ".join(f'"{name}" IS NOT NULL' for name in columns)
    piece.relation = f"SELECT * FROM ({piece.relation}) WHERE {filled}"
    return piece


def _text(cell: Any) -> str | None:
    """A spreadsheet cell as text: whole numbers without a decimal point, blanks as None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
