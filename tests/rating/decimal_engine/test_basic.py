"""Step 7: capacity by thirtieths and calendar days, suspension, demand, contract, floor and discount.

Published cases are cited by their page; their inputs are theirs, the tariff is made up with their price.
"""

from __future__ import annotations

import pytest

from tests.rating.decimal_engine.utility import case, catalogue, parameter, plain, rated
from wattledger.rating.catalogue.model import Catalogue
from wattledger.sheets.model import Sheet

MAY = "period_start_on: 2024-05-01\nperiod_end_on: 2024-05-31"
JULY = "period_start_on: 2025-07-01\nperiod_end_on: 2025-07-31"
POINT = "points: [{point_id: P, tariff_code: T, readings: [READINGS]}]"


def utility(price: str) -> Catalogue:
    return catalogue(f"""
tariffs: [{{code: T, zh: 甲, en: A, category: c, components: [capacity, demand], source: S}}]
rates:
- {{component: capacity, tariffs: [T], per: kva_month, price: {price}, source: S}}
- {{component: demand, tariffs: [T], per: kw_month, price: {price}, decimals: 2, source: S}}
""")


def capacity(price: str, fields: str, items: str) -> Sheet:
    text = f"{fields}\nbasic_mode: capacity\n{POINT.replace('READINGS', '')}\ncapacity: [{items}]"
    return rated(case(text), utility(price))


def demand(fields: str, kw: str, kwh: str = "0", price: str = "39") -> Sheet:
    readings = f"{{register: demand, usage: {kw}}}, {{register: total, usage: {kwh}}}"
    return rated(case(f"{fields}\n{POINT.replace('READINGS', readings)}"), utility(price))


def test_new_customers_once_paid_half_for_suspended_capacity() -> None:
    # m.274949.com/4591/t28841077.html: 1000 kVA suspended 11 June after 10 days, 630 kVA running, 15 yuan
    # 15 x (630 + 1000 x 10 / 30 + 1000 x 0.5 x 20 / 30) = 15 x 1296.6667 = 19450
    sheet = capacity(
        "15",
        "period_start_on: 2003-06-01\nperiod_end_on: 2003-06-30",
        "{item: A, kva: 1000, to_on: 2003-06-10}, {item: A, kva: 1000, state: suspended, from_on: 2003-06-11,"
        " new_customer: true}, {item: B, kva: 630}",
    )
    assert str(sheet.total) == "19450.00"
    assert plain(sheet.figure("basic_quantity")) == "1296.6667"


def test_hot_standby_is_billed_and_sealed_cold_standby_is_not() -> None:
    # daowen.com/lilun/1083847.html ex. 12-6: 2 x 1000 x 28
    items = "{item: A, kva: 1000}, {item: B, kva: 1000, state: hot_standby}, {item: C, kva: 1000, state: cold_standby}"
    assert str(capacity("28", "", items).total) == "56000.00"


def test_a_suspension_of_less_than_fifteen_days_is_billed_in_full() -> None:
    # daowen.com/lilun/1083847.html ex. 12-7: (315 + 500) x 28, although January has 31 days and a month 30 of them
    sheet = capacity(
        "28",
        "period_start_on: 2014-01-01\nperiod_end_on: 2014-01-31",
        "{item: A, kva: 315, state: suspended, from_on: 2014-01-01, to_on: 2014-01-12},"
        "{item: A, kva: 315, from_on: 2014-01-13}, {item: B, kva: 500}",
    )
    assert str(sheet.total) == "22820.00"
    quantity = next(figure for figure in sheet.figures if figure.name == "basic_quantity")
    codes = [step.code for step in quantity.steps]
    assert "capacity_short_suspension" in codes
    assert not set(codes) & {step.code for step in sheet.lines[0].steps}, (
        "nothing is worked out twice on a sheet"
    )
    assert "capacity_capped" in codes


