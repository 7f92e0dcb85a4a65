"""Steps 3 and 4: times of use, losses, sub-meters and fixed shares."""

from __future__ import annotations

from tests.rating.decimal_engine.utility import (
    UTILITY,
    amounts,
    case,
    catalogue,
    parameter,
    plain,
    rated,
    simple,
)
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.decimal_engine import rate


def test_what_the_registers_lack_to_the_total_goes_to_balance_to() -> None:
    # 1000 - (200 + 300 + 480) = 20, to flat: 320. 0.8 x 1.5 = 1.2, 0.8, 0.8 x 0.5 = 0.4
    sheet = rated(simple("SHOP-TOU", total=1000, peak=200, flat=300, valley=480))
    assert amounts(sheet) == [
        ("energy", "peak", None, "200", "1.2", "240.00"),
        ("energy", "flat", None, "320", "0.8", "256.00"),
        ("energy", "valley", None, "480", "0.4", "192.00"),
        ("fund_renewable", None, None, "1000", "0.019", "19.00"),
    ]
    assert sheet.figures[0].steps[-1].code == "tou_balance"


def test_the_balance_can_be_negative() -> None:
    # 100 - 130 = -30 to flat
    sheet = rated(simple("SHOP-TOU", total=100, peak=130))
    assert amounts(sheet)[:2] == [
        ("energy", "peak", None, "130", "1.2", "156.00"),
        ("energy", "flat", None, "-30", "0.8", "-24.00"),
    ]


def test_without_a_total_the_times_are_summed_and_unknown_ones_are_balance() -> None:
    # deep_valley is not of the scheme: 50 + 40 = 90 kWh, of which 40 are flat
    sheet = rated(simple("SHOP-TOU", peak=50, deep_valley=40))
    assert sheet.figure("metered_kwh") == 90
    assert [(line.tou, line.quantity) for line in sheet.lines[:2]] == [("peak", 50), ("flat", 40)]


def test_a_tariff_without_times_takes_the_energy_whatever_the_registers() -> None:
    assert rated(simple("FARM", peak=50, flat=40)).figure("usage_kwh") == 90


def test_no_usage_at_all_is_a_bill_of_nothing() -> None:
    sheet = rated(simple("SHOP-TOU"))
    assert (sheet.lines, str(sheet.total)) == ((), "0.00")
    assert sheet.figures[0].steps[0].code == "energy_none"


def test_losses_by_percent_of_transformer_and_line_go_to_balance_to() -> None:
    # transformer: 12345 x 2.5 % = 308.625 -> 309; line: (12345 + 309) x 3 % = 379.62 -> 380; flat 2345 + 689
    bill = case("""
      points: [{point_id: P, tariff_code: SHOP-TOU, loss: {method: percent, percent: 2.5}, line_loss_percent: 3,
        readings: [{register: total, usage: 12345}, {register: peak, usage: 10000}, {register: flat, usage: 2345}]}]
    """)
    sheet = rated(bill)
    assert [plain(sheet.figure(n)) for n in ("metered_kwh", "loss_kwh", "usage_kwh")] == [
        "12345",
        "689",
        "13034",
    ]
    assert [(line.tou, line.quantity) for line in sheet.lines] == [
        ("peak", 10000),
        ("flat", 3034),
        (None, 13034),
    ]


