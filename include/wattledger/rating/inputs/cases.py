"""Bill cases as rows of the ``rating_*`` tables, and back.

Belongs here: how a ``BillCase`` and the tables of ``sql/tables.sql`` correspond. The lake's bills are brought into
the same tables by ``lake``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

import duckdb
import pyarrow as pa

from wattledger.errors import UsageError
from wattledger.rating.cases.bill import BillCase, Loss, Point
from wattledger.rating.engine_tables import create_rating_tables

Row = dict[str, Any]

TABLES = ("rating_bill", "rating_point", "rating_register", "rating_capacity", "rating_extra")

_BILL = (
    "period_start_on",
    "period_end_on",
    "months_count",
    "priced_on",
    "voltage",
    "basic_mode",
    "capacity_kva",
    "contract_demand_kw",
    "power_factor_standard",
    "power_factor_evaluation",
    "kwh_before",
    "persons",
    "surcharged",
)
_POINT = (
    "point_id",
    "parent_point_id",
    "tariff_code",
    "calculation",
    "fixed_kwh",
    "fixed_ratio",
    "line_loss_percent",
)
_LOSS = (
    *("no_load_kw", "load_loss_kw", "rated_kva", "no_load_current_percent", "impedance_percent"),
    *("no_load_kwh", "load_loss_percent", "no_load_kvarh", "load_loss_factor"),
)
_REGISTER = ("meter_id", "previous_reading", "reading", "dial_digits", "multiplier", "usage")
_CAPACITY = ("item", "kva", "state", "from_on", "to_on", "new_customer")
_EXTRA = ("component", "amount")


def load_cases(connection: duckdb.DuckDBPyConnection, cases: Iterable[BillCase], prefix: str = "") -> None:
    """Add ``cases`` to the tables ``{prefix}rating_*``, which are made where they are missing.

    ``billing_month`` and ``issued_on`` are filled in where a case leaves them to their defaults; a point without
    parent, tariff or loss has NULL there. Catalogues and parameters of a case's own are not rows.

    Raises:
        UsageError: a value has more digits than its column.
    """
    create_rating_tables(connection, prefix)
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for case in cases:
        if case.segments:
            raise UsageError(
                f"The bill {case.bill_id} is in segments: the tables have one power factor for a bill.",
                todo="Rate it by `wattledger rate`.",
            )
        _add(rows, case)
    for name, found in rows.items():
        if not found:
            continue
        table = f'"{prefix}{name}"'
        schema = connection.sql(f"FROM {table} LIMIT 0").to_arrow_table().schema
        try:
            content = pa.table(
                [pa.array([row.get(f.name) for row in found], type=f.type) for f in schema], schema=schema
            )
        except pa.ArrowInvalid as error:
            raise UsageError(
                f"A case does not fit the table {name}: {error}.",
                todo="Give the value with the decimal places that the column has (rating/sql/tables.sql).",
            ) from error
        connection.register("given_cases", content)
        connection.execute(f"INSERT INTO {table} FROM given_cases")
        connection.unregister("given_cases")


def case_of(connection: duckdb.DuckDBPyConnection, bill_id: str, prefix: str = "") -> BillCase:
    """The bill ``bill_id`` of the tables ``{prefix}rating_*`` as a case; raise UsageError where it is not there."""
    return StoredCases(connection, [bill_id], prefix).case(bill_id)


class StoredCases:
    """Some bills of the tables ``{prefix}rating_*``, all read at once: a query takes longer than its few rows."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, bill_ids: Collection[str], prefix: str = ""
    ) -> None:
        self._rows = {table: _rows(connection, f"{prefix}{table}", bill_ids) for table in TABLES}

    def case(self, bill_id: str) -> BillCase:
        """One of the bills as a case; raise UsageError where it is not there."""
        bills, points, registers, capacity, extra = (self._rows[table].get(bill_id, []) for table in TABLES)
        if not bills:
            raise UsageError(
                f"There is no bill {bill_id} among the bills to be rated.",
                todo="Look for it in bill: only bills of the audited period that stand are rated.",
            )
        return BillCase(
            bill_id=bill_id,
            billing_month=bills[0]["billing_month"],
            issued_on=bills[0]["issued_on"],
            **_given(bills[0], _BILL),
            points=tuple(_point(point, registers) for point in points),
            capacity=tuple(_given(row, _CAPACITY) for row in capacity),
            extra=tuple(_given(row, _EXTRA) for row in extra),
        )


def _add(rows: dict[str, list[Row]], case: BillCase) -> None:
    bill = {"bill_id": case.bill_id}
    month = case.billing_month or case.period_end_on.replace(day=1)
    issued = case.issued_on or case.period_end_on + timedelta(days=1)
    rows["rating_bill"].append({**bill, "billing_month": month, "issued_on": issued, **_taken(case, _BILL)})
    for point in case.points:
        row = {**bill, **_taken(point, _POINT)}
        row["parent_point_id"] = row["parent_point_id"] or None
        row["tariff_code"] = row["tariff_code"] or None
        if point.loss is not None:
            row |= {"loss_method": point.loss.method, "loss_percent": point.loss.percent}
            row |= {"loss_hours": point.loss.hours, "loss_days": point.loss.days, **_taken(point.loss, _LOSS)}
        rows["rating_point"].append(row)
        rows["rating_register"] += [
            {**bill, "point_id": point.point_id, "register": r.register_, **_taken(r, _REGISTER)}
            for r in point.readings
        ]
    rows["rating_capacity"] += [{**bill, **_taken(item, _CAPACITY)} for item in case.capacity]
    rows["rating_extra"] += [{**bill, **_taken(line, _EXTRA)} for line in case.extra]


def _taken(record: object, names: tuple[str, ...]) -> Row:
    return {name: getattr(record, name) for name in names}


def _given(row: Row, names: tuple[str, ...]) -> Row:
    """What a row says; NULL is what a case leaves to its default."""
    return {name: row[name] for name in names if row[name] is not None}


def _point(point: Row, registers: list[Row]) -> Point:
    own = [r for r in registers if r["point_id"] == point["point_id"]]
    readings = tuple({"register": r["register"], **_given(r, _REGISTER)} for r in own)
    return Point(**_given(point, _POINT), loss=_loss(point), readings=readings)


def _loss(point: Row) -> Loss | None:
    if point["loss_method"] is None:
        return None
    given = _given(point, _LOSS)
    for name, column in (("percent", "loss_percent"), ("hours", "loss_hours"), ("days", "loss_days")):
        if point[column] is not None:
            given[name] = point[column]
    return Loss(method=point["loss_method"], **given)


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, bill_ids: Collection[str]
) -> dict[str, list[Row]]:
    """The rows of each bill."""
    found = connection.execute(
        f'FROM "{table}" WHERE bill_id IN (SELECT unnest(?)) ORDER BY ALL', [[*bill_ids]]
    )
    names = [column[0] for column in found.description or ()]
    rows: dict[str, list[Row]] = {}
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        rows.setdefault(row["bill_id"], []).append(row)
    return rows