def test_capacity_that_ran_from_the_eleventh_of_a_long_month_has_21_thirtieths() -> None:
    # livelovelifegateway.com/tiku/shiti/9676523.html:
    # 2000 kVA x 15 yuan x 21 / 30 = 21000 for May; June and July 30000 each
    item = "{item: A, kva: 2000, from_on: 2002-05-11}"
    months = ["05-01 05-31", "06-01 06-30", "07-01 07-31"]
    fields = [f"period_start_on: 2002-{m.split()[0]}\nperiod_end_on: 2002-{m.split()[1]}" for m in months]
    assert [str(capacity("15", f, item).total) for f in fields] == ["21000.00", "30000.00", "30000.00"]


@pytest.mark.parametrize(
    ("start", "end", "stopped", "amount"),
    [
        ("2024-05-01", "2024-05-31", "2024-05-10", "10000.00"),  # 10 / 30, the day before the rules changed
        ("2024-07-01", "2024-07-31", "2024-07-10", "9677.42"),  # 10 / 31 x 30000 = 9677.419...
        ("2024-02-01", "2024-02-29", "2024-02-28", "28000.00"),  # 28 / 30
        ("2025-02-01", "2025-02-28", "2025-02-27", "28928.57"),  # 27 / 28 x 30000 = 28928.571...
        ("2024-03-01", "2024-03-31", "2024-03-30", "30000.00"),  # 30 / 30: no more than the whole month
    ],
)
def test_parts_of_a_month_by_thirtieths_and_by_calendar_days(
    start: str, end: str, stopped: str, amount: str
) -> None:
    items = f"{{item: A, kva: 1000, to_on: {stopped}}}"
    assert str(capacity("30", f"period_start_on: {start}\nperiod_end_on: {end}", items).total) == amount


@pytest.mark.parametrize(
    ("state", "amount"),
    [
        ("state: suspended, from_on: 2025-06-11, to_on: 2025-06-24", "3000.00"),  # 14 days: too short
        ("state: suspended, from_on: 2025-06-11, to_on: 2025-06-25", "1500.00"),  # 15 days
        ("state: suspended, from_on: 2025-06-24, to_on: 2025-07-08", "2300.00"),  # 15 days, 7 of them in June
        ("state: suspended, from_on: 2025-06-24", "2300.00"),  # open: long
        ("state: suspended, to_on: 2025-06-07", "2300.00"),
        ("state: suspended, from_on: 2025-06-24, new_customer: true", "2650.00"),  # 7 days at half
        ("state: removed, from_on: 2025-06-30", "2900.00"),
        ("state: cold_standby, from_on: 2025-06-01, to_on: 2025-06-03", "2700.00"),
    ],
)
def test_states_of_a_transformer_of_100_kva_that_else_ran(state: str, amount: str) -> None:
    # 30 yuan per kVA-month, June has 30 days: 100 yuan a day; the other days of the month are running
    from_on = state.partition("from_on: ")[2][:10]
    to_on = state.partition("to_on: ")[2][:10]
    items = [f"{{item: A, kva: 100, {state}}}"]
    if from_on > "2025-06-01":
        items.append(f"{{item: A, kva: 100, to_on: 2025-06-{int(from_on[-2:]) - 1:02}}}")
    if to_on and to_on < "2025-06-30":
        items.append(f"{{item: A, kva: 100, from_on: 2025-06-{int(to_on[-2:]) + 1:02}}}")
    assert str(capacity("30", "", ", ".join(items)).total) == amount


