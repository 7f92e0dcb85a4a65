"""Keeping first seen and last seen of the findings, when the sightings of a period were replaced.

Belongs here: set-based SQL over ``finding`` and ``sighting``. States are derived from them in finding_states.py.

A finding with sightings: first and last seen are the first and the last period that shows it (by last day, then first
day), whatever the order in which periods were audited. A finding without any: ``sighted`` is false, and the rest
stays as it last was, so that the period in which an event was found can say that it is settled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from wattledger.periods import Period
from wattledger.registry.tables import finding, sighting, verdict

former = Table(
    "former_sighting",
    MetaData(),
    Column("rule_id", Text, nullable=False),
    Column("business_key", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The findings that the period showed before it was replaced; afterwards, those that it no longer shows."""


def keep_former(connection: Connection, source: str, period: Period) -> bool:
    """Note what the period shows now, before it is replaced; False (and nothing to forget) where it shows nothing."""
    here = _in_period(source, period)
    if not connection.execute(select(exists().where(*here))).scalar():
        return False
    former.create(connection)
    shown = select(sighting.c.rule_id, sighting.c.business_key).where(*here)
    connection.execute(insert(former).from_select(["rule_id", "business_key"], shown))
    return True


def add_sighted(connection: Connection, source: str, period: Period) -> None:
    """Bring the findings that the period shows up to date, new ones included."""
    shown = (
        select(
            sighting.c.source,
            sighting.c.rule_id,
            sighting.c.business_key,
            sighting.c.org_id,
            sighting.c.account_id,
            verdict.c.recurrence,
            *(column for _ in range(2) for column in _PERIOD),
            sighting.c.amount,
            sighting.c.kwh,
            true(),
        )
        .join_from(
            sighting,
            verdict,
            and_(
                verdict.c.source == sighting.c.source,
                verdict.c.period == sighting.c.period,
                verdict.c.rule_id == sighting.c.rule_id,
            ),
        )
        .where(*_in_period(source, period))
    )
    names = [column.name for column in finding.c]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: Any = dialect.insert(finding).from_select(names, shown)
    new = statement.excluded
    unseen = ~finding.c.sighted
    earlier = or_(unseen, _rank(new, "first_seen") < _rank(finding.c, "first_seen"))
    later = or_(unseen, _rank(new, "last_seen") >= _rank(finding.c, "last_seen"))
    changed = or_(*(finding.c[name].is_distinct_from(new[name]) for name in ("last_seen", *_LATEST)))
    values = {name: case((earlier, new[name]), else_=finding.c[name]) for name in _FIRST}
    values |= {name: case((later, new[name]), else_=finding.c[name]) for name in (*_LAST, *_LATEST)}
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[finding.c.source, finding.c.rule_id, finding.c.business_key],
            set_={**values, "sighted": true()},
            where=or_(earlier, and_(later, changed)),
        )
    )


def forget_former(connection: Connection, source: str, period: Period) -> None:
    """Bring the findings that the period no longer shows up to date."""
    still = exists().where(*_in_period(source, period), *_same(sighting.c, former.c))
    connection.execute(delete(former).where(still))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE former_sighting")
    gone = (
        finding.c.source == source,
        tuple_(finding.c.rule_id, finding.c.business_key).in_(
            select(former.c.rule_id, former.c.business_key)
        ),
    )
    left = (sighting.c.source == finding.c.source, *_same(sighting.c, finding.c))
    other = sighting.alias("other")
    others = (other.c.source == finding.c.source, *_same(other.c, finding.c))
    first = ~exists().where(*others, _rank(other.c, "period") < _rank(sighting.c, "period"))
    last = ~exists().where(*others, _rank(other.c, "period") > _rank(sighting.c, "period"))
    firsts = dict(zip(_FIRST, _PERIOD, strict=True))
    lasts = dict(zip(_LAST, _PERIOD, strict=True)) | {name: sighting.c[name] for name in _SHOWN}
    connection.execute(update(finding).where(*gone, *left, first).values(firsts))
    connection.execute(update(finding).where(*gone, *left, last).values(lasts))
    connection.execute(update(finding).where(*gone, ~exists().where(*left)).values(sighted=False))
    former.drop(connection)


_PERIOD = (sighting.c.period, sighting.c.period_start, sighting.c.period_end)
_FIRST = ("first_seen", "first_seen_start", "first_seen_end")
_LAST = ("last_seen", "last_seen_start", "last_seen_end")
_SHOWN = ("org_id", "account_id", "amount", "kwh")
_LATEST = (*_SHOWN, "recurrence")


def _in_period(source: str, period: Period) -> tuple[Any, ...]:
    return sighting.c.source == source, sighting.c.period == str(period)


def _same(one: Any, other: Any) -> tuple[Any, ...]:
    return one.rule_id == other.rule_id, one.business_key == other.business_key


def _rank(columns: Any, which: str) -> Any:
    return tuple_(columns[f"{which}_end"], columns[f"{which}_start"])
