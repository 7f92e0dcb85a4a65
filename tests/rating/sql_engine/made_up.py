"""The made-up catalogue of these tests, in both forms, and bills rated by both engines.

Belongs here: setting up and comparing. What bills there are is in ``strategies``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from wattledger.law import load_register
from wattledger.parameters import load_parameters
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.files import read_catalogue_file, references_of
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
from wattledger.rating.decimal_engine import rate
from wattledger.rating.engine_tables import drop_rating_tables
from wattledger.rating.inputs import load_cases
from wattledger.rating.sql_engine import rate_bills
from wattledger.settings import Settings
from wattledger.sheets.model import NotRatableError

ROOT = Path(__file__).parents[3]
FIGURES = (
    *(
        "metered_kwh",
        "loss_kwh",
        "deducted_kwh",
        "usage_kwh",
        "tier1_kwh",
        "tier2_kwh",
        "tier3_kwh",
        "tier4_kwh",
    ),
    *("tier5_kwh", "reactive_kvarh", "power_factor", "power_factor_percent", "basic_quantity"),
)
WHOLE_KWH = (date(2012, 7, 10), date(2022, 2, 20))
"""First and last day of ``rating.days_division`` being ``whole_kwh``."""
SHARES = (date(2013, 4, 11), date(2023, 12, 10))
"""First and last day of ``rating.untimed_kwh`` being ``shares``."""
ROUNDED = (date(2003, 1, 1), date(2017, 6, 16))
"""First and last day on which all is rounded as by default it is not, and the times count instead of the total."""
LARGE = Decimal(10) ** 10
"""kWh that no bill has; losses by formula get there when a small transformer is given a city's energy."""


@cache
def made_up_catalogue() -> Catalogue:
    """``catalogue.yaml`` with the parameters of China, not checked: its gaps are what some bills are not rated for."""
    file = read_catalogue_file(Path(__file__).with_name("catalogue.yaml"))
    own = (
        {"name": "rating.loss_curve_factor", "value": Decimal("1.05"), "valid_from": "2011-01-01"},
        {
            "name": "rating.days_division",
            "value": "whole_kwh",
            "valid_from": WHOLE_KWH[0],
            "valid_to": WHOLE_KWH[1],
        },
        {
            "name": "rating.untimed_kwh",
            "value": "shares",
            "valid_from": SHARES[0],
            "valid_to": SHARES[1],
        },
        *(
            {"name": f"rating.{name}", "value": word, "valid_from": ROUNDED[0], "valid_to": ROUNDED[1]}
            for name, word in {
                "energy_rounding": "whole_kwh",
                "loss_rounding": "exact",
                "loss_part_month": "thirtieths",
                "capacity_rounding": "whole_kva",
                "demand_rounding": "whole_kw",
                "unread_kwh": "times",
            }.items()
        ),
    )
    parameters = load_parameters(ROOT / "parameters", "CN", own)
    return Catalogue(
        jurisdiction=file.jurisdiction,
        currency=file.currency,
        sources=references_of({"made up": file}, load_register(Settings().law)),
        voltage_bands={voltage: band for band, all_of in file.voltage_bands.items() for voltage in all_of},
        tariffs=file.tariffs,
        rates=file.rates,
        tou={scheme.id: scheme for scheme in file.tou},
        tiers={scheme.id: scheme for scheme in file.tiers},
        power_factor=file.power_factor,
        parameters=parameters,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine makes of a bill, in a form in which two are equal or not."""

    reason: str
    lines: tuple[tuple[Any, ...], ...]
    """tariff, component, time of use, tier, first and last day, quantity, price, amount."""
    figures: dict[str, Decimal]
    total: Decimal | None


def by_decimal(case: BillCase, catalogue: Catalogue | None = None) -> Outcome:
    """A bill by the engine in Decimal; by the made-up catalogue, if no other is given."""
    try:
        sheet = rate(case, catalogue or made_up_catalogue())
    except NotRatableError as error:
        return Outcome(error.code, (), {}, None)
    lines = [
        (x.tariff_code, x.component, x.tou, x.tier, x.from_on, x.to_on, x.quantity, x.price, x.amount)
        for x in sheet.lines
    ]
    figures = {f.name: f.value for f in sheet.figures if f.name in FIGURES}
    return Outcome("", _ordered(lines), figures, sheet.total)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One for all: the catalogue is filled in once."""
    connection = duckdb.connect(config={"threads": 2})
    create_tariffs_and_parameters(connection, made_up_catalogue())
    return connection


def by_sql(cases: Sequence[BillCase], rule: Mapping[str, object] | None = None) -> dict[str, Outcome]:
    """Bills by the engine in SQL; their basic charges by ``rule``, columns of ``rating_basic_rule``."""
    connection = _connection()
    drop_rating_tables(connection)
    load_cases(connection, cases)
    if rule:
        values = ", ".join(f"'{value}' AS {column}" for column, value in rule.items())
        connection.execute(f"INSERT INTO rating_basic_rule BY NAME SELECT bill_id, {values} FROM rating_bill")
    rate_bills(connection)
    return outcomes(connection)


def outcomes(connection: duckdb.DuckDBPyConnection) -> dict[str, Outcome]:
    """What stands in ``expected_line`` and ``expected_bill``."""
    lines: dict[str, list[tuple[Any, ...]]] = {}
    for bill_id, *line in connection.execute(
        "SELECT bill_id, coalesce(tariff_code, ''), component, tou, tier, from_on, to_on, quantity, price, amount "
        "FROM expected_line"
    ).fetchall():
        lines.setdefault(bill_id, []).append(tuple(line))
    bills = connection.execute(
        f"SELECT bill_id, coalesce(reason, ''), amount, {', '.join(FIGURES)} FROM expected_bill"
    ).fetchall()
    return {
        bill_id: Outcome(
            reason,
            _ordered(lines.get(bill_id, [])),
            {name: value for name, value in zip(FIGURES, figures, strict=True) if value is not None},
            amount,
        )
        for bill_id, reason, amount, *figures in bills
    }


def differences(exact: Outcome, sql: Outcome) -> list[str]:
    """Where two outcomes differ, in words; a figure that one engine leaves out is 0 in the other.

    What the engine in SQL is too small for is no difference, as long as it says so.
    """
    too_large = exact.reason or max(map(abs, exact.figures.values()), default=Decimal(0)) > LARGE
    if sql.reason == "out_of_range" and too_large:
        return []
    found = []
    if exact.reason != sql.reason:
        found.append(f"reason: {exact.reason or 'rated'} exactly, {sql.reason or 'rated'} in SQL")
    if exact.lines != sql.lines:
        found += [f"only exactly: {line}" for line in exact.lines if line not in sql.lines]
        found += [f"only in SQL: {line}" for line in sql.lines if line not in exact.lines]
        found += [] if found else ["lines: not as many of each"]
    for name in FIGURES:
        one, other = (o.figures.get(name, Decimal(0)) for o in (exact, sql))
        if one != other:
            found.append(f"{name}: {one} exactly, {other} in SQL")
    if exact.total != sql.total:
        found.append(f"amount: {exact.total} exactly, {sql.total} in SQL")
    return found


def _ordered(lines: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(sorted(lines, key=lambda line: tuple(map(_key, line))))


def _key(value: object) -> tuple[int, Any]:
    """A sorting key that bears None, and numbers of another scale."""
    return (0, 0) if value is None else (1, value)