@pytest.mark.parametrize(
    ("days", "item", "amount"),
    [
        # a first bill of ten days: 100 x 30 x 10 / 30 by thirtieths (2024-05), / 31 by calendar days (2025-07)
        (("2024-05-22", "2024-05-31"), "from_on: 2024-05-22", "1000.00"),
        (("2025-07-22", "2025-07-31"), "from_on: 2025-07-22", "967.74"),
        # into the next month, whose days count; a last bill
        (("2025-01-30", "2025-02-08"), "from_on: 2025-01-30", "1071.43"),
        (("2025-07-01", "2025-07-10"), "to_on: 2025-07-10", "967.74"),
        # 27 days are a part, and 28 are a month
        (("2025-07-05", "2025-07-31"), "from_on: 2025-07-05", "2612.90"),
        (("2025-07-04", "2025-07-31"), "from_on: 2025-07-04", "3000.00"),
        # of an account that ran before and goes on, the meter was read early
        (("2025-07-01", "2025-07-27"), "from_on: 2020-01-01", "3000.00"),
        # and what is suspended within it, is by its own days: 20 of 27
        (
            ("2025-07-01", "2025-07-27"),
            "to_on: 2025-07-20}, {item: A, kva: 100, state: suspended, from_on: 2025-07-21",
            "2222.22",
        ),
    ],
)
def test_a_first_or_last_bill_is_part_of_a_month(days: tuple[str, str], item: str, amount: str) -> None:
    fields = f"period_start_on: {days[0]}\nperiod_end_on: {days[1]}"
    assert str(capacity("30", fields, f"{{item: A, kva: 100, {item}}}").total) == amount


def test_capacity_of_several_months() -> None:
    # 100 x 30 x 2
    fields = "months_count: 2\nperiod_start_on: 2025-06-01\nperiod_end_on: 2025-07-31"
    assert str(capacity("30", fields, "{item: A, kva: 100}").total) == "6000.00"


def test_before_2016_the_floor_was_on_the_measured_demand() -> None:
    # daowen.com/lilun/1083847.html ex. 12-8: 0.152 x 1500 = 228 kW is below 40 % of 800 kVA = 320; x 39 = 12480
    fields = (
        "basic_mode: actual_demand\ncapacity_kva: 800\nperiod_start_on: 2014-03-01\nperiod_end_on: 2014-03-31"
    )
    readings = "{register: demand, reading: 0.152, multiplier: 1500}"
    sheet = rated(case(f"{fields}\n{POINT.replace('READINGS', readings)}"), utility("39"))
    assert (plain(sheet.figure("basic_quantity")), str(sheet.total)) == ("320", "12480.00")


def test_since_then_it_is_on_the_contract_only() -> None:
    # 228 x 39 = 8892
    assert str(demand("basic_mode: actual_demand\ncapacity_kva: 800", "228").total) == "8892.00"


@pytest.mark.parametrize(
    ("contract", "kw", "quantity"),
    [
        ("500", "300", "500"),
        ("500", "525", "500"),  # exactly 105 %
        ("500", "525.0001", "525.0002"),  # 525.0001 + 0.0001
        ("500", "600", "675"),  # 600 + (600 - 525)
        ("300", "390", "400"),  # floor 40 % of 1000 kVA
        ("300", "421", "422"),  # 421 + (421 - 420)
    ],
)
def test_contract_demand_its_floor_and_what_exceeds_105_percent(
    contract: str, kw: str, quantity: str
) -> None:
    fields = f"basic_mode: contract_demand\ncapacity_kva: 1000\ncontract_demand_kw: {contract}"
    assert plain(demand(fields, kw).figure("basic_quantity")) == quantity


@pytest.mark.parametrize(
    ("fields", "kwh", "amount"),
    [
        ("capacity_kva: 1000", "259999.9999", "3900.00"),
        ("capacity_kva: 1000", "260000", "3510.00"),  # 39 x 0.9 = 35.1
        ("{capacity_kva: 1000, months_count: 2}", "260000", "7800.00"),  # 130 a month
        ("{capacity_kva: 1000, months_count: 2}", "520000", "7020.00"),
        ("capacity_kva: 0", "260000", "3900.00"),
        ("{capacity_kva: 1000, priced_on: 2023-05-31}", "260000", "3900.00"),  # before it was introduced
    ],
)
def test_much_used_capacity_has_its_demand_cheaper(fields: str, kwh: str, amount: str) -> None:
    text = fields.strip("{}").replace(", ", "\n")
    assert str(demand(f"{text}\nbasic_mode: actual_demand", "100", kwh).total) == amount


