"""Bills against what they should have been: which differ, for which cause, and by how much to the fen.

Belongs here: the order of the work; the SQL is in ``sql/``. A cause is found by rating again: a bill that
differs is rated in each way in which bills go wrong, and the way that gives the billed lines is the cause. Two causes
at once are looked for where one does not suffice; then each line that differs is judged by itself.
"""

from __future__ import annotations

from typing import Final

import duckdb

from wattledger.duckdb_connection import scalar, schema_for
from wattledger.rating.compare.tolerances import set_tolerances
from wattledger.rating.engine_tables import create_published, create_rating_tables
from wattledger.rating.sql_engine import rate_bills
from wattledger.sql import sql_text

BATCH_BILLS: Final = 20_000
"""Differing bills that are looked into at once: each is rated some thirty times."""
MOST_PAIRS: Final = 12
"""Pairs of causes that are tried for a bill."""

SCHEMA: Final = "comparison"
"""Where the tables on the way are made; it is dropped at the end."""
WAY, VARIANT = "way_", "variant_"
"""Prefixes of what is rated again: by another way of the basic charge, and by a hypothesis."""

_GROUND: Final = ("macros", "without_tiers", "ways")
_FACTS: Final = ("wrong_bills", "other_registers", "bills_by_way")
_CHANGES: Final = (
    "tariff_from, tariff_to, priced_on, kwh_before, persons, registers, standard, no_standard, evaluation, "
    "basic_mode, basic_component, basic_amount, surcharged, loss, children"
)
"""What a hypothesis can change."""


def compare_bills(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``bill_difference``: a row per bill and cause, whose amounts add up to expected less billed.

    Reads ``expected_line``, ``expected_bill``, the ``rating_*`` and catalogue tables that they came from, ``bill``,
    ``bill_line`` and ``parameter``. ``amount`` is in yuan, + where too little was billed; ``kwh`` likewise, where the
    cause changes the kWh.
    """
    create_published(connection, "bill_difference")
    create_rating_tables(connection)
    set_tolerances(connection)
    with schema_for(connection, SCHEMA):
        _run(connection, "differing")
        bills = int(scalar(connection, "SELECT count(*) FROM differing"))
        if not bills:
            return
        for step in _GROUND:
            _run(connection, step)
        for first in range(1, bills + 1, BATCH_BILLS):
            connection.execute(
                "CREATE OR REPLACE TABLE batch AS SELECT bill_id FROM differing WHERE nr BETWEEN ? AND ?",
                [first, first + BATCH_BILLS - 1],
            )
            _explain(connection)


def _explain(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the causes of the bills in ``batch``, and add them to ``bill_difference``."""
    for step in _FACTS:
        _run(connection, step)
    rate_bills(connection, WAY)
    for step in ("basic_charges", "hypotheses", "trials"):
        _run(connection, step)
    _run(connection, "candidates", of="own", prefix="")
    _try(connection, "single_hypothesis", second="NULL", causes=1)
    if _score(connection):
        _run(connection, "other_tariffs")
        _try(connection, "more_hypothesis", second="NULL", causes=1)
        if _score(connection):
            merged = ", ".join(f"coalesce(x.{name}, y.{name}) AS {name}" for name in _CHANGES.split(", "))
            _run(connection, "pairs", merged=merged, most=MOST_PAIRS)
            _try(connection, "pair", first="first_id", second="second_id", causes=2)
            _score(connection)
    _run(connection, "differences")


def _try(
    connection: duckdb.DuckDBPyConnection,
    hypotheses: str,
    *,
    first: str = "variant_id",
    second: str,
    causes: int,
) -> None:
    """Rate the bills as the hypotheses have them, and hold the lines against the billed ones."""
    _run(connection, "variants", hypotheses=hypotheses)
    rate_bills(connection, VARIANT)
    _run(connection, "candidates", of=hypotheses, prefix=VARIANT)
    connection.execute(
        f"INSERT INTO candidate_of SELECT variant_id, {first}, {second}, {causes}, rank FROM {hypotheses}"
    )
    connection.execute(f"INSERT INTO variant_usage SELECT bill_id, usage_kwh FROM {VARIANT}expected_bill")


def _score(connection: duckdb.DuckDBPyConnection) -> int:
    """Choose the best candidate for each bill; return how many bills want another cause."""
    _run(connection, "scores")
    return int(scalar(connection, "SELECT count(*) FROM unsettled"))


def _run(connection: duckdb.DuckDBPyConnection, name: str, **values: object) -> None:
    connection.execute(sql_text(__package__, name, **values))
