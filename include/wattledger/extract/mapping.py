"""From raw rows to typed, checked rows: the SQL that a source file and a contract make together.

Belongs here: building that SQL, and turning DuckDB's complaint about it into advice. Running it is for
``landing``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date

import duckdb

from wattledger.contracts import Column, Contract
from wattledger.errors import ConfigurationError, DataError
from wattledger.extract.exact_numbers import exact_number, is_too_fine
from wattledger.extract.raw import NO_VALUE, RawRows
from wattledger.extract.source import DatasetSource
from wattledger.periods import Period
from wattledger.sql import identifier, literal

# Before and after these no utility kept records: a date outside is a slip of the pen or of a program.
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)
_NO_VALUE = f"chr({ord(NO_VALUE)})"
_OFFSET = r":[0-9]{2}([.][0-9]+)?\s*(Z|[+-][0-9]{2}(:?[0-9]{2})?)\s*$"


def check_columns(contract: Contract, entry: DatasetSource, pieces: list[RawRows]) -> None:
    """Raise DataError where an expression names a column that the extract lacks."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    named = {**entry.columns, **({"where": entry.where} if entry.where else {})}
    for standard, expression in named.items():
        try:
            wanted = {c.name for c in sqlglot.parse_one(expression, dialect="duckdb").find_all(exp.Column)}
        except SqlglotError as error:
            raise ConfigurationError(
                f"{contract.dataset}.{standard}: the expression {expression!r} is not SQL: {error}"
            ) from error
        for piece in pieces:
            _check_named(contract, standard, wanted, piece)


def _check_named(contract: Contract, standard: str, wanted: set[str], piece: RawRows) -> None:
    present = {name.casefold() for name in (*piece.columns, "_source", "_row")}
    for name in sorted(wanted):
        if name.casefold() in present:
            continue
        near = difflib.get_close_matches(name, piece.columns, n=1, cutoff=0.5)
        raise DataError(
            f"{contract.dataset}: {piece.label} has no column {name!r}, which {standard} is made of."
            + (f" It has {near[0]!r}: was the column renamed?" if near else ""),
            where=f"{piece.label}; its columns are: {', '.join(piece.columns)}",
            todo="Have the extract delivered with that column, or correct the expression in the source file.",
        )


def select_mapped(entry: DatasetSource, piece: RawRows, columns: Iterable[str]) -> str:
    """These mapped columns of one piece, not yet typed, with the place of each row."""
    mapped = "".join(f"({entry.columns[name]}) AS {identifier(name)}, " for name in columns)
    part = "_part" if entry.parts else "NULL::VARCHAR AS _part"
    where = f" WHERE {entry.where}" if entry.where else ""
    return f"SELECT {mapped}{literal(piece.label)} AS _source, _row, {part} FROM ({piece.relation}){where}"


def left_out(contract: Contract, entry: DatasetSource, piece: RawRows, period: Period) -> list[str]:
    """Relations of the rows that ``checked`` leaves out: what ``where`` is not true of, and other periods' rows."""
    found = []
    if entry.where:
        found.append(f"SELECT * FROM ({piece.relation}) WHERE NOT coalesce(({entry.where}), false)")
    if (name := contract.period_column) and not entry.holds_only(period):
        typed = _typed(name, contract.columns[name], mapped=True)
        mapped = select_mapped(entry, piece, [name])
        found.append(
            f"FROM (SELECT {typed}, _row, _part FROM ({mapped}) m) WHERE coalesce({_outside(contract, period)}, false)"
        )
    return found


def checked(contract: Contract, entry: DatasetSource, piece: RawRows, period: Period) -> str:
    """Typed rows of one piece with ``_reason`` and ``_value`` (NULL for a good row), other periods' rows left out."""
    typed = ", ".join(
        _typed(name, column, name in entry.columns) for name, column in contract.columns.items()
    )
    tests = [test for name in entry.columns for test in _tests(name, contract.columns[name])]
    outside = _outside(contract, period)
    if outside and entry.holds_only(period):
        dated = identifier(contract.period_column)
        tests.append((outside, f"{contract.period_column}: outside the period", dated))
        outside = ""
    bad = " OR ".join(f"({condition})" for condition, _, _ in tests) or "false"
    reasons = ", ".join(f"CASE WHEN {condition} THEN {literal(text)} END" for condition, text, _ in tests)
    values = ", ".join(f"CASE WHEN {condition} THEN {value}::VARCHAR END" for condition, _, value in tests)
    originals = ", ".join(f"m.{identifier(name)} AS {_raw(name)}" for name in entry.columns)
    return (
        f"SELECT * EXCLUDE (_bad, {', '.join(map(_raw, entry.columns))}), "
        f"CASE WHEN _bad THEN array_to_string([{reasons}], '; ') END AS _reason, "
        f"CASE WHEN _bad THEN array_to_string([{values}], '; ') END AS _value "
        f"FROM (SELECT *, coalesce({bad}, false) AS _bad FROM (SELECT {typed}, _source, _row, _part, {originals} "
        f"FROM ({select_mapped(entry, piece, entry.columns)}) m)"
        + (f" WHERE NOT coalesce({outside}, false)" if outside else "")
        + ")"
    )


