"""Landing: raw rows, mapped and checked against the contract, become a partition of the lake.

Belongs here: the split into landed and rejected rows. The SQL of the checks is in ``mapping``, the writing in
``publication``; audit rules, which judge rows that are well formed, stand in ``expectations/``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from wattledger.contracts import Contract, load_published
from wattledger.duckdb_connection import connect as connect_duckdb
from wattledger.duckdb_connection import scalar, scratch_folder
from wattledger.errors import DataError
from wattledger.extract import mapping
from wattledger.extract.controls import check_controls
from wattledger.extract.places import Places, places
from wattledger.extract.publication import publish
from wattledger.extract.raw import Connect, RawRows
from wattledger.extract.readers import read
from wattledger.extract.source import DatasetSource, Source
from wattledger.extract.views import as_the_sender_counts, viewed
from wattledger.lake.store import Lake, LandingRecord
from wattledger.periods import Period
from wattledger.settings import Settings
from wattledger.sql import identifier, literal, quoted


def land(
    settings: Settings,
    lake: Lake,
    source: Source,
    dataset: str,
    period: Period,
    connect: Connect | None = None,
) -> LandingRecord:
    """Land one dataset for one period, replacing what was landed for it before.

    Rows whose date lies in another period are left where they are and counted as ``outside``, unless the
    file is the period's own (its name holds the period): then they are rejected.

    Raises:
        DataError: the extract cannot be used as it is; nothing was changed in the lake.
        SourceUnreachableError: the database does not answer.
    """
    contract, entry = source.contracts[dataset], source.datasets[dataset]
    with _worked_out(settings, source, dataset, period, connect) as (connection, pieces, outside):
        return publish(connection, lake, contract, entry, period, pieces, outside)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a landing would come to."""

    landed: int
    outside: int
    """Rows of other periods, and those that ``where`` leaves out."""
    reasons: dict[str, int]
    """Rejected rows by reason, the most frequent first."""


def try_out(
    settings: Settings, source: Source, dataset: str, period: Period, connect: Connect | None = None
) -> Tried:
    """Do all that a landing does, but for writing anything into the lake; raise as ``land`` does."""
    with _worked_out(settings, source, dataset, period, connect) as (connection, _, outside):
        landed = int(scalar(connection, "SELECT count(*) FROM staged WHERE _reason IS NULL"))
        reasons = "SELECT reason, count(*) AS n FROM rejects GROUP BY reason ORDER BY n DESC, reason"
        return Tried(landed, outside, dict(connection.execute(reasons).fetchall()))


@contextmanager
def _worked_out(
    settings: Settings, source: Source, dataset: str, period: Period, connect: Connect | None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[RawRows], int]]:
    """The tables ``staged`` and ``rejects``, the pieces that they were read from, and how many rows are outside."""
    contract, entry = source.contracts[dataset], source.datasets[dataset]
    with (
        tempfile.TemporaryDirectory(dir=scratch_folder(settings), prefix=f"{dataset}-") as folder,
        connect_duckdb(settings) as connection,
    ):
        connection.execute(f"SET TimeZone = {literal(source.timezone)}")
        raw = read(connection, source, dataset, period, Path(folder), connect)
        pieces = [as_the_sender_counts(connection, dataset, piece) for piece in raw]
        views = [viewed(connection, dataset, entry, piece) for piece in pieces]
        mapping.check_columns(contract, entry, views)
        _stage(connection, contract, entry, period, views)
        outside = _count_outside(connection, contract, entry, period, views)
        _mark_duplicates(connection, contract)
        _collect_rejects(connection, contract, pieces)
        check_controls(connection, source, contract, period)
        yield connection, pieces, outside


def _stage(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    entry: DatasetSource,
    period: Period,
    pieces: list[RawRows],
) -> None:
    """Make the table ``staged``: typed columns, place, ``_reason`` and ``_value`` (NULL for a good row)."""
    for number, piece in enumerate(pieces):
        rows = f"SELECT *, {number} AS _piece FROM ({mapping.checked(contract, entry, piece, period)})"
        try:
            connection.execute(f"INSERT INTO staged {rows}" if number else f"CREATE TABLE staged AS {rows}")
        except duckdb.Error as error:
            raise mapping.explain(contract, entry, piece, error, connection) from error


