"""Made-up bills for the bench: by a seed, straight into Parquet files, part by part, as large as wanted.

Belongs here: the catalogue and the bills (``made_bills.yaml``, ``made_bills.sql``), as they were billed: as they should
have been, but for one in a thousand, made out wrongly on purpose. Measuring is in ``rate_bills``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
JURISDICTION = "CN-98"
PART = 250_000
"""Bills of one set of files."""
INPUTS = ("rating_bill", "rating_point", "rating_register", "rating_capacity", "rating_extra")
BILLED = ("bill", "bill_line", "fault")


def catalogue() -> Any:
    """The made-up tariffs on top of the country's."""
    from wattledger.parameters import load_parameters
    from wattledger.rating.catalogue.files import load_catalogue, read_catalogue_file

    return load_catalogue(
        ROOT / "tariffs",
        JURISDICTION,
        parameters=load_parameters(ROOT / "parameters", JURISDICTION),
        own=read_catalogue_file(Path(__file__).with_suffix(".yaml")),
    )


def make(folder: Path, bills: int, seed: int = 1) -> None:
    """Make those parts of the first ``bills`` bills that are not in ``folder`` yet."""
    from wattledger.rating.catalogue.tables import create_tariffs_and_parameters

    found = [p for p in range(-(-bills // PART)) if not (folder / "fault" / f"{p}.parquet").is_file()]
    if not found:
        return
    with duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(folder / "tmp")}) as connection:
        connection.execute("SET enable_progress_bar = false")
        create_tariffs_and_parameters(connection, catalogue())
        for part in found:
            make_part(connection, folder, part, seed)


def make_part(connection: duckdb.DuckDBPyConnection, folder: Path, part: int, seed: int) -> None:
    """One part: what is to be rated, and what was billed."""
    from wattledger.rating.sql_engine import rate_bills

    for name, value in (("seed", seed), ("first", part * PART), ("last", (part + 1) * PART)):
        connection.execute(f"SET VARIABLE {name} = {value}")
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    rate_bills(connection)
    rate_bills(connection, "wrong_")
    unrated = connection.execute(
        "SELECT reason, count(*) FROM expected_bill WHERE status <> 'rated' GROUP BY 1"
    ).fetchall()
    assert not unrated, f"made-up bills that cannot be rated: {unrated}"
    for name, query in {**{n: f"FROM {n} ORDER BY bill_id" for n in INPUTS}, **_BILLED}.items():
        file = folder / name / f"{part}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


# The right ones, but for the bills that were made out wrongly.
def _billed(table: str) -> str:
    return f"FROM {table} ANTI JOIN fault USING (bill_id) UNION ALL FROM wrong_{table}"


_BILLED = {
    "bill": f"""
        SELECT b.bill_id, account_id, billing_month, p.tariff_code, NULL::VARCHAR AS tariff_version,
            period_start_on, period_end_on, issued_on, months_count, usage_kwh, kwh_before AS tier_kwh_before,
            loss_kwh, deducted_kwh, tier1_kwh, tier2_kwh, tier3_kwh, tier4_kwh,
            amount AS bill_amount, 'normal' AS bill_kind, 'electricity' AS commodity
        FROM ({_billed("rating_bill")}) b
        JOIN ({_billed("expected_bill")}) USING (bill_id)
        JOIN made USING (bill_id)
        JOIN ({_billed("rating_point")}) p ON p.bill_id = b.bill_id AND p.parent_point_id IS NULL
        ORDER BY b.bill_id""",
    "bill_line": f"""
        SELECT bill_id || '-' || row_number() OVER (PARTITION BY bill_id) AS bill_line_id, bill_id,
            month_on AS billing_month, account_id, component AS charge_component, tou AS tou_period, l.tier,
            quantity, price, l.amount AS line_amount
        FROM ({_billed("expected_line")}) l JOIN made USING (bill_id) ORDER BY bill_id""",
    "fault": """
        SELECT bill_id, fault, e.amount - w.amount AS amount
        FROM fault JOIN expected_bill e USING (bill_id) JOIN wrong_expected_bill w USING (bill_id) ORDER BY bill_id""",
}
