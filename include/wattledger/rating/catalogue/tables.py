"""The catalogue as tables for SQL, in the form of ``sql/tables.sql``.

Belongs here: the way from records to rows. Bands become voltages, since a bill knows its voltage only; power-factor
tables become a row for each hundredth, so that a bill finds its percentage by an equality.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from wattledger.parameters import create_parameters
from wattledger.rating.catalogue.model import Catalogue, Dated, Rate, Seasonal, TierLimits
from wattledger.rating.catalogue.power_factor import percents
from wattledger.rating.catalogue.prices import Cell, cells
from wattledger.rating.engine_tables import columns_of

Row = tuple[object, ...]


def create_catalogue_tables(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Make and fill the catalogue's tables, replacing those that are there."""
    columns = columns_of()
    for table, rows in catalogue_rows(catalogue).items():
        connection.execute(f"CREATE OR REPLACE TABLE {table} {columns[table]}")
        _fill(connection, table, rows)


def create_tariffs_and_parameters(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """All that the SQL engine reads beside the bills, on a connection that is no session of an audit."""
    create_parameters(connection, catalogue.parameters)
    create_catalogue_tables(connection, catalogue)


def catalogue_rows(catalogue: Catalogue) -> dict[str, list[Row]]:
    """The rows of each table."""
    components: list[Row] = [
        (t.code, *_span(t), seq, component, component in t.power_factor_base)
        for t in catalogue.tariffs
        for seq, component in enumerate(t.components)
    ]
    limits = [(scheme.id, limit) for scheme in catalogue.tiers.values() for limit in scheme.limits]
    return {
        "tariff": [
            (t.code, *_span(t), t.category, t.tou or None, t.tiers or None, t.priced_by)
            for t in catalogue.tariffs
        ],
        "tariff_component": components,
        "tariff_rate": [
            row for no, rate in enumerate(catalogue.rates) for row in _rate_rows(no, rate, catalogue)
        ],
        "tariff_rate_of": [
            (no, component) for no, rate in enumerate(catalogue.rates) for component in rate.of
        ],
        "tou_period": [(s.id, tou, tou == s.balance_to) for s in catalogue.tou.values() for tou in s.periods],
        "tou_ratio": [
            (s.id, *_span(r), month, tou, ratio)
            for s in catalogue.tou.values()
            for r in s.ratios
            for month in _months(r)
            for tou, ratio in r.ratio.items()
        ],
        "tier_limit": [row for scheme, limit in limits for row in _limit_rows(scheme, limit)],
        "tier_household": [
            (scheme, *_span(limit), month, h.persons, h.raise_kwh_per_month)
            for scheme, limit in limits
            for month in _months(limit)
            for h in limit.larger_household
        ],
        "power_factor_knot": [
            (t.standard, *_span(t), factor, percent)
            for t in catalogue.power_factor
            for factor, percent in percents(t).items()
        ],
    }


def _rate_rows(number: int, rate: Rate, catalogue: Catalogue) -> Iterator[Row]:
    known = cells(rate.price, tuple(dict.fromkeys(catalogue.voltage_bands.values())))
    for tariff in rate.tariffs:
        for month in _months(rate):
            for cell in known:
                for voltage in _voltages(cell, catalogue):
                    yield (
                        *(number, tariff, rate.component, *_span(rate), month, rate.per),
                        *(voltage, cell.tou, cell.tier, cell.price),
                        *(rate.floats, rate.surcharged, rate.credit, rate.decimals),
                    )


def _voltages(cell: Cell, catalogue: Catalogue) -> Sequence[str | None]:
    if cell.voltage is None:
        return (None,)
    return [voltage for voltage, band in catalogue.voltage_bands.items() if band == cell.voltage]


def _limit_rows(scheme: str, limit: TierLimits) -> Iterator[Row]:
    months = {"month": 1, "season": len(limit.months) or 12, "year": 12}[limit.cycle]
    ends: list[Decimal | None] = [*limit.up_to_kwh, None]
    for month in _months(limit):
        for tier, end in enumerate(ends, start=1):
            yield (scheme, *_span(limit), month, limit.cycle, months, tier, end)


def _months(record: Seasonal) -> Sequence[int | None]:
    return record.months or (None,)


def _span(record: Dated) -> tuple[date, date]:
    return record.valid_from or date.min, record.valid_to or date.max


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows as text, which DuckDB casts exactly; a statement per row would take seconds."""
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    # as parameters, and not by Arrow, which loads pandas to look at them
    listed = ", ".join(["unnest(?::VARCHAR[])"] * len(columns))
    connection.execute(
        f"INSERT INTO {table} SELECT {listed}", [list(map(_text, column)) for column in columns]
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
