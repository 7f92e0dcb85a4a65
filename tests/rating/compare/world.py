"""A utility of a few bills: each is as its files say, and billed as another case says.

What was billed is worked out by the Decimal engine, so that a cause is found by other arithmetic than made it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.sessions import session_over
from wattledger.lake.session import Session
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating.cases.bill import BillCase, Capacity, Loss, Point
from wattledger.rating.catalogue.files import load_catalogue, read_catalogue_file
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.decimal_engine import rate
from wattledger.settings import Settings

PERIOD = Period.parse("2026-10")
Row = dict[str, Any]


def catalogue() -> Catalogue:
    """The catalogue of these tests, with the parameters of mainland China."""
    own = read_catalogue_file(Path(__file__).parent / "catalogue.yaml")
    known = load_parameters(Settings().parameters, "CN")
    return load_catalogue(Path("/nonexistent"), "ZZ", parameters=known, own=own)


def bill_case(bill_id: str, *points: Point, **given: Any) -> BillCase:
    """A bill for October 2026."""
    return BillCase(
        **{
            "bill_id": bill_id,
            "jurisdiction": "ZZ",
            "period_start_on": date(2026, 10, 1),
            "period_end_on": date(2026, 10, 31),
            "points": points,
            **given,
        }
    )


def metered(point_id: str, tariff: str, multiplier: int = 1, **registers: int) -> Point:
    """A point whose registers started at 1000 and ran on by ``registers``; a demand register reads it."""
    return Point(
        point_id=point_id,
        tariff_code=tariff,
        readings=tuple(
            {
                "register": name,
                "meter_id": f"M{point_id}",
                "previous_reading": None if name == "demand" else 1000,
                "reading": turn if name == "demand" else 1000 + turn,
                "multiplier": multiplier,
            }
            for name, turn in registers.items()
        ),
    )


@dataclass
class World:
    """Rows of the lake's datasets by name, bill by bill."""

    catalogue: Catalogue = field(default_factory=catalogue)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, right: BillCase, billed: BillCase | None = None, **bill: Any) -> Decimal:
        """Enter a bill whose files say ``right`` and whose lines are those of ``billed``; return right less billed."""
        wrong = billed or right
        sheet = rate(wrong, self.catalogue)
        self._files(right, wrong)
        account = f"A-{right.bill_id}"
        known = {"bill_id": right.bill_id, "billing_month": "2026-10-01", "account_id": account}
        for number, line in enumerate(sheet.lines):
            self.put(
                "bill_line",
                **known,
                bill_line_id=f"{right.bill_id}/{number}",
                charge_component=line.component,
                tou_period=line.tou,
                tier=line.tier,
                quantity=line.quantity,
                price=line.price,
                line_amount=line.amount,
            )
        main = next(p.tariff_code for p in wrong.points)
        figures = {f"{name}_kwh": sheet.figure(f"{name}_kwh") for name in ("usage", "loss", "deducted")}
        self.put(
            "bill",
            **{
                **known,
                "period_start_on": right.period_start_on,
                "period_end_on": right.period_end_on,
                "tariff_code": main,
                "bill_kind": "normal",
                "bill_amount": sheet.total,
                "tier_kwh_before": wrong.kwh_before,
                **figures,
                **bill,
            },
        )
        return rate(right, self.catalogue).total - sheet.total

    def put(self, dataset: str, **row: Any) -> None:
        """Enter a row."""
        self.rows.setdefault(dataset, []).append(row)

    def _files(self, right: BillCase, wrong: BillCase) -> None:
        account = f"A-{right.bill_id}"
        self.put(
            "customer_account",
            account_id=account,
            org_id="U1",
            tariff_code=right.points[0].tariff_code,
            supply_voltage=right.voltage,
            contract_capacity_kva=right.capacity_kva or None,
            basic_charge_mode=right.basic_mode,
            contract_demand_kw=right.contract_demand_kw or None,
            power_factor_standard=right.power_factor_standard,
            power_factor_evaluation=right.power_factor_evaluation,
            surcharged=right.surcharged,
            household_persons=right.persons,
        )
        multipliers = {(r.meter_id, r.register_): r.multiplier for p in wrong.points for r in p.readings}
        for point in right.points:
            self._point(account, point, multipliers)
        for item in right.capacity:
            self._capacity(account, item)

    def _point(self, account: str, point: Point, multipliers: dict[tuple[str, str], Decimal]) -> None:
        loss = point.loss or Loss(method="percent")
        owner = account if point.tariff_code else "A-neighbour"
        self.put(
            "usage_point",
            usage_point_id=point.point_id,
            account_id=owner,
            purpose="settlement",
            usage_calculation=point.calculation,
            tariff_code=point.tariff_code or None,
            parent_usage_point_id=point.parent_point_id or None,
            fixed_kwh=point.fixed_kwh,
            fixed_ratio=point.fixed_ratio,
            loss_method=point.loss.method if point.loss else None,
            loss_percent=loss.percent,
            line_loss_percent=point.line_loss_percent,
        )
        for r in point.readings:
            billed = multipliers.get((r.meter_id, r.register_), r.multiplier)
            turn = (r.reading or 0) - (r.previous_reading or 0)
            self.put(
                "meter_reading",
                reading_id=f"{r.meter_id}/{r.register_}",
                billing_month="2026-10-01",
                account_id=owner,
                usage_point_id=point.point_id,
                meter_id=r.meter_id,
                reading_type="reverse" if r.register_ == "feed_in" else r.register_,
                previous_reading=r.previous_reading,
                reading=r.reading,
                multiplier=billed,
                usage_kwh=turn * billed,
            )
        for meter_id, multiplier in {(r.meter_id, r.multiplier) for r in point.readings}:
            self.put(
                "meter",
                meter_id=meter_id,
                account_id=owner,
                usage_point_id=point.point_id,
                multiplier=multiplier,
                ct_ratio=multiplier,
                dial_digits=6,
            )

    def _capacity(self, account: str, item: Capacity) -> None:
        self.put(
            "capacity_state",
            account_id=account,
            item=item.item,
            capacity_kva=item.kva,
            state=item.state,
            from_on=item.from_on or date(2020, 1, 1),
            to_on=item.to_on,
            new_customer=item.new_customer,
        )

    def session(self, settings: Settings) -> Session:
        """A session over these rows, rated and compared."""
        known = load_parameters(settings.parameters, "CN")
        return session_over(settings, PERIOD, self.rows, known, self.catalogue)


def differences(session: Session) -> dict[str, dict[str, Decimal]]:
    """Amounts by bill and cause."""
    found: dict[str, dict[str, Decimal]] = {}
    rows = session.connection.execute("SELECT bill_id, cause, amount FROM bill_difference").fetchall()
    for bill_id, cause, amount in rows:
        found.setdefault(bill_id, {})[cause] = amount
    return found
