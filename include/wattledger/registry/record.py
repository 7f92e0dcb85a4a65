"""Recording a period: all that an audit of it found, in one transaction.

Belongs here: the order of the work. Bulk inserts stand in bulk.py, first and last seen in first_and_last_seen.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select

from wattledger.errors import DataError
from wattledger.periods import Period
from wattledger.registry.bulk import insert_batches
from wattledger.registry.engine import lock_source, writing
from wattledger.registry.first_and_last_seen import add_sighted, forget_former, keep_former
from wattledger.registry.rows import BreakRow, IntakeRow, ReconciliationRow, Sighting, VerdictRow
from wattledger.registry.tables import intake as intake_table
from wattledger.registry.tables import recon_break, sighting, verdict
from wattledger.registry.tables import reconciliation as reconciliation_table

ANALYZE_FROM = 10_000
"""From this many rows on, PostgreSQL is told at once what is in the table: the bulletin's queries come next."""


def record_period(
    engine: Engine,
    source: str,
    period: Period,
    *,
    verdicts: Sequence[VerdictRow],
    sightings: Iterable[Sequence[Sighting]],
    reconciliation: Sequence[ReconciliationRow] = (),
    breaks: Iterable[Sequence[BreakRow]] = (),
    intake: Sequence[IntakeRow] = (),
) -> None:
    """Replace everything of (source, period) and bring first and last seen of the findings up to date.

    ``sightings`` and ``breaks`` come in batches of any size (10,000 to 100,000 rows serve well) and are read once.
    Raises DataError where a key is sighted twice by a rule, or by a rule without a FINDINGS verdict.
    """
    here: dict[str, Any] = {"source": source, "period": str(period)}
    dated = {**here, "period_start": period.start, "period_end": period.end}
    with writing(engine) as connection:
        lock_source(connection, source)
        replaced = keep_former(connection, source, period)
        for table in (verdict, sighting, reconciliation_table, recon_break, intake_table):
            connection.execute(delete(table).where(table.c.source == source, table.c.period == str(period)))
        _insert(connection, verdict, [{**dated, **asdict(row)} for row in verdicts])
        numbered = enumerate(reconciliation)
        _insert(
            connection, reconciliation_table, [{**here, "position": n, **asdict(row)} for n, row in numbered]
        )
        _insert(connection, intake_table, [{**here, **asdict(row)} for row in intake])
        insert_batches(connection, recon_break, here, ("position", *BreakRow._fields), _numbered(breaks))
        rows = insert_batches(connection, sighting, dated, Sighting._fields, sightings)
        _check_verdicts(connection, source, period)
        add_sighted(connection, source, period)
        if replaced:
            forget_former(connection, source, period)
        if rows >= ANALYZE_FROM and connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE sighting, finding")


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _numbered(batches: Iterable[Sequence[BreakRow]]) -> Iterator[list[tuple[Any, ...]]]:
    position = 0
    for batch in batches:
        yield [(position + offset, *row) for offset, row in enumerate(batch)]
        position += len(batch)


def _check_verdicts(connection: Connection, source: str, period: Period) -> None:
    """A sighting that no FINDINGS verdict stands for would have no state."""
    stray = (
        select(sighting.c.rule_id)
        .distinct()
        .outerjoin(
            verdict,
            and_(
                verdict.c.source == sighting.c.source,
                verdict.c.period == sighting.c.period,
                verdict.c.rule_id == sighting.c.rule_id,
            ),
        )
        .where(sighting.c.source == source, sighting.c.period == str(period))
        .where(or_(verdict.c.verdict.is_(None), verdict.c.verdict != "FINDINGS"))
    )
    rules = sorted(connection.execute(stray).scalars())
    if rules:
        raise DataError(
            f"There are failing rows of rules whose verdict is not FINDINGS: {', '.join(rules)}.",
            where=f"{source}, {period}",
            todo="Run the validation of this period again, then this step.",
        )
