"""Faults of the customer and metering files (audit area 2.5).

Belongs here: what the files say wrongly, and readings that contradict them.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import METER, MONTH, NOW, OF_THEM, THEIRS, Fault, accounts

_CHANGED: Final = (
    "SELECT account_id AS victim_key, * FROM acct JOIN meter_change USING (i) "
    "WHERE changed_on BETWEEN getvariable('month') + 4 AND getvariable('month') + 20"
)
"""Accounts whose meter was changed in the audited month."""

FAULTS: Final = (
    Fault(
        name="two_meters_at_once",
        note="the old meter was taken out ten days after the new one went in",
        victims=_CHANGED,
        changes={
            "02_points": f"UPDATE meter SET removed_on = removed_on + 10 "
            f"WHERE meter_id IN (SELECT {METER} FROM victim)"
        },
        finds={"FIL-04a": "SELECT 'MP' || account_id FROM victim"},
    ),
    Fault(
        name="no_meter_for_days",
        note="four days without a meter at a meter change",
        victims=_CHANGED,
        changes={
            "02_points": f"UPDATE meter SET removed_on = removed_on - 4 "
            f"WHERE meter_id IN (SELECT {METER} FROM victim)",
            "04_readings": """
                UPDATE meter_reading r SET read_on = read_on - 4, read_at = read_at - INTERVAL 4 DAY FROM victim v
                WHERE v.account_id = r.account_id AND reading_source = 'change'""",
        },
        finds={"FIL-04b": "SELECT 'MP' || account_id || '|M' || (2000000001 + i * 10) FROM victim"},
    ),
    Fault(
        name="end_reading_lost",
        note="the old meter's end reading is missing, its last kWh were not billed",
        victims=_CHANGED,
        changes={
            "04_readings": """
                DELETE FROM meter_reading r USING victim v WHERE v.account_id = r.account_id
                    AND reading_source = 'change'""",
        },
        finds={"FIL-04c": f"SELECT {METER} || '|' || changed_on FROM victim"},
    ),
    Fault(
        name="address_missing",
        note="no service address in the file",
        victims=accounts(),
        changes={
            "02_accounts": f"""
                UPDATE customer_account SET service_address = NULL WHERE {THEIRS}"""
        },
        finds={"FIL-01": "SELECT account_id || '|service_address' FROM victim"},
    ),
    Fault(
        name="serial_number_missing",
        note="no serial number of the meter in the file",
        victims=accounts(),
        changes={
            "02_points": f"UPDATE meter SET serial_no = NULL WHERE meter_id IN (SELECT {METER} FROM victim)"
        },
        finds={"FIL-01": f"SELECT {METER} || '|serial_no' FROM victim"},
        count=2,
    ),
    Fault(
        name="transformer_ratio_differs",
        note="transformers of 40, multiplier of 30",
        victims=accounts("class = 'lv_nonresidential' AND ct = 30"),
        changes={
            "02_points": f"UPDATE meter SET ct_ratio = 40 WHERE meter_id IN (SELECT {METER} FROM victim)"
        },
        costs={"FIL-03a": f"SELECT {METER}, account_id FROM victim"},
        count=4,
    ),
    Fault(
        name="multiplier_zero",
        note="the reading carries a multiplier of 0",
        victims=accounts("tariff_code = 'R1'"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading SET multiplier = 0 WHERE {NOW} AND {THEIRS}"""
        },
        finds={"FIL-03b": f"SELECT reading_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"},
        count=2,
    ),
    Fault(
        name="billed_with_old_multiplier",
        note="read and billed with 20, the file says 30",
        victims=accounts("tariff_code = 'C1' AND ct = 30"),
        changes={"03_usage": f"UPDATE monthly SET factor = 20 WHERE m = 2 AND {OF_THEM}"},
        costs={
            "FIL-03c": f"SELECT account_id || '|' || {METER} || '|' || getvariable('month'), account_id FROM victim"
        },
    ),
    Fault(
        name="closed_but_billed",
        note="closed months ago, still read, billed and paid",
        victims=accounts("class <> 'hv' AND account_id IN (SELECT account_id FROM due WHERE pays)"),
        changes={
            "08_money": f"""
                UPDATE customer_account SET account_status = 'closed', closed_on = getvariable('month') - 70
                WHERE {THEIRS}"""
        },
        finds={"FIL-05a": f"SELECT account_id || '|' || {MONTH} FROM victim"},
    ),
    Fault(
        name="closed_with_debt",
        note="closed this month with the last bill open",
        victims=accounts("account_id IN (SELECT account_id FROM due WHERE NOT pays AND bill_amount > 0)"),
        changes={
            "08_money": f"""
                UPDATE customer_account SET account_status = 'closed', closed_on = getvariable('month') + 26
                WHERE {THEIRS}"""
        },
        finds={"FIL-05b": "SELECT account_id FROM victim"},
    ),
    Fault(
        name="meter_not_running",
        note="the meter on the wall is 'in stock' in the file",
        victims=accounts(),
        changes={
            "02_points": f"UPDATE meter SET meter_status = 'in_stock' WHERE meter_id IN (SELECT {METER} FROM victim)"
        },
        finds={"FIL-07a": f"SELECT {METER} FROM victim"},
    ),
    Fault(
        name="serial_number_twice",
        note="the serial number of a meter in the store",
        victims=accounts(),
        changes={
            "02_points": f"""
                CREATE TABLE same_serial AS
                SELECT *, 'SN' || (1000000000 + row_number() OVER (ORDER BY i) % 20) AS serial_no FROM victim;
                UPDATE meter m SET serial_no = s.serial_no FROM same_serial s WHERE m.meter_id = {METER}"""
        },
        finds={"FIL-07b": "SELECT serial_no FROM same_serial"},
        count=2,
    ),
    Fault(
        name="meter_read_twice",
        note="read under the number of a vacant dwelling's meter",
        victims=f"""
            WITH shown AS (
                SELECT a.*, meter_id, reading FROM acct a JOIN meter_reading USING (account_id) WHERE {NOW}
                    AND tariff_code = 'R1' AND story IS NULL AND NOT switched AND place_in_route % 20 <> 7
                    AND i NOT IN (SELECT i FROM tenant)
            ), empty_house AS (SELECT org_id, min(meter_id) AS other_meter, arg_min(reading,
                meter_id) AS other_reading FROM shown
                WHERE vacant GROUP BY org_id)
            -- Far apart on the dial: else it might look like a dwelling that changed hands.
            SELECT account_id AS victim_key, * FROM shown JOIN empty_house USING (org_id)
            WHERE NOT vacant AND abs(reading - other_reading) > 1000""",
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET meter_id = other_meter FROM victim v
                    WHERE v.account_id = r.account_id AND {NOW}""",
            "06_bills": f"""
                UPDATE bill b SET meter_id = other_meter FROM victim v WHERE v.account_id = b.account_id AND {NOW}""",
        },
        finds={"FIL-07c": f"SELECT DISTINCT other_meter || '|electricity|' || {MONTH} FROM victim"},
        count=2,
    ),
    Fault(
        name="running_above_contract",
        note="running capacity a quarter above the contract's",
        victims=accounts("class = 'lv_nonresidential'"),
        changes={
            "02_accounts": f"""
                UPDATE customer_account SET running_capacity_kva = contract_capacity_kva * 1.25
                WHERE {THEIRS}"""
        },
        finds={"FIL-09": "SELECT account_id FROM victim"},
    ),
)
