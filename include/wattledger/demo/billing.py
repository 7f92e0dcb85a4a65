"""The demo's billing system: what it takes from the files and readings, and the engine that turns it into bills.

Belongs here: filling the engine's tables, once as the billing system sees things and once as they are. Prices stand
in ``tariffs/CN-99.yaml``; what the billing system gets wrong, in ``faults``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

JURISDICTION: Final = "CN-99"

# The billing system trusts the usage that the reading came with.
_BILLED_USAGE: Final = "r.usage_kwh"
# By the dial and the transformers' ratios, over zero where the dial passed it.
_RIGHT_USAGE: Final = (
    "(r.reading - r.previous_reading + CASE WHEN r.reading < r.previous_reading "
    "THEN power(10, t.dial_digits)::BIGINT ELSE 0 END) * t.ct_ratio * t.pt_ratio"
)


def load_tariffs(con: DuckDBPyConnection) -> None:
    """Make the catalogue's tables, by the parameters of the demo's jurisdiction."""
    from wattledger.parameters import load_parameters
    from wattledger.rating.catalogue.files import load_catalogue
    from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
    from wattledger.settings import Settings

    settings = Settings()
    parameters = load_parameters(settings.parameters, JURISDICTION)
    create_tariffs_and_parameters(con, load_catalogue(settings.tariffs, JURISDICTION, parameters=parameters))


def take_up(con: DuckDBPyConnection) -> None:
    """Fill ``billing_rating_*`` with all bills of the three months, as the billing system sees them."""
    _fill(con, "billing_", "FROM billed", _BILLED_USAGE)


def rate_rightly(con: DuckDBPyConnection, bills: str) -> None:
    """Rate into ``right_expected_*``, from files and dials, the bills of the audited month that ``bills`` selects."""
    _fill(con, "right_", f"FROM billed WHERE m = 2 AND bill_id IN ({bills})", _RIGHT_USAGE)
    rate(con, "right_")


def rate(con: DuckDBPyConnection, prefix: str) -> None:
    """Work out ``{prefix}expected_bill`` and ``{prefix}expected_line``."""
    from wattledger.rating.sql_engine import rate_bills

    rate_bills(con, prefix)


def _fill(con: DuckDBPyConnection, prefix: str, bills: str, usage: str) -> None:
    from wattledger.rating.engine_tables import create_rating_tables
    from wattledger.sql import sql_text

    create_rating_tables(con, prefix)
    con.execute(sql_text(__package__, "rating_inputs", prefix=prefix, bills=bills, usage=usage))
