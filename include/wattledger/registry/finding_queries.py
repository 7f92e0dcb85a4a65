"""Findings as of a period: what is asked for, filtered, ordered and summed.

Belongs here: the questions. How a state follows from sightings and verdicts stands in finding_states.py. States are not
stored, so an old period can be audited again, and every period's bulletin stays right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Select, case, func, select, union_all

from wattledger.periods import Period
from wattledger.registry.engine import reading
from wattledger.registry.finding_states import AsOf
from wattledger.registry.rows import BacklogTotal, FindingRow, FindingTotal, State

_AT_ONCE = 10_000
"""Rows that are in memory together."""


def each_finding(
    engine: Engine,
    source: str,
    period: Period,
    *,
    rules: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    keys: Sequence[str] | None = None,
    states: Sequence[State] | None = None,
    limit: int | None = None,
    backlog: bool = False,
) -> Iterator[FindingRow]:
    """Findings as of ``period``, the largest absolute amount first (then rule and key); None: no filter.

    ``backlog``: with the open event findings of earlier periods too. They are read as they are asked for.
    """
    asked = AsOf(source, period, rules, units, evidence=True, keys=keys)
    with reading(engine) as connection:
        branches = [*asked.current(asked.previous(connection)), *(asked.backlog() if backlog else [])]
        found = union_all(*branches).subquery("as_of")
        query = select(*(found.c[name] for name in FindingRow.__dataclass_fields__))
        if states is not None:
            query = query.where(found.c.state.in_(states))
        query = query.order_by(*_largest_first(found, connection)).limit(limit)
        for row in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
            yield FindingRow(*row)


def list_findings(engine: Engine, source: str, period: Period, **asked: Any) -> list[FindingRow]:
    """All that ``each_finding`` gives."""
    return list(each_finding(engine, source, period, **asked))


def largest_findings(
    engine: Engine, source: str, period: Period, *, states: Sequence[State], limit: int
) -> dict[str | None, list[FindingRow]]:
    """The ``limit`` largest findings of each unit by itself in each state and of each rule, by unit, the largest first.

    The largest of any set of units, and of any rule, are among them: one question serves all audiences.
    """
    asked = AsOf(source, period, None, None, evidence=True)
    with reading(engine) as connection:
        found = union_all(*asked.current(asked.previous(connection))).subquery("as_of")
        order = _largest_first(found, connection)
        by = (found.c.org_id, found.c.state, found.c.rule_id)
        nth = func.row_number().over(partition_by=by, order_by=order)
        ranked = select(*found.c, nth.label("nth")).where(found.c.state.in_(states)).subquery("ranked")
        columns = (ranked.c[name] for name in FindingRow.__dataclass_fields__)
        query = select(*columns).where(ranked.c.nth <= limit).order_by(*_largest_first(ranked, connection))
        by_unit: dict[str | None, list[FindingRow]] = {}
        for row in connection.execute(query):
            by_unit.setdefault(row.org_id, []).append(FindingRow(*row))
        return by_unit


def total_findings(
    engine: Engine,
    source: str,
    period: Period,
    *,
    rules: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
) -> list[FindingTotal]:
    """Counts and sums by rule, unit and state, without listing (and without the backlog)."""
    asked = AsOf(source, period, rules, units, evidence=False)
    with reading(engine) as connection:
        rows = _totals(connection, asked.current(asked.previous(connection)), ["rule_id", "org_id", "state"])
    return [FindingTotal(*row) for row in rows]


def total_backlog(
    engine: Engine,
    source: str,
    period: Period,
    *,
    rules: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
) -> list[BacklogTotal]:
    """Open event findings of earlier periods that ``period`` itself does not show, by rule and unit."""
    asked = AsOf(source, period, rules, units, evidence=False)
    with reading(engine) as connection:
        rows = _totals(connection, asked.backlog(), ["rule_id", "org_id"])
    return [BacklogTotal(*row) for row in rows]


def _largest_first(found: FromClause, connection: Connection) -> list[ColumnElement[Any]]:
    """The largest absolute amount first, where none is known the most kWh, then by rule and key.

    One order on every database, whatever its locale.
    """
    binary = "C" if connection.dialect.name == "postgresql" else "BINARY"
    by_name = [found.c[name].collate(binary) for name in ("rule_id", "business_key")]
    return [*(func.abs(found.c[name]).desc().nulls_last() for name in ("amount", "kwh")), *by_name]


def _totals(
    connection: Connection, branches: Sequence[Select[Any]], names: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Grouped rows, in the order of Python's strings, a missing unit first."""
    found = union_all(*branches).subquery("as_of")
    by = [found.c[name] for name in names]
    over = case((found.c.amount < Decimal(0), -found.c.amount))
    sums = [func.sum(found.c.amount), func.sum(over, type_=found.c.amount.type), func.sum(found.c.kwh)]
    query = select(*by, func.count(), *sums).group_by(*by)
    rows = [tuple(row) for row in connection.execute(query)]
    return sorted(rows, key=lambda row: [value or "" for value in row[: len(names)]])
