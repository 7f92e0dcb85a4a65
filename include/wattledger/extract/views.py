"""A source's ``view`` and ``parts``: what is done to a whole extract before its columns are mapped.

Belongs here: repeating the raw rows of one piece for each part, then putting the view's SQL over them, and holding it
to one row out for each row in. A view is for extracts whose columns want repair, or a look at other rows, before an
expression can be short; parts are for those that have several rows of a dataset in one.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from wattledger.errors import ConfigurationError, DataError
from wattledger.extract.places import Places, places
from wattledger.extract.raw import RawRows
from wattledger.extract.source import DatasetSource
from wattledger.sql import literal

PLACEHOLDER = "{raw}"


def as_the_sender_counts(connection: duckdb.DuckDBPyConnection, dataset: str, piece: RawRows) -> RawRows:
    """The piece with numbers of rows that count what its reader left out: broken lines and blank ones."""
    if piece.skipped is list:  # its reader leaves nothing out
        return piece
    _places(connection, dataset, piece, parts=False)  # known once it was read
    # after each left out, by the numbers that the reader gave: how many are left out before
    before = {number - left_out: left_out + 1 for left_out, number in enumerate(piece.skipped())}
    if not before:
        return piece
    listed = ", ".join(f"({first}, {count})" for first, count in before.items())
    relation = (
        f"SELECT r.* REPLACE (r._row + coalesce(s.before, 0) AS _row) FROM ({piece.relation}) AS r "
        f"ASOF LEFT JOIN (VALUES {listed}) AS s (first, before) ON r._row >= s.first"
    )
    return replace(piece, relation=relation)


def viewed(
    connection: duckdb.DuckDBPyConnection, dataset: str, entry: DatasetSource, piece: RawRows
) -> RawRows:
    """The piece as its source file's parts and view show it, with the places that were delivered.

    Raises:
        DataError: the view cannot be read: a column that it names is not in the extract, as a rule; or another number
            of rows is there than the reader counted.
        ConfigurationError: it loses a row's place, or gives more or fewer rows than the extract has.
    """
    parted = _parted(entry, piece)
    parts = max(len(entry.parts), 1)
    delivered = _places(connection, dataset, parted, parts=bool(entry.parts))
    if piece.rows is not None and delivered.rows != piece.rows * parts:
        raise DataError(
            f"{dataset}: {piece.label} holds {piece.rows} rows, and {delivered.rows // parts} can be read.",
            where=piece.label,
            todo="Nothing was landed. If the file was being written meanwhile, run this landing again.",
        )
    parted = replace(parted, delivered=delivered)
    return _viewed(connection, dataset, entry, parted) if entry.view else parted


def _places(connection: duckdb.DuckDBPyConnection, dataset: str, piece: RawRows, *, parts: bool) -> Places:
    try:
        return places(connection, piece.relation, parts=parts)
    except duckdb.Error as error:
        raise DataError(
            f"{dataset}: {piece.label} cannot be read: {piece.damage() or str(error).splitlines()[0]}",
            where=piece.label,
            todo="Have it delivered again: it is damaged.",
        ) from error


def _parted(entry: DatasetSource, piece: RawRows) -> RawRows:
    if not entry.parts:
        return piece
    listed = ", ".join(f"({literal(name)})" for name in entry.parts)
    relation = (
        f"SELECT whole.*, _part FROM ({piece.relation}) AS whole CROSS JOIN (VALUES {listed}) AS part(_part)"
    )
    return replace(piece, relation=relation, columns=(*piece.columns, "_part"))


def _viewed(
    connection: duckdb.DuckDBPyConnection, dataset: str, entry: DatasetSource, piece: RawRows
) -> RawRows:
    relation = entry.view.replace(PLACEHOLDER, f"({piece.relation})")
    place = ("_source", "_row", *(["_part"] if entry.parts else []))
    try:
        described = connection.execute(f"DESCRIBE {relation}").fetchall()
        columns = tuple(str(row[0]) for row in described)
        if lost := [name for name in place if name not in columns]:
            raise ConfigurationError(f"{dataset}: the view does not pass on {' and '.join(lost)}.")
        shown = places(connection, relation, parts=bool(entry.parts))
    except duckdb.Error as error:
        raise DataError(
            f"{dataset}: the view over {piece.label} cannot be read: {str(error).splitlines()[0]}",
            where=f"{piece.label}; its columns are: {', '.join(piece.columns)}",
            todo="Have the extract delivered with the columns that the view names, or correct the view.",
        ) from error
    if shown != piece.delivered:
        raise ConfigurationError(
            f"{dataset}: the view makes {shown.rows} rows of the {piece.delivered.rows} of {piece.label}"
            + (", and not one of each." if shown.rows == piece.delivered.rows else "."),
            todo="A view works out columns. To leave rows out, say which with `where`, so that they are counted.",
        )
    return replace(
        piece, relation=relation, columns=tuple(c for c in columns if c not in ("_source", "_row"))
    )