def _count_outside(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    entry: DatasetSource,
    period: Period,
    pieces: list[RawRows],
) -> int:
    """Rows, or parts of them, that are not this landing's: other periods', or left out by ``where``.

    Raises:
        DataError: staged and left out together are not each delivered row once.
    """
    outside, parts = 0, bool(entry.parts)
    for number, piece in enumerate(pieces):
        staged = places(connection, f"FROM staged WHERE _piece = {number}", parts=parts)
        left_out = sum(
            (
                places(connection, relation, parts=parts)
                for relation in mapping.left_out(contract, entry, piece, period)
            ),
            Places(),
        )
        if staged + left_out != piece.delivered:
            raise DataError(
                f"{contract.dataset}: {piece.label} holds {piece.delivered.rows} rows; {staged.rows} were taken and "
                f"{left_out.rows} left out, and that is not each of them once. Nothing was landed.",
                where=piece.label,
                todo="Correct the expression in the source file that makes several rows of one, or none, as unnest "
                "does. If the file was being written meanwhile, run this landing again.",
            )
        outside += left_out.rows
    return outside


def _mark_duplicates(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Reject all rows of a key but the first: which of them is right, nobody can know here."""
    key = quoted(contract.key)
    same = " AND ".join(
        f"s.{identifier(name)} IS NOT DISTINCT FROM d.{identifier(name)}" for name in contract.key
    )
    shown = " || '|' || ".join(f"coalesce(d.{identifier(name)}::VARCHAR, '')" for name in contract.key)
    place = "(s._source, s._piece, s._row, coalesce(s._part, ''))"
    # first the keys alone, for there are few: to hold a place for every key of a delivery would cost more than it all
    connection.execute(
        f"CREATE TABLE twice AS SELECT {key} FROM staged WHERE _reason IS NULL GROUP BY {key} HAVING count(*) > 1"
    )
    if not scalar(connection, "SELECT count(*) FROM twice"):
        return
    connection.execute(
        f"CREATE TABLE first AS SELECT d.*, min({place}) AS place "
        f"FROM staged s JOIN twice d ON {same} WHERE s._reason IS NULL GROUP BY ALL"
    )
    connection.execute(
        f"UPDATE staged s SET _reason = 'duplicate key', "
        f"_value = {shown} || ' stands first in ' || d.place[1] || ' row ' || d.place[3] "
        f"FROM first d WHERE {same} AND s._reason IS NULL AND {place} <> d.place"
    )


def _collect_rejects(
    connection: duckdb.DuckDBPyConnection, contract: Contract, pieces: list[RawRows]
) -> None:
    """Make the table ``rejects``: place, reason, offending value and the whole raw row as JSON."""
    connection.execute(f"CREATE TABLE rejects {load_published()['rejected'].definition}")
    for number, piece in enumerate(pieces):
        # The raw rows are read a second time only where there is something to look up.
        rejected = scalar(
            connection, f"SELECT count(*) FROM staged WHERE _reason IS NOT NULL AND _piece = {number}"
        )
        if rejected:
            kept = scalar(
                connection,
                f"INSERT INTO rejects SELECT s._source, s._row, s._reason, s._value, to_json(r)::VARCHAR "
                f"FROM staged s JOIN ({piece.relation}) r ON s._row = r._row "
                f"WHERE s._reason IS NOT NULL AND s._piece = {number}",
            )
            if kept != rejected:
                raise DataError(
                    f"{contract.dataset}: {kept} of {rejected} rejected rows of {piece.label} could be looked up.",
                    where=piece.label,
                    todo="The extract changed while it was read. Run this landing again; nothing was landed.",
                )
        if broken := piece.broken():
            rows = [[piece.label, line, reason, None, text] for line, reason, text in broken]
            connection.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?)", rows)
