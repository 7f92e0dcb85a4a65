"""Publication of a landing: its rows, its rejects and its record are written to the lake, or left as they are there.

Belongs here: what is written of the tables ``staged`` and ``rejects``, and when. How Delta is written is for the lake.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from wattledger.contracts import Contract
from wattledger.contracts.published import PARTITION
from wattledger.extract.raw import RawRows
from wattledger.extract.source import DatasetSource
from wattledger.lake.store import Lake, LandingRecord, partition_of, with_retries
from wattledger.periods import Period
from wattledger.sql import identifier, literal, quoted


def publish(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    contract: Contract,
    entry: DatasetSource,
    period: Period,
    pieces: list[RawRows],
    outside: int,
) -> LandingRecord:
    """Write rows, rejects and, last, the record that says which version they are.

    Rows and rejects that the lake has already, in the same places of the same files, are not written a second time.
    """
    content = _content(connection, contract)
    lake.forget_gone(contract, period)
    standing = lake.standing(contract, period)
    if standing and standing.stored == content.stored:
        version = standing.version
    else:
        version = _write(connection, lake, contract, period)
    rejected = sum(content.reasons.values())
    record = LandingRecord(
        dataset=contract.dataset,
        period=str(period),
        version=version,
        extracted=content.landed + rejected,
        landed=content.landed,
        rejected=rejected,
        outside=outside,
        columns=tuple(entry.columns),
        totals=content.totals,
        reasons=content.reasons,
        inputs=tuple({"name": piece.label, "bytes": piece.size} for piece in pieces),
        digest=content.digest,
        stored=content.stored,
        derived=entry.derived,
    )
    if record != standing:
        with_retries(lambda: lake.record(record))
    return record


def _write(connection: duckdb.DuckDBPyConnection, lake: Lake, contract: Contract, period: Period) -> int:
    """Write rows and rejects; return the version of the rows."""
    replace = lake.replace_event if contract.kind == "event" else lake.replace_snapshot
    rows = (
        f"SELECT * EXCLUDE (_piece, _part, _reason, _value), {partition_of(contract, period)} AS {PARTITION} "
        f"FROM staged WHERE _reason IS NULL"
    )
    rejects = (
        f"SELECT *, {literal(str(period))} AS {PARTITION} FROM rejects ORDER BY source, row, reason, value"
    )
    version = with_retries(lambda: replace(contract, period, connection.sql(rows).to_arrow_reader()))
    table = f"_rejected/{contract.dataset}"
    with_retries(lambda: lake.replace(table, period, connection.sql(rejects).to_arrow_reader()))
    return int(version)


@dataclass(frozen=True, slots=True)
class _Content:
    """What a landing is about to write, in numbers; the fields are those of ``LandingRecord``."""

    landed: int
    digest: str
    stored: str
    totals: dict[str, str]
    reasons: dict[str, int]


def _content(connection: duckdb.DuckDBPyConnection, contract: Contract) -> _Content:
    sums = "".join(f", coalesce(sum({identifier(name)}), 0)::VARCHAR" for name in contract.control_totals)
    landed, digest, placed, *totals = connection.execute(
        f"SELECT count(*), {_digest('h')}, {_digest('hash(h, _source, _row)')}{sums} "
        f"FROM (SELECT *, hash({quoted(contract.columns)}) AS h FROM staged WHERE _reason IS NULL)"
    ).fetchall()[0]
    rejects = connection.execute(f"SELECT {_digest('hash(r)')} FROM rejects r").fetchall()[0][0]
    reasons = connection.execute(
        "SELECT reason, count(*) FROM rejects GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return _Content(
        landed=int(landed),
        digest=digest,
        stored=f"{placed}/{rejects}",
        totals=dict(zip(contract.control_totals, totals, strict=True)),
        reasons=dict(reasons),
    )


def _digest(hashed: str) -> str:
    """SQL: a sum of row hashes does not depend on the order, and unlike xor it sees a row that stands twice."""
    return f"coalesce(to_hex((sum({hashed}::HUGEINT) % 18446744073709551616)::UBIGINT), '')"