def test_half_a_kwh_of_loss_is_rounded_up() -> None:
    # 1500 x 1.5 % = 22.5 -> 23
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, loss: {method: percent, percent: 1.5},
        readings: [{register: total, usage: 1500}]}]
    """)
    assert rated(bill).figure("loss_kwh") == 23


def test_losses_by_formula_worked_by_hand() -> None:
    # 315 kVA, 720 h, 30000 kWh, 20000 kvarh: squares 9e8 + 4e8 = 1.3e9
    # active: 0.67 x 720 = 482.4; 3.65 x 1.3e9 / (315^2 x 720 = 71442000) = 66 + 29828000 / 71442000; 548.82 -> 549
    # reactive: 1.1 % x 315 x 720 = 2494.8; 4 % x 1.3e9 / (315 x 720 = 226800) = 229.2769; 2724.08 -> 2724
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [
        {register: total, usage: 30000}, {register: reactive, usage: -20000}],
        loss: {method: formula, no_load_kw: 0.67, load_loss_kw: 3.65, rated_kva: 315, no_load_current_percent: 1.1,
          impedance_percent: 4}}]
    """)
    sheet = rated(bill)
    assert sheet.figure("loss_kwh") == 549
    assert sheet.figure("reactive_kvarh") == 22724
    active = next(f for f in sheet.figures if f.name == "loss_kwh")
    assert plain(active.steps[0].values["unrounded"]) == "548.81751351"
    assert [c.name for c in active.clauses] == ["rating.loss_curve_factor"]


def test_the_curve_factor_is_a_parameter() -> None:
    # no copper loss but the load's: 1.05 x 10 x 100^2 / (100^2 x 1) = 10.5 -> 11; without the factor 10
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [{register: total, usage: 100}],
        loss: {method: formula, load_loss_kw: 10, rated_kva: 100, hours: 1}}]
    """)
    assert rated(bill).figure("loss_kwh") == 10
    curved = catalogue("", parameter("rating.loss_curve_factor", "1.05", rank=1))
    assert rate(bill, curved).figure("loss_kwh") == 11


CHILDREN = """
points:
- {point_id: P, tariff_code: SHOP-TOU, readings: [
    {register: total, usage: 1000}, {register: peak, usage: 400}, {register: flat, usage: 400},
    {register: valley, usage: 200}]}
