"""Registries that former versions made, with rows in them, brought up to date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

import wattledger.registry
from tests.conftest import OCTOBER
from wattledger.registry import (
    list_breaks,
    list_findings,
    list_reconciliation,
    list_verdicts,
    open_registry,
    reading,
    total_backlog,
    writing,
)
from wattledger.registry.engine import create_registry_engine
from wattledger.registry.tables import metadata

HERE = {"source": "demo", "period": "2026-10"}
DATED = {**HERE, "period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31)}
SEEN = {
    **{f"{which}_seen": "2026-10" for which in ("first", "last")},
    **{f"{which}_seen_start": date(2026, 10, 1) for which in ("first", "last")},
    **{f"{which}_seen_end": date(2026, 10, 31) for which in ("first", "last")},
}


def made_by(url: str, revision: str) -> sa.Engine:
    """A registry as it was at a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(wattledger.registry.__file__).parent / "migrations"))
    engine = create_registry_engine(url)
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def fill(engine: sa.Engine) -> None:
    """One event and one condition, a link with a break; the amounts as each database keeps them."""

    def kept(amount: str, places: int = 2) -> int | Decimal:
        return int(Decimal(amount).scaleb(places)) if engine.dialect.name == "sqlite" else Decimal(amount)

    tables = sa.MetaData()
    tables.reflect(engine)
    rules = (("BIL-01", "event", kept("12.34")), ("CUS-01", "condition", kept("-5")))
    with writing(engine) as connection:
        for rule_id, subject, amount in rules:
            about = {"rule_id": rule_id, "business_key": "k", "amount": amount}
            told = {
                "verdict": "FINDINGS",
                "rows_examined": 7,
                "findings": 1,
                "seconds": 0.5,
                "subject": subject,
            }
            connection.execute(tables.tables["verdict"].insert().values(**DATED, rule_id=rule_id, **told))
            connection.execute(tables.tables["sighting"].insert().values(**DATED, **about, evidence="{}"))
            found = {**about, **SEEN, "source": "demo", "subject": subject, "sighted": True}
            connection.execute(tables.tables["finding"].insert().values(**found))
        link = {**HERE, "position": 0, "link": "reading_bill", "unit": "kWh"}
        sums = {"left_total": kept("3", 4), "right_total": kept("1", 4), "difference": kept("2", 4)}
        evaluated = {"status": "EVALUATED", "compared": 9, "agreeing": 8, **sums}
        connection.execute(tables.tables["reconciliation"].insert().values(**link, **evaluated))
        parted = {"business_key": "a", "cause": "late", "difference": sums["difference"], "evidence": "{}"}
        connection.execute(tables.tables["recon_break"].insert().values(**link, **parted))
    engine.dispose()


@pytest.fixture
def former(registry_url: str) -> str:
    """The URL of a registry of the first version, with a row of each kind."""
    fill(made_by(registry_url, "0001"))
    return registry_url


def test_rows_of_the_first_version_are_carried_over(former: str) -> None:
    engine = open_registry(former)
    told = {
        (v.rule_id, v.recurrence, v.rows_examined, v.rows_judged, v.rows_not_judged, v.not_judged)
        for v in list_verdicts(engine, "demo", OCTOBER)
    }
    assert told == {("BIL-01", "event", 7, 7, 0, "[]"), ("CUS-01", "condition", 7, 7, 0, "[]")}
    found = {(f.rule_id, f.recurrence, f.amount) for f in list_findings(engine, "demo", OCTOBER)}
    assert found == {("BIL-01", "event", Decimal("12.34")), ("CUS-01", "condition", Decimal(-5))}
    november = OCTOBER.parse("2026-11")
    assert [row.rule_id for row in total_backlog(engine, "demo", november)] == ["BIL-01"], (
        "an event stays open"
    )
    (link,), (of_link,) = list_reconciliation(engine, "demo", OCTOBER), list_breaks(engine, "demo", OCTOBER)
    assert (link.measure, link.difference, link.compared) == ("kWh", 2, 9)
    assert (link.not_judged, link.not_judged_difference, link.not_judged_reasons) == (0, 0, "[]")
    assert (of_link.measure, of_link.difference, of_link.cause) == ("kWh", 2, "late")
    engine.dispose()


def test_a_registry_of_the_first_version_gets_the_tables_of_today(former: str) -> None:
    engine = open_registry(former)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        checks = {check["sqltext"] for check in sa.inspect(connection).get_check_constraints("verdict")}
        assert len(checks) == 2, "none is there twice, none is lost"
        assert any("NO_ROWS" in check for check in checks)
    wrong = {**DATED, "rule_id": "X", "verdict": "PASS", "recurrence": "now and then"}
    row = {**wrong, "rows_examined": 0, "findings": 0, "seconds": 0.0}
    with pytest.raises(sa.exc.IntegrityError, match="ck_verdict_recurrence"), writing(engine) as connection:
        connection.execute(metadata.tables["verdict"].insert().values(**row))
    engine.dispose()
