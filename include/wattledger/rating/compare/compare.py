"""Bills against what they should have been: which differ, for which cause, and by how much to the fen.

Belongs here: the order of the work; the SQL is in ``sql/``. A cause is found by rating again: a bill that
differs is rated in each way in which bills go wrong, and the way that gives the billed lines is the cause. Two causes
at once are looked for where one does not suffice; then each line that differs is judged by itself.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb

from wattledger.duckdb_connection import scalar
from wattledger.errors import ConfigurationError
from wattledger.lake.results import RESULTS
from wattledger.rating.sql_engine import rate_bills
from wattledger.sql import sql_text

BATCH_BILLS = 20_000
"""Differing bills that are looked into at once: each is rated some thirty times."""
MOST_PAIRS = 12
"""Pairs of causes that are tried for a bill."""

PREFIX = "variant_"
_SAME_REGISTER = (
    "l.point_id = o.point_id AND l.meter_id = o.meter_id AND l.register = o.register "
    "AND l.month = (SELECT w.month FROM wrong_bill w WHERE w.bill_id = o.bill_id)"
)
_CHANGES = (
    *(
        "tariff_from",
        "tariff_to",
        "priced_on",
        "kwh_before",
        "persons",
        "registers",
        "standard",
        "no_standard",
    ),
    *("evaluation", "basic_mode", "basic_component", "basic_amount", "surcharged", "loss", "children"),
)
_COLUMNS = ", ".join(f"{name} {sql_type}" for name, sql_type in RESULTS["bill_difference"].items())
RESULT = f"CREATE OR REPLACE TABLE bill_difference ({_COLUMNS})"
"""Makes the empty table."""
_TRIM_ZEROS = (
    "CREATE OR REPLACE TEMP MACRO trim_zeros(x) AS CASE WHEN contains(x::VARCHAR, '.') "
    "THEN rtrim(rtrim(x::VARCHAR, '0'), '.') ELSE x::VARCHAR END"
)
TOLERANCES = {
    "tolerance_line": "BIL-01.tolerance_line_yuan",
    "tolerance_bill": "BIL-01.tolerance_bill_yuan",
}
_CANDIDATES = (
    "CREATE OR REPLACE TABLE own AS SELECT bill_id, bill_id AS variant_id FROM wrong_bill",
    "CREATE OR REPLACE TABLE candidate_of (variant_id VARCHAR, first_id VARCHAR, second_id VARCHAR, causes INTEGER, "
    "rank INTEGER)",
    "CREATE OR REPLACE TABLE variant_usage (variant_id VARCHAR, usage_kwh DECIMAL(18,4))",
    "CREATE OR REPLACE TABLE candidate_line (bill_id VARCHAR, variant_id VARCHAR, component VARCHAR, tou VARCHAR, "
    "tier INTEGER, expected DECIMAL(18,2), billed DECIMAL(18,2), d DECIMAL(18,2), class VARCHAR, "
    "billed_quantity DECIMAL(18,4), billed_price DECIMAL(18,8), quantity DECIMAL(18,4), price DECIMAL(18,8))",
)
_BETWEEN = (
    *(
        "billed_bill",
        "differing",
        "batch",
        "wrong_bill",
        "wrong_line",
        "own_register",
        "turned",
        "root_energy",
    ),
    *(
        "billed_time",
        "other_register",
        "capacity_span",
        "basic_bill",
        "demand_part",
        "basic_rule",
        "hypothesis",
        "single_hypothesis",
    ),
    *(
        "own",
        "candidate_of",
        "variant_usage",
        "candidate_line",
        "versioned",
        "score",
        "unsettled",
        "more_hypothesis",
    ),
    *(
        "pair",
        "variant_rating_bill",
        "variant_rating_point",
        "variant_rating_register",
        "variant_rating_capacity",
    ),
    *("variant_rating_extra", "variant_expected_line", "variant_expected_bill"),
)
# what create_rating_inputs leaves behind; bills that came otherwise have no billed multiplier or usage to try
_NO_REGISTERS = (
    "CREATE TABLE IF NOT EXISTS lake_register (account_id VARCHAR, month DATE, meter_id VARCHAR, point_id VARCHAR, "
    "register VARCHAR, billed_usage DECIMAL(18,4), billed_multiplier DECIMAL(14,4))"
)


def compare_bills(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``bill_difference``: a row per bill and cause, whose amounts add up to expected less billed.

    Reads ``expected_line``, ``expected_bill``, the ``rating_*`` and catalogue tables that they came from, ``bill``,
    ``bill_line`` and ``parameter``. ``amount`` is in yuan, + where too little was billed; ``kwh`` likewise, where the
    cause changes the kWh.
    """
    for statement in (_TRIM_ZEROS, RESULT, _NO_REGISTERS, sql_text("wattledger.rating.sql_engine", "macros")):
        connection.execute(statement)
    _set_tolerances(connection)
    connection.execute(sql_text(__package__, "1_differing"))
    bills = int(scalar(connection, "SELECT count(*) FROM differing"))
    if not bills:
        return
    connection.execute(sql_text(__package__, "0_one_tier"))
    for first in range(1, bills + 1, BATCH_BILLS):
        connection.execute(
            "CREATE OR REPLACE TABLE batch AS SELECT bill_id FROM differing WHERE nr BETWEEN ? AND ?",
            [first, first + BATCH_BILLS - 1],
        )
        _explain(connection)
    for table in ("tariff", "tariff_component", "tariff_rate"):
        connection.execute(f"DELETE FROM {table} WHERE tariff_code LIKE '%/one_tier'")
    _drop(connection)