"""


def test_a_sub_meter_without_a_tariff_is_only_taken_off() -> None:
    # by its own total of 150, off flat, whatever its registers of times say
    bill = case(
        CHILDREN
        + "- {point_id: S, parent_point_id: P, calculation: submeter,"
        + " readings: [{register: total, usage: 150}, {register: peak, usage: 90}]}"
    )
    sheet = rated(bill)
    assert [plain(sheet.figure(n)) for n in ("metered_kwh", "deducted_kwh", "usage_kwh")] == [
        "1000",
        "150",
        "850",
    ]
    assert [(line.tou, line.quantity) for line in sheet.lines[:3]] == [
        ("peak", 400),
        ("flat", 250),
        ("valley", 200),
    ]


def test_a_sub_meter_of_another_tariff_with_times_is_taken_off_time_by_time() -> None:
    # WORKS has the same scheme: S has 90 peak and 60 flat (its balance); flat has 400 - 60
    bill = case(
        CHILDREN
        + "- {point_id: S, parent_point_id: P, calculation: submeter, tariff_code: WORKS,"
        + " readings: [{register: total, usage: 150}, {register: peak, usage: 90}]}"
    )
    sheet = rated(bill)
    shop = [(line.tou, line.quantity) for line in sheet.lines if line.tariff_code == "SHOP-TOU"]
    assert shop[:3] == [("peak", 310), ("flat", 340), ("valley", 200)]
    works = [(line.tou, line.quantity) for line in sheet.lines if line.component == "agency_purchase"]
    assert works == [("peak", 90), ("flat", 60)]
    assert sheet.figure("deducted_kwh") == 0
    assert sheet.figure("usage_kwh") == 1000


def test_times_of_a_sub_meter_that_the_parent_does_not_know_come_off_balance_to() -> None:
    # the parent knows peak and valley only, and balances at peak; the child's 30 flat come off peak: 60 - 10 - 30 = 20
    bill = case("""
      points:
      - {point_id: P, tariff_code: HOME-TOU, readings: [{register: peak, usage: 60}, {register: valley, usage: 40}]}
      - {point_id: S, parent_point_id: P, calculation: submeter, tariff_code: SHOP-TOU, readings: [
          {register: peak, usage: 10}, {register: flat, usage: 30}]}
    """)
    sheet = rated(bill)
    home = [(line.tou, line.quantity) for line in sheet.lines if line.tariff_code == "HOME-TOU"]
    assert home == [("peak", 20), ("valley", 40)]


def test_fixed_kwh_come_before_fixed_ratios_and_a_ratio_is_of_the_whole() -> None:
    # A has 1000 x 12.55 % = 125.5 -> 126 of the gross, not of what B leaves; B has 300; 1000 - 300 - 126 = 574
    bill = case("""
      points:
      - {point_id: P, tariff_code: SHOP, readings: [{register: total, usage: 1000}]}
      - {point_id: A, parent_point_id: P, calculation: fixed_ratio, fixed_ratio: 0.1255, tariff_code: FARM}
      - {point_id: B, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 300, tariff_code: HOME}
    """)
    sheet = rated(bill)
    assert [
        (line.tariff_code, line.tier, plain(line.quantity), str(line.amount)) for line in sheet.lines
    ] == [
        ("SHOP", None, "574", "459.20"),
        ("SHOP", None, "574", "10.91"),  # 574 x 0.019 = 10.906
        ("FARM", None, "126", "56.70"),
        ("HOME", 1, "200", "100.00"),
        ("HOME", 2, "100", "60.00"),
    ]


def test_a_fixed_quantity_has_no_more_than_is_left() -> None:
    # 1000 less the sub-meter's 900 leaves 100 for A's 300 and nothing for B
    bill = case("""
      points:
      - {point_id: P, tariff_code: SHOP, readings: [{register: total, usage: 1000}]}
      - {point_id: A, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 300, tariff_code: FARM}
      - {point_id: B, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 50, tariff_code: HOME}
      - {point_id: S, parent_point_id: P, calculation: submeter, readings: [{register: total, usage: 900}]}
    """)
    assert [(line.tariff_code, plain(line.quantity)) for line in rated(bill).lines] == [("FARM", "100")]


def test_a_fixed_quantity_of_negative_energy_is_nothing() -> None:
    bill = case("""
      points:
      - {point_id: P, tariff_code: SHOP, readings: [{register: total, usage: -10}]}
      - {point_id: A, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 300, tariff_code: FARM}
    """)
    assert [(line.component, plain(line.quantity)) for line in rated(bill).lines] == [
        ("energy", "-10"),
        ("fund_renewable", "-10"),
    ]


def test_children_share_losses_too_and_a_fixed_child_with_times_has_all_at_balance_to() -> None:
    # gross 1000 + 100 = 1100; the half of it is 550
    bill = case("""
      points:
      - {point_id: P, tariff_code: FARM, readings: [{register: total, usage: 1000}],
          loss: {method: percent, percent: 10}}
      - {point_id: A, parent_point_id: P, calculation: fixed_ratio, fixed_ratio: 0.5, tariff_code: SHOP-TOU}
    """)
    sheet = rated(bill)
    assert [(line.tariff_code, line.tou, plain(line.quantity)) for line in sheet.lines] == [
        ("FARM", None, "550"),
        ("SHOP-TOU", "flat", "550"),
        ("SHOP-TOU", None, "550"),
    ]


def test_two_points_of_one_tariff_are_billed_together() -> None:
    # 150 + 150 = 300: one pair of tiers, 200 and 100
    bill = case("""
      points:
      - {point_id: A, tariff_code: HOME, readings: [{register: total, usage: 150}]}
      - {point_id: B, tariff_code: HOME, readings: [{register: total, usage: 150}]}
    """)
    assert [(line.tier, plain(line.quantity)) for line in rate(bill, UTILITY).lines] == [
        (1, "200"),
        (2, "100"),
    ]


def test_the_main_tariff_is_that_of_the_smallest_point_and_its_lines_come_first() -> None:
    bill = case("""
      points:
      - {point_id: B, tariff_code: FARM, readings: [{register: total, usage: 1}]}
      - {point_id: A, tariff_code: SHOP, readings: [{register: total, usage: 1}]}
      - {point_id: C, tariff_code: HOME, readings: [{register: total, usage: 1}]}
    """)
    assert [line.tariff_code for line in rated(bill).lines] == ["SHOP", "SHOP", "FARM", "HOME"]


SHARES = catalogue("", parameter("rating.untimed_kwh", "shares"))
LOSSY = """
points:
- {point_id: P, tariff_code: SHOP-TOU, line_loss_percent: 3, readings: [
    {register: total, usage: 1000}, {register: peak, usage: 410}, {register: flat, usage: 390},
    {register: valley, usage: 195}]}
