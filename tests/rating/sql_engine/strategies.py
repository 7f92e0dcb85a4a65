"""Made-up bills over all that a bill can have, from a number: the same number, the same bill.

Belongs here: making bills. Hypothesis draws the numbers, and shrinks a batch to the few bills that disagree.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.rating.sql_engine.meters import Meters
from wattledger.rating.cases.bill import BillCase

OFTEN = ("FLAT", "MONTH", "YEAR", "SEASON", "FULL", "FULL", "TURN", "DAYS", "DAYTIER", "DAYTOUTIER", "SUN")
TARIFFS = (*OFTEN, *OFTEN, *OFTEN, "GAPS", "HOLE")
VOLTAGES = ("220V", "380V", "10kV", "20kV", "35kV", "110kV")
# days on which a tariff, a price, tiers, ratios, a power-factor table or a parameter of the catalogue change
_TURNS = """
1997-03-01 1999-05-05 2000-04-01 2001-01-01 2002-02-02 2004-01-01 2004-08-01 2006-06-01 2008-08-09
2008-08-15 2009-06-15 2010-10-11 2011-01-01 2011-12-01 2012-07-01 2013-04-11 2014-08-01 2015-01-01
2015-04-01 2016-05-21 2016-07-01 2017-06-17 2018-06-01 2018-08-16 2019-01-01 2019-07-01 2020-01-01
2020-03-01 2020-10-16 2021-12-01 2022-02-03 2023-01-01 2023-03-18 2023-06-01 2023-12-11 2024-02-29
2024-06-01 2024-07-01 2025-07-01 2026-02-01 2026-10-01
"""
TURNS = tuple(date.fromisoformat(day) for day in _TURNS.split())


def numbers() -> st.SearchStrategy[list[int]]:
    """Fifty numbers of bills; any number is one."""
    return st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50, unique=True)


def make_case(number: int) -> BillCase:
    """The bill of this number."""
    return BillCase.model_validate(_Maker(Random(number)).bill(f"B{number}"))


class _Maker(Meters):
    """Draws the parts of a bill."""

    def day(self) -> date:
        """A day of 1996 to 2027, every other one near a day on which something changes."""
        if self.maybe(0.5):
            return self.of(*TURNS) + timedelta(days=self.random.randint(-20, 35))
        return date(1996, 1, 1) + timedelta(days=self.random.randint(0, 32 * 365))

    def bill(self, bill_id: str) -> dict[str, Any]:
        end = self.day()
        length = self.of(1, 2, 15, 27, 28, 30, 30, 31, 31, 31, 60, 61, 62, 92)
        start = end - timedelta(days=length - 1)
        bill: dict[str, Any] = {
            "bill_id": bill_id,
            "jurisdiction": "XX",
            "period_start_on": start,
            "period_end_on": end,
            "months_count": 1 if length < 40 else self.of(1, 2, 3),
            "voltage": self.of(*VOLTAGES),
            "persons": self.of(0, 0, 0, 3, 4, 5, 6, 7, 9),
            "surcharged": self.maybe(0.2),
        }
        if self.maybe(0.3):
            bill["billing_month"] = (end + timedelta(days=self.of(-31, 0, 10, 31))).replace(day=1)
        if self.maybe(0.3):
            bill["issued_on"] = end + timedelta(days=self.random.randint(-3, 40))
        if self.maybe(0.1):
            bill["priced_on"] = end + timedelta(days=self.random.randint(-70, 20))
        if self.maybe(0.5):
            bill["kwh_before"] = self.number(
                -50 if self.maybe(0.1) else 0, self.of(200, 3000, 6000), self.of(0, 4)
            )
        main = self.of(*TARIFFS)
        if self.maybe(0.7 if main in {"FULL", "TURN", "HOLE"} else 0.03):
            bill |= self.two_part(start, end)
        if self.maybe(0.35):
            bill["power_factor_standard"] = self.of(
                "0.90", "0.85", "0.80", "0.95" if self.maybe(0.2) else "0.90"
            )
            bill["power_factor_evaluation"] = self.of("both", "both", "reward_only", "penalty_only")
        bill["points"] = self.points(main, power="power_factor_standard" in bill)
        if self.maybe(0.15):
            bill["extra"] = [self.extra() for _ in range(self.of(1, 2))]
        return bill

    def two_part(self, start: date, end: date) -> dict[str, Any]:
        mode = self.of("capacity", "capacity", "actual_demand", "contract_demand")
        found: dict[str, Any] = {
            "basic_mode": mode,
            "capacity_kva": self.number(0, self.of(100, 1000, 20000), self.of(0, 3)),
        }
        if self.maybe(0.1):
            found["capacity_kva"] = Decimal(0)
        if mode == "contract_demand" or self.maybe(0.2):
            found["contract_demand_kw"] = self.number(0, self.of(100, 800), self.of(0, 4))
        if mode == "capacity" or self.maybe(0.6):
            names = [f"T{n}" for n in range(self.of(0, 1, 1, 2, 3))]
            found["capacity"] = [state for name in names for state in self.states(name, start, end)]
        return found

    def states(self, name: str, start: date, end: date) -> list[dict[str, Any]]:
        """The states of a transformer, one after the other."""
        found = [self.item(name, start, end)]
        while "to_on" in found[-1] and self.maybe(0.6):
            after = self.of(
                *[1] * 12, 0, -3
            )  # where it is not the day after, it may be in two states at once
            state = self.item(name, start, end) | {"from_on": found[-1]["to_on"] + timedelta(days=after)}
            if "to_on" in state:
                state["to_on"] = state["from_on"] + timedelta(days=self.of(0, 1, 4, 12, 13, 14, 15, 29))
            found.append(state | {"kva": found[0]["kva"]} if self.maybe(0.9) else state)
        return found

    def item(self, name: str, start: date, end: date) -> dict[str, Any]:
        """A transformer; suspensions of about the 15 days that they must last, within the period or over its ends."""
        item: dict[str, Any] = {
            "item": name,
            "kva": self.number(0.001, self.of(100, 1000), self.of(0, 3)) + 1,
        }
        if self.maybe(0.4):
            return item
        item["state"] = self.of(
            "running", "hot_standby", "cold_standby", "suspended", "suspended", "suspended", "removed"
        )
        item["new_customer"] = self.maybe(0.4)
        first = start + timedelta(days=self.random.randint(-20, (end - start).days + 5))
        if self.maybe(0.2):  # as of an account's first or last bill
            return (
                item
                | self.of({"from_on": start}, {"to_on": end})
                | {"state": self.of("running", "suspended")}
            )
        if self.maybe(0.85):
            item["from_on"] = first
        if self.maybe(0.85):
            item["to_on"] = first + timedelta(
                days=self.of(0, 1, 13, 14, 15, 16, 29, 30, 31, 100) - 1 + self.of(0, 1)
            )
        return item

    def extra(self) -> dict[str, Any]:
        return {
            "component": self.of("adjustment", "energy", "capacity", "fund_b", "other"),
            "amount": self.number(-500, 500, 2),
        }

    def points(self, main: str, *, power: bool) -> list[dict[str, Any]]:
        roots = (
            [self.root(f"P{n}", power) for n in range(self.of(*[1] * 12, 2, 2, 3))]
            if self.maybe(0.98)
            else []
        )
        if roots and self.maybe(0.98):
            roots[0]["tariff_code"] = main
        found = list(roots)
        for root in roots:
            if self.maybe(0.25):
                found += [
                    self.child(f"{root['point_id']}{self.of('a', 'b', 'c')}{n}", root)
                    for n in range(self.of(1, 1, 2, 4))
                ]
        self.random.shuffle(found)
        return found

    def root(self, point_id: str, power: bool) -> dict[str, Any]:
        point: dict[str, Any] = {
            "point_id": point_id,
            "tariff_code": self.of(*TARIFFS) if self.maybe(0.99) else self.of("NONE", ""),
        }
        point["readings"] = self.readings(power=power)
        if self.maybe(0.15):
            point["loss"] = self.loss()
        if self.maybe(0.1):
            point["line_loss_percent"] = self.number(0, 6, self.of(1, 4))
        return point

    def loss(self) -> dict[str, Any]:
        if self.maybe(0.4):
            return {"method": "percent", "percent": self.number(0, 6, self.of(0, 2, 4))}
        if self.maybe(0.4):
            table = {
                "method": "table",
                "no_load_kwh": self.number(0, 900, self.of(0, 4)),
                "no_load_kvarh": self.number(0, 5000, self.of(0, 4)),
                "load_loss_percent": self.number(0, 3, self.of(1, 4)),
                "load_loss_factor": self.number(0, 10, self.of(1, 4)),
            }
            return table | ({"days": self.of(0, 1, 12, 28, 30, 31, 40)} if self.maybe(0.5) else {})
        kva = self.of("50", "315", "1000.5", "20000")
        return {
            "method": "formula",
            "no_load_kw": self.number(0, 3, 4),
            "load_loss_kw": self.number(0, 12, self.of(1, 4)),
            "rated_kva": kva,
            "no_load_current_percent": self.number(0, 3, self.of(1, 4)),
            "impedance_percent": self.number(0, 8, self.of(1, 4)),
            "hours": self.of(1, 360, 672, 720, 744),
        }

    def child(self, point_id: str, root: dict[str, Any]) -> dict[str, Any]:
        kind = self.of("submeter", "fixed_kwh", "fixed_ratio")
        child: dict[str, Any] = {
            "point_id": point_id,
            "parent_point_id": root["point_id"],
            "calculation": kind,
        }
        if self.maybe(0.8):
            child["tariff_code"] = root["tariff_code"] if self.maybe(0.2) else self.of(*TARIFFS)
        if kind == "submeter":
            child["readings"] = self.readings(power=self.maybe(0.2))
        elif kind == "fixed_kwh":
            child["fixed_kwh"] = self.number(0, self.of(50, 1000, 100000), self.of(0, 4))
        else:
            child["fixed_ratio"] = self.number(0, 1, self.of(1, 2, 6))
        return child
