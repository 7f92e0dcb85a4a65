"""The consistent utility: what must hold on it before any fault is planted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from wattledger.demo.world import build_world


@pytest.fixture(scope="module", params=[date(2026, 10, 1), date(2027, 2, 1)], ids=["october", "february"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    with build_world(4000, 7, request.param, tmp_path_factory.mktemp("spill")) as con:
        yield con


IDENTITIES = {
    "usage is the dial's way times the multiplier": """
        SELECT * FROM meter_reading JOIN meter USING (meter_id) WHERE usage_kwh <> (reading - previous_reading
            + CASE WHEN reading < previous_reading THEN power(10, dial_digits)::BIGINT
                ELSE 0 END) * meter_reading.multiplier""",
    "a reading starts where the last one ended": """
        SELECT * FROM meter_reading a JOIN meter_reading b USING (meter_id, reading_type)
        WHERE b.billing_month = a.billing_month + INTERVAL 1 MONTH AND reading_type <> 'demand'
            AND b.previous_reading <> a.reading""",
    "registers add up to the total, but for a unit of the dial at most": """
        SELECT meter_id FROM meter_reading
        WHERE reading_type IN ('total', 'sharp', 'peak', 'flat', 'valley', 'deep_valley')
        GROUP BY meter_id, billing_month HAVING count(*) > 1
            AND sum(CASE WHEN reading_type = 'total' THEN 1 ELSE -1 END * (reading - previous_reading))
                NOT BETWEEN 0 AND 1""",
    "every bill could be rated": "SELECT * FROM billing_expected_bill WHERE status <> 'rated'",
    "billed is metered plus losses less deductions": """
        SELECT * FROM (SELECT account_id, billing_month,
            sum(usage_kwh - loss_kwh + deducted_kwh) AS billed FROM bill GROUP BY ALL)
            FULL JOIN (SELECT account_id, billing_month, sum(usage_kwh) AS metered FROM meter_reading
                WHERE reading_type = 'total' GROUP BY ALL) USING (account_id, billing_month)
        WHERE billed IS DISTINCT FROM metered""",
    "tiers add up": "SELECT * FROM bill WHERE usage_kwh <> tier1_kwh + tier2_kwh + tier3_kwh",
    "no negative kWh": "SELECT * FROM bill WHERE bill_kind <> 'reversal' "
    "AND usage_kwh < 0 OR bill_kind = 'normal' AND least(tier1_kwh, tier2_kwh, tier3_kwh) < 0",
    "what was reversed was billed": """
        SELECT * FROM bill r JOIN bill o ON o.bill_id = r.reissue_of
        WHERE r.bill_kind = 'reversal' AND (r.bill_amount <> -o.bill_amount OR r.usage_kwh <> -o.usage_kwh)""",
    "lines add up to the bill": """
        SELECT * FROM bill LEFT JOIN (SELECT bill_id, sum(line_amount) AS lines FROM bill_line
            GROUP BY 1) USING (bill_id)
        WHERE billing_month = getvariable('month') AND bill_amount IS DISTINCT FROM coalesce(lines, 0)""",
    # the quantity of a basic charge is shown to four places, and counts as it is
    "quantity times price is the line": """
        SELECT * FROM bill_line WHERE abs(abs(quantity * price) - abs(line_amount))
            > CASE charge_component WHEN 'capacity' THEN 0.007 ELSE 0.005 END""",
    "what lies behind another meter is taken off there": """
        SELECT c.usage_point_id FROM usage_point c JOIN usage_point p ON p.usage_point_id = c.parent_usage_point_id
            JOIN bill b ON b.account_id = p.account_id JOIN bill o ON o.account_id = c.account_id
                AND o.billing_month = b.billing_month
        WHERE c.usage_calculation = 'submeter' AND b.deducted_kwh <> o.usage_kwh""",
    "capacity is in one state at a time": """
        SELECT * FROM capacity_state a JOIN capacity_state b USING (account_id, item)
        WHERE a.from_on < b.from_on AND coalesce(a.to_on, DATE '9999-12-31') >= b.from_on""",
    "a bill has its receivable": """
        SELECT * FROM (FROM bill WHERE billing_month = getvariable('month')) b FULL JOIN receivable r USING (bill_id)
        WHERE b.bill_amount IS DISTINCT FROM r.receivable_amount""",
    "a receivable has its receipts": """
        SELECT * FROM receivable LEFT JOIN (SELECT receivable_id, sum(received_amount) AS got
            FROM receipt_allocation GROUP BY 1)
            USING (receivable_id) WHERE received_amount <> coalesce(got, 0)""",
    "allocations are their payment": """
        SELECT * FROM payment FULL JOIN receipt_allocation USING (payment_id) WHERE payment_amount
            IS DISTINCT FROM received_amount + penalty_amount""",
    "receipts are booked to the day and the fen": """
        SELECT * FROM (SELECT org_id, charged_at::DATE AS day, sum(payment_amount) AS got FROM payment GROUP BY ALL)
            FULL JOIN (SELECT org_id, posted_on AS day, sum(credit_amount) AS booked FROM ledger_entry
                WHERE ledger_item IN ('receipt', 'late_payment') GROUP BY ALL) USING (org_id, day)
                    WHERE got IS DISTINCT FROM booked""",
    "deposits are their payments": """
        SELECT * FROM bank_deposit FULL JOIN (SELECT deposit_id, sum(payment_amount) AS paid FROM payment GROUP BY 1)
            USING (deposit_id) WHERE deposit_amount IS DISTINCT FROM paid""",
    "vouchers balance": "SELECT voucher_no FROM ledger_entry GROUP BY 1 HAVING sum(debit_amount) <> sum(credit_amount)",
    "all money moves within the month": """
        SELECT posted_on FROM ledger_entry WHERE date_trunc('month', posted_on) <> getvariable('month')""",
    "closed accounts are quiet": """
        SELECT * FROM customer_account JOIN (SELECT account_id FROM bill UNION ALL SELECT account_id FROM meter_reading)
            USING (account_id) WHERE account_status = 'closed'""",
    "keys are unique": """
        SELECT count(*) FROM (SELECT reading_id AS key FROM meter_reading UNION ALL SELECT entry_id FROM ledger_entry
            UNION ALL SELECT payment_id FROM payment UNION ALL SELECT meter_id
                FROM meter UNION ALL SELECT invoice_id FROM invoice
            UNION ALL SELECT staff_id FROM staff) GROUP BY key HAVING count(*) > 1""",
}


@pytest.mark.parametrize("identity", IDENTITIES)
def test_identity_holds(world: duckdb.DuckDBPyConnection, identity: str) -> None:
    assert world.execute(IDENTITIES[identity]).fetchmany(3) == []


def test_all_kinds_of_customers_are_there(world: duckdb.DuckDBPyConnection) -> None:
    kinds = {row[0] for row in world.execute("SELECT DISTINCT tariff_code FROM bill").fetchall()}
    assert kinds == {"R1", "R1T", "A1", "C1", "C1T", "I1T", "I2T"}
    stories = world.execute("SELECT story, count(*) FROM acct WHERE story IS NOT NULL GROUP BY 1").fetchall()
    assert {story for story, _ in stories} == {
        "estimated_before",
        "estimated_now",
        "meter_change",
        "roll_over",
        "reissued",
    }


FEATURES = {
    "larger household": "FROM customer_account WHERE household_persons >= 5",
    "1.5-fold price": "FROM customer_account WHERE surcharged",
    "feed-in": "FROM meter_reading WHERE reading_type = 'reverse' AND usage_kwh > 0",
    "reactive both ways": "FROM meter_reading WHERE reading_type = 'reactive_reverse' AND usage_kwh > 0",
    "loss by percent": "FROM usage_point WHERE loss_method = 'percent'",
    "loss by formula": "FROM usage_point WHERE loss_method = 'formula'",
    "line loss": "FROM usage_point WHERE line_loss_percent > 0",
    "sub-meter": "FROM bill WHERE deducted_kwh > 0",
    "fixed kWh": "FROM usage_point WHERE usage_calculation = 'fixed_kwh'",
    "fixed ratio": "FROM usage_point WHERE usage_calculation = 'fixed_ratio'",
    "second point": "FROM usage_point WHERE usage_point_id LIKE '%B'",
    "suspended capacity": "FROM capacity_state WHERE state = 'suspended'",
    "new capacity": "FROM capacity_state WHERE from_on >= getvariable('month')",
    "zero usage": "FROM bill WHERE usage_kwh = 0",
    "registers short of the total": "FROM monthly WHERE gap > 0",
    "demand above 105 % of the contract": """
        FROM customer_account JOIN meter_reading USING (account_id) WHERE basic_charge_mode = 'contract_demand'
            AND reading_type = 'demand' AND usage_kwh > 1.05 * contract_demand_kw""",
    "260 kWh a kVA": """
        FROM customer_account JOIN bill USING (account_id) WHERE basic_charge_mode LIKE '%_demand'
            AND usage_kwh >= 260 * contract_capacity_kva""",
    "adjusted upwards": "FROM bill_line WHERE charge_component = 'power_factor' AND line_amount > 0",
    "rewarded": "FROM bill_line WHERE charge_component = 'power_factor' AND line_amount < 0",
}


@pytest.mark.parametrize("feature", FEATURES)
def test_feature_is_there(world: duckdb.DuckDBPyConnection, feature: str) -> None:
    found = world.execute(f"SELECT count(*) {FEATURES[feature]}").fetchall()[0][0]
    assert found > 0


def test_tiers_start_again_in_january(world: duckdb.DuckDBPyConnection) -> None:
    month = world.execute("SELECT getvariable('month')").fetchall()[0][0]
    third = world.execute("SELECT sum(tier3_kwh) FROM bill WHERE billing_month = ?", [month]).fetchall()[0][0]
    assert (third > 0) == (month.month == 10)


def test_seed_decides(tmp_path: Path) -> None:
    names = []
    for seed in (1, 1, 2):
        with build_world(300, seed, date(2026, 10, 1), tmp_path) as con:
            names.append(con.execute("SELECT account_name, service_address FROM customer_account").fetchall())
    assert names[0] == names[1]
    assert names[0] != names[2]
