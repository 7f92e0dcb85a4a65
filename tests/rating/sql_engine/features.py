"""What a made-up bill has in it, so that a run can say how often each feature was compared.

Belongs here: naming features. A feature that never occurs fails the agreement's test.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.rating.sql_engine.made_up import ROUNDED, SHARES, WHOLE_KWH, Outcome
from wattledger.rating.cases.bill import BillCase, Point
from wattledger.rating.decimal_engine.capacity import is_whole

REASONS = [
    "unknown_tariff",
    "no_tou_registers",
    "negative_energy",
    "no_tiers",
    "no_rate",
    "no_capacity",
    "capacity_overlap",
    "no_reactive",
    "no_power_factor_table",
]
RATED = (
    """
one point, several points, no points, one tariff, several tariffs, several meters, multiplier, demand, feed-in
no usage, negative usage, roll-over or reverse running, reactive both ways, loss in percent, loss by formula, line loss
loss by table, loss by table of some days, exact losses, times instead of the total, whole kVA, whole kW, whole kWh
sub-meter, fixed kWh, fixed ratio, child without a tariff
losses in shares of the times, children in shares of the times
one price, times of use, tiers, tiers and times of use, larger household, kwh_before, several months, surcharge
price by days, several prices by days, divided in whole kWh, standing charge by days
priced_on, issued_on, billing_month, before 2000, 2000 to 2009, 2010 to 2019, since 2020
extra line, line per bill or time, percent line
capacity, suspended capacity, several states of capacity, thirtieths, calendar days, actual demand, contract demand
demand of part of a month, first or last bill
power factor 0.80, power factor 0.85, power factor 0.90, reward only, penalty only, power_factor line
""".strip()
    .replace("\n", ", ")
    .split(", ")
)
FEATURES = (*(f"not rated: {reason}" for reason in REASONS), *RATED)


def features_of(case: BillCase, outcome: Outcome) -> set[str]:
    """The features of a bill; what a bill has that is not rated was not compared, and does not count."""
    if outcome.reason:
        return {f"not rated: {outcome.reason}"}
    found = {*_of_bill(case), *_of_lines(outcome), *(f for point in case.points for f in _of_point(point))}
    if "several prices by days" in found and WHOLE_KWH[0] <= case.period_end_on <= WHOLE_KWH[1]:
        found.add("divided in whole kWh")
    if found & {"times of use", "tiers and times of use"} and SHARES[0] <= case.period_end_on <= SHARES[1]:
        if outcome.figures.get("loss_kwh"):
            found.add("losses in shares of the times")
        if found & {"sub-meter", "fixed kWh", "fixed ratio"}:
            found.add("children in shares of the times")
    return found | _rounded(case, found)


def _rounded(case: BillCase, found: set[str]) -> set[str]:
    """The features of a bill on whose day numbers are rounded in the other way."""
    if not ROUNDED[0] <= case.period_end_on <= ROUNDED[1]:
        return set()
    of = {"whole kVA": "capacity", "exact losses": "loss by table", "whole kWh": "multiplier"}
    rounded = {name for name, needed in of.items() if needed in found}
    if found & {"actual demand", "contract demand"}:
        rounded.add("whole kW")
    registers = [{r.register_ for r in point.readings} for point in case.points]
    if found & {"times of use", "tiers and times of use"} and any({"total", "peak"} <= r for r in registers):
        rounded.add("times instead of the total")
    return rounded


def _of_bill(case: BillCase) -> Iterator[str]:
    points = len(case.points)
    eras = {1999: "before 2000", 2009: "2000 to 2009", 2019: "2010 to 2019", 9999: "since 2020"}
    yield next(name for last, name in eras.items() if case.period_end_on.year <= last)
    yield "no points" if not points else "one point" if points == 1 else "several points"
    yield from (
        name
        for name, there in {
            "larger household": case.persons >= 4,
            "kwh_before": bool(case.kwh_before),
            "several months": case.months_count > 1,
            "surcharge": case.surcharged,
            "priced_on": case.priced_on is not None,
            "issued_on": case.issued_on is not None,
            "billing_month": case.billing_month is not None,
            "extra line": bool(case.extra),
            "reward only": case.power_factor_evaluation == "reward_only",
            "penalty only": case.power_factor_evaluation == "penalty_only",
            f"power factor {case.power_factor_standard}": case.power_factor_standard is not None,
            case.basic_mode.replace("_", " "): case.basic_mode != "none",
            "several states of capacity": len({i.item for i in case.capacity}) < len(case.capacity),
            "suspended capacity": any(item.state == "suspended" for item in case.capacity),
        }.items()
        if there
    )
    changing = all(item.from_on or item.to_on or item.state != "running" for item in case.capacity)
    if case.basic_mode.endswith("demand") and case.capacity and changing:
        yield "demand of part of a month"
    if case.basic_mode != "none" and case.capacity and not is_whole(case):
        yield "first or last bill"
    if case.basic_mode == "capacity":
        yield "thirtieths" if case.period_end_on.isoformat() < "2024-06-01" else "calendar days"


def _of_lines(outcome: Outcome) -> Iterator[str]:
    tariffs = {line[0] for line in outcome.lines}
    yield "several tariffs" if len(tariffs) > 1 else "one tariff"
    spans: dict[tuple[object, ...], int] = {}
    for tariff, component, tou, tier, from_on, _to_on, quantity, _price, _amount in outcome.lines:
        yield (
            "tiers and times of use"
            if tou and tier
            else "times of use"
            if tou
            else "tiers"
            if tier
            else "one price"
        )
        if component in {"feed_in", "power_factor", "service_charge", "tax"}:
            yield {
                "feed_in": "feed-in",
                "power_factor": "power_factor line",
                "service_charge": "line per bill or time",
                "tax": "percent line",
            }[component]
        if from_on is not None:
            yield "price by days"
            if component in {"service_charge", "adjustment"}:
                yield "standing charge by days"
            spans[tariff, component, tou, tier] = spans.get((tariff, component, tou, tier), 0) + 1
        if quantity is not None and quantity < 0 and component == "energy":
            yield "negative usage"
    if any(count > 1 for count in spans.values()):
        yield "several prices by days"
    if not outcome.figures.get("usage_kwh"):
        yield "no usage"


def _of_point(point: Point) -> Iterator[str]:
    registers = {reading.register_ for reading in point.readings}
    names = {"submeter": "sub-meter", "fixed_kwh": "fixed kWh", "fixed_ratio": "fixed ratio"}
    yield from (
        name
        for name, there in {
            names.get(point.calculation, ""): point.calculation in names,
            "child without a tariff": not point.tariff_code,
            "several meters": len({reading.meter_id for reading in point.readings}) > 1,
            "multiplier": any(reading.multiplier != 1 for reading in point.readings),
            "roll-over or reverse running": any(
                None not in (r.reading, r.previous_reading) and r.reading < r.previous_reading  # type: ignore[operator]
                for r in point.readings
            ),
            "reactive both ways": {"reactive", "reactive_reverse"} <= registers,
            "demand": "demand" in registers,
            "loss in percent": point.loss is not None and point.loss.method == "percent",
            "loss by formula": point.loss is not None and point.loss.method == "formula",
            "loss by table": point.loss is not None and point.loss.method == "table",
            "loss by table of some days": point.loss is not None and point.loss.days is not None,
            "line loss": point.line_loss_percent > 0,
        }.items()
        if there
    )
