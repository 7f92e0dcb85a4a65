"""Runs: which inputs, rules and code an audit of a period stands on.

Belongs here: opening, finding and finishing runs. What a run found is recorded by record.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, insert, select, update

from wattledger.periods import Period
from wattledger.registry.engine import lock_source, reading, writing
from wattledger.registry.rows import Run
from wattledger.registry.tables import run as run_table


def open_run(
    engine: Engine,
    source: str,
    period: Period,
    inputs: Mapping[str, Mapping[str, Any]],
    *,
    rules_hash: str,
    code_version: str,
    now: datetime | None = None,
) -> Run:
    """The run for these inputs: the newest one if it has the same manifest hash, else the next revision.

    ``inputs``: dataset -> {pin, digest, landed, rejected, ...}, JSON values only. The manifest hash covers inputs,
    rules_hash and code_version, but not ``pin``: the same rows landed again are the same inputs at another place in
    the lake, so the run is reused with the new pins. It keeps its times.
    """
    digest = manifest_hash(inputs, rules_hash, code_version)
    with writing(engine) as connection:
        lock_source(connection, source)
        newest = _newest(connection, source, period)
        if newest is not None and newest.manifest_hash == digest:
            at_id = run_table.c.id == newest.id
            connection.execute(update(run_table).where(at_id).values(inputs=dict(inputs)))
            return replace(newest, inputs=dict(inputs))
        connection.execute(
            insert(run_table).values(
                source=source,
                period=str(period),
                period_start=period.start,
                period_end=period.end,
                revision=newest.revision + 1 if newest else 1,
                inputs=dict(inputs),
                manifest_hash=digest,
                rules_hash=rules_hash,
                code_version=code_version,
                opened_at=now or datetime.now(UTC),
            )
        )
        return _as_run(connection.execute(_newest_query(source, period)).mappings().one())


def get_run(engine: Engine, source: str, period: Period) -> Run | None:
    """The newest run of the period, or None."""
    with reading(engine) as connection:
        return _newest(connection, source, period)


def list_runs(engine: Engine, source: str) -> list[Run]:
    """All runs of a source, by period, and of a period the oldest first."""
    order = (run_table.c.period_start, run_table.c.period_end, run_table.c.revision)
    query = select(run_table).where(run_table.c.source == source).order_by(*order)
    with reading(engine) as connection:
        return [_as_run(row) for row in connection.execute(query).mappings()]


def finish_run(engine: Engine, run: Run, *, now: datetime | None = None) -> Run:
    """Note that the run came to its end; a run finished before keeps its first time."""
    at_id = run_table.c.id == run.id
    with writing(engine) as connection:
        connection.execute(
            update(run_table)
            .where(at_id, run_table.c.finished_at.is_(None))
            .values(finished_at=now or datetime.now(UTC))
        )
        return _as_run(connection.execute(select(run_table).where(at_id)).mappings().one())


def manifest_hash(inputs: Mapping[str, Mapping[str, Any]], rules_hash: str, code_version: str) -> str:
    """A digest of all that a run stands on; the order of keys does not matter."""
    content = {name: {k: v for k, v in entry.items() if k != "pin"} for name, entry in inputs.items()}
    manifest = {"inputs": content, "rules": rules_hash, "code": code_version}
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _newest(connection: Connection, source: str, period: Period) -> Run | None:
    row = connection.execute(_newest_query(source, period)).mappings().first()
    return _as_run(row) if row else None


def _newest_query(source: str, period: Period) -> Select[Any]:
    of_period = (run_table.c.source == source, run_table.c.period == str(period))
    return select(run_table).where(*of_period).order_by(run_table.c.revision.desc()).limit(1)


def _as_run(row: RowMapping) -> Run:
    values = {name: row[name] for name in Run.__dataclass_fields__ if name != "period"}
    return Run(period=Period(row["period_start"], row["period_end"]), **values)