def _explain(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the causes of the bills in ``batch``, and add them to ``bill_difference``."""
    run = connection.execute
    run(sql_text(__package__, "2_facts"))
    run(sql_text(__package__, "3_registers", same=_SAME_REGISTER))
    run(sql_text(__package__, "4_basic"))
    run(sql_text(__package__, "5_hypotheses"))
    run(
        "CREATE OR REPLACE TABLE single_hypothesis AS "
        "SELECT *, bill_id || '|' || row_number() OVER (PARTITION BY bill_id "
        "ORDER BY rank, cause, billed_value, basic_amount, priced_on) AS variant_id FROM hypothesis"
    )
    for statement in _CANDIDATES:
        run(statement)
    run(sql_text(__package__, "7_candidates", of="own", prefix=""))
    _try(connection, "single_hypothesis", second="NULL", causes=1)
    if _score(connection):
        run(sql_text(__package__, "9_tariffs"))
        _try(connection, "more_hypothesis", second="NULL", causes=1)
        if _score(connection):
            merged = ", ".join(f"coalesce(x.{name}, y.{name}) AS {name}" for name in _CHANGES)
            run(sql_text(__package__, "9_pairs", merged=merged, most=str(MOST_PAIRS)))
            _try(connection, "pair", first="first_id", second="second_id", causes=2)
            _score(connection)
    run(sql_text(__package__, "10_result"))


def _try(
    connection: duckdb.DuckDBPyConnection,
    hypotheses: str,
    *,
    first: str = "variant_id",
    second: str,
    causes: int,
) -> None:
    """Rate the bills as the hypotheses have them, and hold the lines against the billed ones."""
    connection.execute(sql_text(__package__, "6_variants", hypotheses=hypotheses))
    rate_bills(connection, PREFIX)
    connection.execute(sql_text(__package__, "7_candidates", of=hypotheses, prefix=PREFIX))
    connection.execute(
        f"INSERT INTO candidate_of SELECT variant_id, {first}, {second}, {causes}, rank FROM {hypotheses}"
    )
    connection.execute(f"INSERT INTO variant_usage SELECT bill_id, usage_kwh FROM {PREFIX}expected_bill")


def _score(connection: duckdb.DuckDBPyConnection) -> int:
    """Choose the best candidate for each bill; return how many bills want another cause."""
    connection.execute(sql_text(__package__, "8_scores"))
    return int(scalar(connection, "SELECT count(*) FROM unsettled"))


def missing_tolerances(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tolerances that have no value on the last day of the bills to be compared."""
    return [name for name in TOLERANCES.values() if _tolerance(connection, name) is None]


def _tolerance(connection: duckdb.DuckDBPyConnection, name: str) -> Decimal | None:
    """The value in force at the end of the last bill; 0 where there is no bill."""
    found: Decimal | None = scalar(
        connection,
        "SELECT CASE WHEN day IS NULL THEN 0 ELSE param_on(?, day) END "
        "FROM (SELECT max(period_end_on) AS day FROM rating_bill)",
        [name],
    )
    return found


def _set_tolerances(connection: duckdb.DuckDBPyConnection) -> None:
    for variable, name in TOLERANCES.items():
        found = _tolerance(connection, name)
        if found is None:
            raise ConfigurationError(
                f"The parameter {name} has no value: nobody can say which differences count.",
                todo="Give it a value in parameters/ or in the source file.",
            )
        connection.execute(f"SET VARIABLE {variable} = {found}::DECIMAL(18, 8)")


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Give back the room of what is in between."""
    for table in _BETWEEN:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
