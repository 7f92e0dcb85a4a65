"""Faults of the customer and metering files (audit area 2.5).

Belongs here: what the files say wrongly, and readings that contradict them.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import METER, MONTH, NOW, OF_THEM, THEIRS, Fault, Pool, accounts
from wattledger.sql import sql_text

_THEIR_METERS: Final = f"meter_id IN (SELECT {METER} FROM victim)"
_POINT: Final = "'MP' || account_id AS usage_point_id"


def _meter_changed(share: int) -> Pool:
    """Accounts whose meter was changed in the audited month."""
    return Pool(
        "meter_changed",
        share,
        "SELECT account_id AS victim_key, acct.*, changed_on FROM acct JOIN kept USING (i) JOIN meter_change USING (i) "
        f"WHERE pool = 'meter_changed' AND share = {share} "
        "AND changed_on BETWEEN getvariable('month') + 4 AND getvariable('month') + 20",
    )


FAULTS: Final = (
    Fault(
        name="two_meters_at_once",
        note="the old meter was taken out ten days after the new one went in",
        victims=_meter_changed(0),
        changes={"points": f"UPDATE meter SET removed_on = removed_on + 10 WHERE {_THEIR_METERS}"},
        finds={"FIL-04a": f"SELECT {_POINT} FROM victim"},
    ),
    Fault(
        name="no_meter_for_days",
        note="four days without a meter at a meter change",
        victims=_meter_changed(1),
        changes={
            "points": f"UPDATE meter SET removed_on = removed_on - 4 WHERE {_THEIR_METERS}",
            "readings": f"""
                UPDATE meter_reading SET read_on = read_on - 4, read_at = read_at - INTERVAL 4 DAY
                WHERE reading_source = 'change' AND {THEIRS}""",
        },
        finds={"FIL-04b": f"SELECT {_POINT}, 'M' || (2000000001 + i * 10) AS meter_id FROM victim"},
    ),
    Fault(
        name="end_reading_lost",
        note="the old meter's end reading is missing, its last kWh were not billed",
        victims=_meter_changed(2),
        changes={"readings": f"DELETE FROM meter_reading WHERE reading_source = 'change' AND {THEIRS}"},
        finds={"FIL-04c": f"SELECT {METER} AS meter_id, changed_on AS removed_on FROM victim"},
    ),
    Fault(
        name="address_missing",
        note="no service address in the file",
        victims=accounts("homes_by_time", 0),
        changes={"points": f"UPDATE customer_account SET service_address = NULL WHERE {THEIRS}"},
        finds={"FIL-01": "SELECT account_id AS record_id, 'service_address' AS missing_field FROM victim"},
    ),
    Fault(
        name="serial_number_missing",
        note="no serial number of the meter in the file",
        victims=accounts("homes_by_time", 2),
        changes={"points": f"UPDATE meter SET serial_no = NULL WHERE {_THEIR_METERS}"},
        finds={"FIL-01": f"SELECT {METER} AS record_id, 'serial_no' AS missing_field FROM victim"},
        count=2,
    ),
    Fault(
        name="transformer_ratio_differs",
        note="transformers of 40, multiplier of 30",
        victims=accounts("shops_by_time", 4, "ct = 30"),
        changes={"points": f"UPDATE meter SET ct_ratio = 40 WHERE {_THEIR_METERS}"},
        costs={"FIL-03a": f"SELECT {METER} AS meter_id, account_id FROM victim"},
        count=4,
    ),
    Fault(
        name="multiplier_zero",
        note="the reading carries a multiplier of 0",
        victims=accounts("homes", 18),
        changes={"readings": f"UPDATE meter_reading SET multiplier = 0 WHERE {NOW} AND {THEIRS}"},
        finds={"FIL-03b": f"SELECT reading_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"},
        count=2,
    ),
    Fault(
        name="billed_with_old_multiplier",
        note="read and billed with 20, the file says 30",
        victims=accounts("shops", 6, "ct = 30"),
        changes={"usage": f"UPDATE monthly SET factor = 20 WHERE m = 2 AND {OF_THEM}"},
        costs={
            "FIL-03c": f"SELECT account_id, {METER} AS meter_id, getvariable('month') AS billing_month FROM victim"
        },
    ),
    Fault(
        name="closed_but_billed",
        note="closed months ago, still read, billed and paid",
        victims=accounts("homes_by_time", 4, "account_id IN (SELECT account_id FROM due WHERE pays)"),
        changes={
            "money": f"""
                UPDATE customer_account SET account_status = 'closed', closed_on = getvariable('month') - 70
                WHERE {THEIRS}"""
        },
        finds={
            "FIL-05a": f"""
                SELECT account_id, {MONTH} AS month, bill_amount AS billed_amount
                FROM victim JOIN bill USING (account_id) WHERE {NOW}"""
        },
    ),
    Fault(
        name="closed_with_debt",
        note="closed this month with the last bill open",
        victims=accounts("unpaid", 2, "i IN (SELECT i FROM due WHERE bill_amount > 0)"),
        changes={
            "money": f"""
                UPDATE customer_account SET account_status = 'closed', closed_on = getvariable('month') + 26
                WHERE {THEIRS}"""
        },
        finds={
            "FIL-05b": "SELECT account_id, receivable_amount AS owed_amount FROM receivable "
            "JOIN victim USING (account_id)"
        },
    ),
    Fault(
        name="meter_not_running",
        note="the meter on the wall is 'in stock' in the file",
        victims=accounts("homes_by_time", 3),
        changes={"points": f"UPDATE meter SET meter_status = 'in_stock' WHERE {_THEIR_METERS}"},
        finds={"FIL-07a": f"SELECT {METER} AS meter_id FROM victim"},
    ),
    Fault(
        name="serial_number_twice",
        note="the serial number of a meter in the store",
        victims=accounts("homes", 19),
        changes={
            "points": f"""
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
        victims=Pool("homes", 20, sql_text(__package__, "meter_read_twice")),
        changes={
            "readings": f"""
                UPDATE meter_reading r SET meter_id = other_meter FROM victim v
                WHERE v.account_id = r.account_id AND {NOW}""",
            "bills": f"""
                UPDATE bill b SET meter_id = other_meter FROM victim v WHERE v.account_id = b.account_id AND {NOW}""",
        },
        finds={
            "FIL-07c": f"SELECT other_meter AS meter_id, 'electricity' AS commodity, {MONTH} AS month FROM victim"
        },
        count=2,
    ),
    Fault(
        name="running_above_contract",
        note="running capacity a quarter above the contract's",
        victims=accounts("shops_by_time", 6),
        changes={
            "points": f"""
                UPDATE customer_account SET running_capacity_kva = contract_capacity_kva * 1.25
                WHERE {THEIRS}"""
        },
        finds={"FIL-09": "SELECT account_id FROM victim"},
    ),
)
