"""Writing the extracts as a company's systems would deliver them, in several formats and encodings.

Belongs here: which view of ``sql/extracts.sql`` becomes which file. The views give the names and codes inside.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Extract:
    """One file to write: a view, by month where ``month_column`` is given, in a format and an encoding."""

    view: str
    format: Literal["csv", "parquet", "xlsx"] = "csv"
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    monthly: bool = False
    month_column: str = ""


EXTRACTS: Final = (
    Extract("o_org", "xlsx"),
    Extract("o_staff", encoding="gb18030"),
    Extract("c_cons", encoding="gb18030"),
    Extract("c_mp"),
    Extract("c_sp_trans"),
    Extract("d_meter", "parquet"),
    Extract("r_sect", encoding="gb18030"),
    Extract("r_data", monthly=True, month_column="AMT_YM"),
    Extract("arc_e_cons_snap", monthly=True, month_column="YM"),
    Extract("arc_e_cons_prc_amt", "parquet", monthly=True),
    Extract("e_rs_log", monthly=True),
    Extract("a_rcvbl_flow", monthly=True),
    Extract("a_rcved_flow", "parquet", monthly=True),
    Extract("a_pay_flow", encoding="gb18030", monthly=True),
    Extract("a_cashchk_flow", monthly=True),
    Extract("gl_entry", monthly=True),
    Extract("a_inv_print_flow", monthly=True),
)


def write_extracts(con: DuckDBPyConnection, out: Path, months: list[date]) -> dict[str, int]:
    """Write all extracts into ``out`` and return the number of rows by file name.

    ``months`` are the first days of the months in the world, oldest first; extracts without a ``month_column``
    exist for the last of them only.
    """
    rows: dict[str, int] = {}
    for extract in EXTRACTS:
        if not extract.monthly:
            _write(con, extract, f"FROM {extract.view}", out / f"{extract.view}.{extract.format}", rows)
            continue
        for month in months if extract.month_column else months[-1:]:
            where = f" WHERE {extract.month_column} = '{month:%Y%m}'" if extract.month_column else ""
            name = f"{extract.view}_{month:%Y%m}.{extract.format}"
            _write(con, extract, f"FROM {extract.view}{where}", out / name, rows)
    return rows


def _write(con: DuckDBPyConnection, extract: Extract, query: str, path: Path, rows: dict[str, int]) -> None:
    if extract.format == "xlsx":
        rows[path.name] = _write_xlsx(con, query, path, extract.view.upper())
        return
    target = path if extract.encoding == "utf-8" else path.with_name(path.name + ".utf8")
    if extract.format == "parquet":
        rows[path.name] = _copy(con, query, target, "FORMAT parquet, COMPRESSION zstd")
    else:
        rows[path.name] = write_csv(con, query, target)
    if target != path:
        with (
            target.open(encoding="utf-8", newline="") as read,
            path.open("w", encoding=extract.encoding, newline="") as write,
        ):
            shutil.copyfileobj(read, write, _CHUNK)
        target.unlink()


def _write_xlsx(con: DuckDBPyConnection, query: str, path: Path, sheet: str) -> int:
    import xlsxwriter

    found = con.execute(query)
    header = [column[0] for column in found.description or ()]
    table = found.fetchall()
    with xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        # The same bytes every time.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        page = book.add_worksheet(sheet)
        for number, row in enumerate([header, *table]):
            page.write_row(number, 0, ["" if cell is None else cell for cell in row])
    return len(table)


def write_csv(con: DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of ``query`` as a CSV in UTF-8 with a header, and return their number."""
    return _copy(con, query, path, "FORMAT csv, HEADER")


def _copy(con: DuckDBPyConnection, query: str, path: Path, options: str) -> int:
    target = str(path).replace("'", "''")
    counted = con.execute(f"COPY ({query}) TO '{target}' ({options})").fetchone()
    return int(counted[0]) if counted else 0
