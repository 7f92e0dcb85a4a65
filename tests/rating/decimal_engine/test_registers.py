"""Step 2: registers, roll-over, multipliers, a meter changed within the month."""

from __future__ import annotations

from tests.rating.decimal_engine.utility import case, plain, rated


def test_a_turn_times_the_multiplier_is_rounded_to_four_decimals() -> None:
    # 1234.56 - 1200.11 = 34.45; x 1.33333 = 45.9332185 -> 45.9332
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [
        {register: total, previous_reading: 1200.11, reading: 1234.56, multiplier: 1.33333}]}]
    """)
    sheet = rated(bill)
    assert plain(sheet.figure("metered_kwh")) == "45.9332"
    (step,) = sheet.figures[0].steps
    assert step.code == "register_turn"
    assert plain(step.values["turn"]) == "34.45"


def test_with_dial_digits_a_lower_reading_has_passed_zero() -> None:
    # 00012.5 - 99990.0 + 100000 = 22.5; x 20 = 450
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [
        {register: total, previous_reading: 99990.0, reading: 12.5, dial_digits: 5, multiplier: 20}]}]
    """)
    sheet = rated(bill)
    assert sheet.figure("metered_kwh") == 450
    assert sheet.figures[0].steps[0].code == "register_rolled_over"
    assert sheet.amount("energy") == 450 * sheet.lines[0].price


def test_without_dial_digits_it_ran_backwards_and_the_amount_is_negative() -> None:
    # 90 - 100 = -10 kWh x 0.45 = -4.50
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [{register: total, previous_reading: 100, reading: 90}]}]
    """)
    assert str(rated(bill).total) == "-4.50"


def test_a_usage_given_wins_over_readings() -> None:
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [
        {register: total, previous_reading: 100, reading: 900, usage: 7}]}]
    """)
    assert rated(bill).figure("metered_kwh") == 7


def test_two_meters_in_the_month_are_summed_and_of_their_demands_the_largest_counts() -> None:
    # energy: (5000 - 4400) x 30 + (210 - 0) x 40 = 18000 + 8400 = 26400; demand: max(1.1 x 30, 0.9 x 40) = 36
    bill = case("""
      basic_mode: actual_demand
      points: [{point_id: P, tariff_code: WORKS, readings: [
        {register: total, meter_id: OLD, previous_reading: 4400, reading: 5000, multiplier: 30},
        {register: total, meter_id: NEW, previous_reading: 0, reading: 210, multiplier: 40},
        {register: flat, usage: 26400},
        {register: demand, meter_id: OLD, reading: 1.1, multiplier: 30},
        {register: demand, meter_id: NEW, reading: 0.9, multiplier: 40}]}]
    """)
    sheet = rated(bill)
    assert sheet.figure("metered_kwh") == 26400
    assert sheet.figure("basic_quantity") == 36
    assert [s.code for s in sheet.figures[0].steps] == [
        "register_turn",
        "register_turn",
        "register_given",
        "energy_of_total",
    ]


def test_demands_of_several_points_are_added() -> None:
    # 100 + 60 kW; 39 x 160 = 6240
    bill = case("""
      basic_mode: actual_demand
      points:
      - {point_id: A, tariff_code: WORKS, readings: [{register: demand, usage: 100}]}
      - {point_id: B, tariff_code: WORKS, readings: [{register: demand, usage: 60}]}
    """)
    assert str(rated(bill).amount("demand")) == "6240.00"


def test_reactive_energy_counts_in_both_directions_by_its_magnitude() -> None:
    bill = case("""
      points: [{point_id: P, tariff_code: FARM, readings: [
        {register: total, usage: 100}, {register: reactive, usage: 30}, {register: reactive_reverse, usage: -12}]}]
    """)
    assert rated(bill).figure("reactive_kvarh") == 42