@pytest.mark.parametrize(
    ("fields", "items", "quantity", "amount"),
    [
        # a new account from the 21st: 10 of 30 days; 100 x 39 x 10 / 30 = 1300
        ("", "{item: A, kva: 500, from_on: 2025-06-21}", "33.3333", "1300.00"),
        # of 31 days by thirtieths (2024-05), 30 days are a month, and so is the whole
        (MAY, "{item: A, kva: 500, from_on: 2024-05-02}", "100", "3900.00"),
        (MAY, "{item: A, kva: 500}", "100", "3900.00"),
        (MAY, "{item: A, kva: 500, to_on: 2024-05-10}", "33.3333", "1300.00"),
        # by calendar days (2025-07): 10 of 31; 3900 x 10 / 31 = 1258.0645
        (JULY, "{item: A, kva: 500, from_on: 2025-07-22}", "32.2581", "1258.06"),
        # a first bill of ten days in July, and one by thirtieths; read early, it is a month
        (JULY.replace("07-01", "07-22"), "{item: A, kva: 500, from_on: 2025-07-22}", "32.2581", "1258.06"),
        (MAY.replace("05-01", "05-22"), "{item: A, kva: 500, from_on: 2024-05-22}", "33.3333", "1300.00"),
        (JULY.replace("07-01", "07-22"), "{item: A, kva: 500}", "100", "3900.00"),
        # one transformer runs while the other is suspended: nothing less
        (
            "",
            "{item: A, kva: 500}, {item: B, kva: 300, state: suspended, from_on: 2025-06-01}",
            "100",
            "3900.00",
        ),
        # both suspended from the 16th, for long: 15 of 30 days
        (
            "",
            "{item: A, kva: 500, to_on: 2025-06-15}, {item: A, kva: 500, state: suspended, from_on: 2025-06-16},"
            " {item: B, kva: 300, to_on: 2025-06-10}, {item: B, kva: 300, state: suspended, from_on: 2025-06-11}",
            "50",
            "1950.00",
        ),
        # suspended for 14 days: not for less than 15
        (
            "",
            "{item: A, kva: 500, to_on: 2025-06-10}, {item: A, kva: 500, from_on: 2025-06-25},"
            " {item: A, kva: 500, state: suspended, from_on: 2025-06-11, to_on: 2025-06-24}",
            "100",
            "3900.00",
        ),
    ],
)
def test_demand_of_part_of_a_month(fields: str, items: str, quantity: str, amount: str) -> None:
    sheet = demand(f"{fields}\nbasic_mode: actual_demand\ncapacity: [{items}]", "100")
    assert (plain(sheet.figure("basic_quantity")), str(sheet.total)) == (quantity, amount)


def test_without_capacity_that_runs_there_is_no_demand_to_pay() -> None:
    items = "{item: A, kva: 500, state: suspended, from_on: 2025-05-01}"
    sheet = demand(f"basic_mode: contract_demand\ncontract_demand_kw: 300\ncapacity: [{items}]", "100")
    assert (sheet.figure("basic_quantity"), sheet.lines) == (0, ())


def test_the_discounted_price_is_rounded_to_the_decimals_of_the_rate() -> None:
    # 39.95 x 0.9 = 35.955 -> 35.96; x 100
    sheet = demand("basic_mode: actual_demand\ncapacity_kva: 1", "100", "260", price="39.95")
    assert str(sheet.total) == "3596.00"


def test_a_parameter_of_higher_rank_wins() -> None:
    by = catalogue("", parameter("rating.demand_over_share", "1.00", rank=1))
    bill = case("""
      basic_mode: contract_demand
      contract_demand_kw: 100
      points: [{point_id: P, tariff_code: WORKS, readings: [{register: demand, usage: 101}]}]
    """)
    assert [plain(rated(bill, by).figure("basic_quantity")), plain(rated(bill).figure("basic_quantity"))] == [
        "102",
        "100",
    ]
