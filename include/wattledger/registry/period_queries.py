"""What was recorded about one period, as it was recorded.

Belongs here: plain lists of one period. Findings, whose state looks at other periods too, stand in finding_queries.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, Table, func, select

from wattledger.periods import Period
from wattledger.registry.engine import reading
from wattledger.registry.rows import BreakRow, IntakeRow, ReconciliationRow, VerdictRow
from wattledger.registry.tables import intake, recon_break, reconciliation, verdict


def list_verdicts(engine: Engine, source: str, period: Period) -> list[VerdictRow]:
    """A row per rule, by rule_id."""
    query = _select(verdict, tuple(VerdictRow.__dataclass_fields__), source, period).order_by(
        verdict.c.rule_id
    )
    return [VerdictRow(**row) for row in _rows(engine, query)]


def list_reconciliation(
    engine: Engine, source: str, period: Period, *, units: Sequence[str] | None = None
) -> list[ReconciliationRow]:
    """The links as recorded, in recorded order; ``units`` leaves those units' rows only (not the company's)."""
    query = _select(reconciliation, tuple(ReconciliationRow.__dataclass_fields__), source, period)
    if units is not None:
        query = query.where(reconciliation.c.org_id.in_(units))
    return [ReconciliationRow(**row) for row in _rows(engine, query.order_by(reconciliation.c.position))]


def list_breaks(
    engine: Engine,
    source: str,
    period: Period,
    *,
    link: str | None = None,
    units: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[BreakRow]:
    """Breaks, the largest absolute difference first, then in recorded order."""
    query = _select(recon_break, BreakRow._fields, source, period)
    if link is not None:
        query = query.where(recon_break.c.link == link)
    if units is not None:
        query = query.where(recon_break.c.org_id.in_(units))
    query = query.order_by(func.abs(recon_break.c.difference).desc(), recon_break.c.position).limit(limit)
    return [BreakRow(**row) for row in _rows(engine, query)]


def count_breaks(engine: Engine, source: str, period: Period) -> int:
    """How many breaks the period has."""
    query = select(func.count()).select_from(recon_break)
    here = (recon_break.c.source == source, recon_break.c.period == str(period))
    with reading(engine) as connection:
        return int(connection.execute(query.where(*here)).scalar_one())


def list_intake(engine: Engine, source: str, period: Period) -> list[IntakeRow]:
    """A row per dataset, by name."""
    query = _select(intake, tuple(IntakeRow.__dataclass_fields__), source, period).order_by(intake.c.dataset)
    return [IntakeRow(**row) for row in _rows(engine, query)]


def _select(table: Table, names: Sequence[str], source: str, period: Period) -> Select[Any]:
    return select(*(table.c[name] for name in names)).where(
        table.c.source == source, table.c.period == str(period)
    )


def _rows(engine: Engine, query: Select[Any]) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