def _raw(name: str) -> str:
    """The name of a mapped value before its cast, for the checks; no standard column begins with an underscore."""
    return identifier(f"_raw_{name}")


def _typed(name: str, column: Column, mapped: bool) -> str:
    shown = identifier(name)
    if not mapped:
        return f"NULL::{column.sql_type} AS {shown}"
    if column.scale is not None:
        return f"{exact_number(f'm.{shown}', column.sql_type, column.scale)} AS {shown}"
    value = f"nullif(trim(m.{shown}::VARCHAR), '')" if column.type == "text" else f"m.{shown}"
    if column.type in ("date", "timestamp"):  # an instant is of the hour and day that it is at the utility
        plain = f"TRY_CAST({value} AS {column.sql_type})"
        there = f"TRY_CAST(TRY_CAST(TRY_CAST({value} AS TIMESTAMPTZ) AS TIMESTAMP) AS {column.sql_type})"
        return (
            f"CASE WHEN typeof({value}) NOT IN ('VARCHAR', 'TIMESTAMP WITH TIME ZONE') THEN {plain} "
            f"WHEN regexp_matches({value}::VARCHAR, '{_OFFSET}') THEN {there} ELSE {plain} END AS {shown}"
        )
    return f"TRY_CAST({value} AS {column.sql_type}) AS {shown}"


def _tests(name: str, column: Column) -> list[tuple[str, str, str]]:
    """The conditions under which a value breaks the contract: (condition, reason, value shown)."""
    raw, typed = _raw(name), identifier(name)
    blank = f"({raw} IS NULL OR trim({raw}::VARCHAR) = '')"
    marked = f"starts_with({raw}::VARCHAR, {_NO_VALUE})"
    # what was taken for a number or a day is none of these, and is not written out as text to see it
    of_text = marked if column.type == "text" else f"{typed} IS NULL AND {marked}"
    no_value = f"CASE WHEN {raw} IS NULL THEN false WHEN typeof({raw}) = 'BLOB' THEN true ELSE {of_text} END"
    found = [(no_value, f"{name}: not a value", f"ltrim({raw}::VARCHAR, {_NO_VALUE})")]
    if column.required:
        found.append((blank, f"{name}: missing or unreadable", "''"))
    if column.type != "text":
        # CASE, because AND would write every value out as text, to see whether it is blank
        unreadable = f"CASE WHEN {typed} IS NULL THEN NOT {blank} AND NOT {no_value} ELSE false END"
        if column.scale is not None:
            too_fine = f"CASE WHEN {unreadable} THEN {is_too_fine(raw, column.sql_type)} ELSE false END"
            found.append((too_fine, f"{name}: more than {column.scale} decimals", raw))
            unreadable += f" AND NOT {too_fine}"
        found.append((unreadable, f"{name}: not a {column.type}", raw))
    if column.codes:
        known = ", ".join(literal(code) for code in column.codes)
        found.append((f"{typed} NOT IN ({known})", f"{name}: not a known code", raw))
    low, high = column.min, column.max
    if column.type in ("date", "timestamp"):
        low, high = low or _EARLIEST, high or _LATEST
    for bound, sign in ((low, "<"), (high, ">")):
        if bound is not None:
            limit = f"DATE '{bound}'" if isinstance(bound, date) else str(bound)
            side = f"{typed}::DATE" if isinstance(bound, date) else typed
            found.append((f"{side} {sign} {limit}", f"{name}: out of range", raw))
    return found


def _outside(contract: Contract, period: Period) -> str:
    """True for a row of another period; a row without a usable date is nobody else's, and stays to be rejected."""
    if contract.period_column is None:
        return ""
    column = f"{identifier(contract.period_column)}::DATE"
    return (
        f"({column} < DATE '{period.start}' OR {column} > DATE '{period.end}') "
        f"AND {column} BETWEEN DATE '{_EARLIEST}' AND DATE '{_LATEST}'"
    )


def explain(
    contract: Contract,
    entry: DatasetSource,
    piece: RawRows,
    error: duckdb.Error,
    connection: duckdb.DuckDBPyConnection,
) -> DataError:
    """Find the mapped column whose expression fails, and say so; DuckDB names only the value."""
    reason = str(error).splitlines()[0]
    for name, expression in {**entry.columns, "where": entry.where}.items():
        if not expression:
            continue
        try:
            connection.execute(f"SELECT count({expression}) FROM ({piece.relation})").fetchall()
        except duckdb.Error as single:
            return DataError(
                f"{contract.dataset}.{name}: its expression fails: {str(single).splitlines()[0]}",
                where=f"{piece.label}; expression: {expression}",
                todo="Leave plain casts to the contract, and use try_strptime or try_cast: a bad value is then "
                "rejected with its row, and the rest is landed.",
            )
    return DataError(f"{contract.dataset}: {piece.label} cannot be read: {reason}", where=piece.label)