"""


def quantities(bill: BillCase, by: Catalogue) -> list[tuple[str | None, str]]:
    lines = rated(bill, by).lines
    return [(line.tou, plain(line.quantity)) for line in lines if line.tou][:3]


def test_losses_go_to_one_time_or_to_all_in_their_shares() -> None:
    # 30 kWh of losses, flat has 5 that no register counted; shares: peak 30 x 410 / 1000 = 12.3 -> 12,
    # valley 30 x 195 / 1000 = 5.85 -> 6, flat what is left: 12
    assert quantities(case(LOSSY), UTILITY) == [("peak", "410"), ("flat", "425"), ("valley", "195")]
    assert quantities(case(LOSSY), SHARES) == [("peak", "422"), ("flat", "407"), ("valley", "201")]


def test_fixed_children_are_taken_off_all_times_in_their_shares() -> None:
    # 300 + 101 off 1030: 401 x 422 / 1030 = 164.29 -> 164, 401 x 201 / 1030 = 78.25 -> 78, flat 401 - 242 = 159
    bill = case(
        LOSSY
        + "- {point_id: A, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 300, tariff_code: FARM}\n"
        + "- {point_id: B, parent_point_id: P, calculation: submeter,"
        + " readings: [{register: total, usage: 101}]}"
    )
    assert quantities(bill, SHARES) == [("peak", "258"), ("flat", "248"), ("valley", "123")]
    assert quantities(bill, UTILITY) == [("peak", "410"), ("flat", "24"), ("valley", "195")]


def test_shares_are_of_what_sub_meters_with_times_leave() -> None:
    # S takes 22 peak and 8 flat, leaving 400, 399 and 201 of 1000; 100 fixed: 40, 20.1 -> 20, and 40 off flat
    bill = case(
        LOSSY
        + "- {point_id: S, parent_point_id: P, calculation: submeter, tariff_code: WORKS,"
        + " readings: [{register: total, usage: 30}, {register: peak, usage: 22}]}\n"
        + "- {point_id: A, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 100, tariff_code: FARM}"
    )
    sheet = rated(bill, SHARES)
    shop = [(line.tou, plain(line.quantity)) for line in sheet.lines if line.tariff_code == "SHOP-TOU"]
    assert shop[:3] == [("peak", "360"), ("flat", "359"), ("valley", "181")]
    used = next(f for f in sheet.figures if f.name == "usage_kwh")
    assert [plain(s.values["part_kwh"]) for s in used.steps if s.code == "untimed_share"] == ["40", "20"]


def test_without_energy_there_are_no_shares() -> None:
    lost = "loss: {method: formula, no_load_kw: 1, load_loss_kw: 3, rated_kva: 100, hours: 720}"
    readings = "readings: [{register: total, usage: 0}, {register: peak, usage: 0}]"
    bill = case(f"points: [{{point_id: P, tariff_code: SHOP-TOU, {readings}, {lost}}}]")
    assert quantities(bill, SHARES) == quantities(bill, UTILITY) == [("flat", "720")]
