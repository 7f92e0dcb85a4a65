"""The rules that STEG's extract allows, as plain SQL over its files, written from their descriptions.

Belongs here: loading those files, for the test that counts with them and the bench that runs beside them.
Each ``<rule>.sql`` gives a row for each failing row, with its ``kwh``, over two tables:
``invoice``, which ``_invoice.sql`` makes of the extract, and ``period(first_day, last_day, history_from)``.
"""

from __future__ import annotations

from pathlib import Path

from wattledger.sql import fill

FOLDER = Path(__file__).parent


def queries() -> dict[str, str]:
    """The plain SQL of each rule, by its id."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("[A-Z]*.sql"))}


def straighten(steg: Path) -> str:
    """The statements that make ``client`` and ``invoice`` of the files in ``steg``."""
    text = (FOLDER / "_invoice.sql").read_text(encoding="utf-8")
    return fill(text, client=steg / "client.parquet", invoice=steg / "invoice.parquet")


def period(first: str, last: str, history_from: str) -> str:
    """The statement that makes ``period``."""
    days = f"DATE '{first}' AS first_day, DATE '{last}' AS last_day, DATE '{history_from}' AS history_from"
    return f"CREATE OR REPLACE TABLE period AS SELECT {days}"
