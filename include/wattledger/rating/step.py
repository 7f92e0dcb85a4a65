"""All bills of a session rated and held against what was billed.

Belongs here: the order of the three parts, and what the step reports. What it leaves behind are the tables of
``lake.results``, which the pipeline publishes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from wattledger.duckdb_connection import scalar
from wattledger.lake.session import Session
from wattledger.rating.compare import compare_bills, missing_tolerances
from wattledger.rating.engine_tables import create_published
from wattledger.rating.inputs import create_rating_inputs
from wattledger.rating.sql_engine import rate_bills

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rated:
    """What rating a period came to."""

    rated: int
    differing: int
    not_rated: Counter[str]
    """Bills that could not be rated, by reason."""


def rate_session(session: Session, progress: Progress = print) -> Rated:
    """Rate the period's bills by the catalogue's tables, and compare them; leaves the tables of ``lake.results``.

    A bill that could not be rated is a row of ``expected_bill`` with its reason. Without any tariff that is every bill,
    ``no_tariffs``. Without tolerances nothing is compared: the rules say that these parameters are missing.
    """
    connection = session.connection
    create_rating_inputs(session)
    progress(f"{scalar(connection, 'SELECT count(*) FROM rating_bill')} bills have what rating needs of them")
    rate_bills(connection)
    connection.execute(
        "INSERT INTO expected_bill (bill_id, status, reason) SELECT bill_id, 'not_rated', reason FROM rating_refused"
    )
    create_published(connection, "bill_difference")
    if not missing_tolerances(connection):
        compare_bills(connection)
    counted = connection.execute("SELECT status, reason, count(*) FROM expected_bill GROUP BY ALL").fetchall()
    return Rated(
        sum(count for status, _, count in counted if status == "rated"),
        int(scalar(connection, "SELECT count(DISTINCT bill_id) FROM bill_difference")),
        Counter({reason: count for status, reason, count in counted if status != "rated"}),
    )
