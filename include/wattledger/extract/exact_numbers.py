"""Exact numbers: the SQL that takes a value as it was delivered for a number of the contract, or for none.

Belongs here: when a value is a number of so many decimals. Nothing is rounded: 1.5 is no integer, and 45.006 no amount
in yuan and fen, whether it comes as text, as a float or as a decimal with more places. But 54.5000 is 54.50, and a
double is the decimal that it stands for: a double, and so a number cell of a workbook, holds 15 digits of a decimal for
sure and noise behind them. 0.1 + 0.2 is printed as 0.30000000000000004, and is 0.30.
"""

from __future__ import annotations

# True and False are 1 and 0 to SQL; all of these are cast without a look at their digits
_WHOLE = ("BOOLEAN", *(f"{u}{kind}INT" for u in ("", "U") for kind in ("TINY", "SMALL", "BIG", "HUGE")))
_WHOLE_TYPES = ", ".join(f"'{name}'" for name in (*_WHOLE, "INTEGER", "UINTEGER"))
_POWER = r"([eE][+-]?[0-9]{1,3})?"
_NUMBER = rf"\s*[+-]?[0-9.]+{_POWER}\s*"
# 17 digits and a point, after zeros that are none of them: no double is printed longer
_DOUBLE = rf"\s*[+-]?0*[.]?0*[0-9.]{{1,18}}{_POWER}\s*"


def exact_number(value: str, sql_type: str, scale: int) -> str:
    """SQL: the value as a number of that type with ``scale`` decimals; NULL where it is not exactly one."""
    text = f"{value}::VARCHAR"
    cast, double = f"TRY_CAST({text} AS {sql_type})", f"TRY_CAST({text} AS DOUBLE)"
    fits = rf"regexp_full_match({text}, '\s*[+-]?[0-9]*([.][0-9]{{0,{scale}}}0*)?\s*')"
    noise = f"least(abs({double}) * 1e-15, 1e-{scale + 3})"
    return (
        f"CASE WHEN typeof({value}) IN ({_WHOLE_TYPES}) OR regexp_full_match(typeof({value}), '{_decimal(scale)}') "
        f"THEN TRY_CAST({value} AS {sql_type}) WHEN {fits} THEN {cast} "
        f"WHEN regexp_full_match({text}, '{_DOUBLE}') AND abs({double} - {cast}::DOUBLE) <= {noise} "
        f"AND ({double} <> 0 OR NOT regexp_matches({text}, '^[^eE]*[1-9]')) THEN {cast} END"  # 1e-400 is not 0
    )


def _decimal(scale: int) -> str:
    """Pattern of the decimal types that have no more places than ``scale``: a cast to that rounds nothing."""
    return rf"DECIMAL\([0-9]+,({'|'.join(map(str, range(scale + 1)))})\)"


def is_too_fine(value: str, sql_type: str) -> str:
    """SQL, of a value that ``exact_number`` made NULL: whether it is a number all the same, of more decimals."""
    text = f"{value}::VARCHAR"
    return f"coalesce(regexp_full_match({text}, '{_NUMBER}') AND TRY_CAST({text} AS {sql_type}) IS NOT NULL, false)"
