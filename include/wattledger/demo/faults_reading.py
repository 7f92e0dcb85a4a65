"""Faults of meter reading (audit area 2.3).

Belongs here: what goes wrong between the meter and the reading, and its effect on the bill.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import METER, MONTH, NOW, OF_THEM, Fault, accounts

_DWELLING: Final = "class = 'lv_residential' AND NOT tou AND accounts_in_route >= 100"

FAULTS: Final = (
    Fault(
        name="reader_too_fast",
        note="all routes of a reader read by hand on one day",
        victims="""
            SELECT reader_staff_id AS victim_key, r.org_id, reader_staff_id, max(scheduled_day) AS day
            FROM reading_route r JOIN acct a ON a.route_id = r.reading_route_id WHERE route_class = 'lv'
            GROUP BY r.org_id, reader_staff_id HAVING count(*) > 450 AND NOT bool_or(switched)""",
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET reading_method = 'manual',
                    due_on = getvariable('month') + (day - 1)::INTEGER,
                    read_on = getvariable('month') + (day - 1)::INTEGER,
                    read_at = getvariable('month') + (day - 1)::INTEGER
                        + to_minutes(480 + draw(r.account_id, 'fast', 500))
                FROM victim v WHERE v.reader_staff_id = r.reader_staff_id AND {NOW} AND reading_source = 'normal'""",
        },
        finds={
            "MRD-10b": "SELECT reader_staff_id || '|' || (getvariable('month') + (day - 1)::INTEGER) FROM victim"
        },
        count=2,
    ),
    Fault(
        name="route_read_by_estimates",
        note="one meter in twenty of the route was estimated",
        victims="SELECT route_id AS victim_key, org_id, route_id FROM acct "
        "WHERE accounts_in_route >= 100 AND class <> 'hv' GROUP BY route_id, org_id",
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET reading_status = 'estimated' FROM acct a JOIN victim USING (route_id)
                WHERE a.account_id = r.account_id AND a.place_in_route % 20 = 7 AND r.{NOW}""",
        },
        finds={"MRD-01": f"SELECT route_id || '|' || {MONTH} FROM victim"},
    ),
    Fault(
        name="estimated_twice",
        note="estimated this month and the month before",
        victims=accounts(f"{_DWELLING} AND route_no % 2 = 0"),
        changes={
            "04_readings": """
                UPDATE meter_reading r SET reading_status = 'estimated' FROM victim v
                WHERE v.account_id = r.account_id AND billing_month >= getvariable('month') - INTERVAL 1 MONTH""",
        },
        finds={"MRD-02": f"SELECT account_id || '|' || {METER} || '|' || getvariable('month') FROM victim"},
        count=4,
    ),
    Fault(
        name="hv_estimated",
        note="a high-voltage meter may never be estimated",
        victims=accounts("class = 'hv' AND plain"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET reading_status = 'estimated' FROM victim v
                WHERE v.account_id = r.account_id AND {NOW}""",
        },
        finds={
            "MRD-02": f"SELECT account_id || '|' || {METER} || '|' || getvariable('month') FROM victim",
            "MRD-01": f"SELECT route_id || '|' || {MONTH} FROM victim",
        },
        count=2,
    ),
    Fault(
        name="read_off_schedule",
        note="read four days after the planned day",
        victims=accounts("class = 'lv_nonresidential' AND method = 'remote'"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET read_on = due_on + 4, read_at = due_on + 4 + (read_at - read_on::TIMESTAMP)
                FROM victim v WHERE v.account_id = r.account_id AND {NOW}""",
        },
        finds={
            "MRD-03": f"SELECT reading_route_id || '|' || due_on || '|' || read_on FROM meter_reading "
            f"JOIN victim USING (account_id) WHERE {NOW}"
        },
    ),
    Fault(
        name="reader_stays_on",
        note="the same reader for more than two years",
        victims="SELECT reading_route_id AS victim_key, org_id, reading_route_id, reader_staff_id FROM reading_route",
        changes={
            "02_accounts": """
                UPDATE reading_route r SET reader_since_on = getvariable('month') - INTERVAL 31 MONTH FROM victim v
                WHERE v.reading_route_id = r.reading_route_id""",
        },
        finds={"MRD-04": "SELECT reading_route_id || '|' || reader_staff_id FROM victim"},
    ),
    Fault(
        name="shop_at_zero_unchecked",
        note="three zero readings, never looked at on site",
        victims=accounts("tariff_code = 'C1'"),
        changes={"03_usage": f"UPDATE monthly SET used = 0 WHERE {OF_THEM}"},
        finds={
            "MRD-05": f"""
                SELECT account_id || '|' || {METER} || '|' || (getvariable('month') - INTERVAL 2 MONTH)::DATE
                FROM victim"""
        },
    ),
    Fault(
        name="remote_start_unchecked",
        note="second cycle after the change to remote reading, not checked on site",
        victims="SELECT account_id AS victim_key, * FROM acct WHERE switched AND NOT closed "
        "AND NOT vacant AND story IS NULL",
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET field_checked_on = NULL FROM victim v
                WHERE v.account_id = r.account_id AND {NOW}""",
        },
        finds={"MRD-06": "SELECT account_id || '|' || getvariable('month') FROM victim"},
    ),
    Fault(
        name="usage_jump",
        note="three times the usual usage, billed and paid",
        victims=accounts("class = 'lv_nonresidential' AND monthly_kwh > 1000"),
        changes={
            "03_usage": f"""
                UPDATE monthly SET used = used * 3, sharp = sharp * 3, peak = peak * 3, valley_1 = valley_1 * 3,
                    deep = deep * 3
                WHERE m = 2 AND {OF_THEM}""",
        },
        finds={
            "MRD-08": f"SELECT reading_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW} "
            f"AND reading_type = 'total'"
        },
    ),
    Fault(
        name="register_misread",
        note="the valley register was read 60 units too high",
        victims=accounts("class = 'lv_nonresidential' AND tou"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET reading = reading + 60, usage_kwh = usage_kwh + 60 * multiplier FROM victim v
                WHERE v.account_id = r.account_id AND {NOW} AND reading_type = 'valley'""",
        },
        finds={"MRD-09": f"SELECT account_id || '|' || {METER} || '|' || getvariable('month') FROM victim"},
    ),
    Fault(
        name="read_at_night",
        note="a manual reading entered at 22:40",
        victims=accounts("class <> 'hv' AND method = 'manual'"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET read_at = read_on + to_minutes(1360) FROM victim v
                WHERE v.account_id = r.account_id AND {NOW}""",
        },
        finds={
            "MRD-10a": f"SELECT reader_staff_id || '|' || read_on FROM meter_reading JOIN victim "
            f"USING (account_id) WHERE {NOW}"
        },
    ),
    Fault(
        name="reading_backwards",
        note="30 units below the last reading, billed from the mean",
        victims=accounts("class = 'lv_residential' AND NOT tou AND method = 'remote'"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET reading = previous_reading - 30 FROM victim v
                WHERE v.account_id = r.account_id AND {NOW}""",
        },
        finds={"MRD-07": f"SELECT reading_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"},
        count=4,
    ),
    Fault(
        name="start_reading_moved",
        note="the cycle starts 25 units above the last end reading",
        victims=accounts("class = 'lv_residential' AND NOT tou AND method = 'remote'"),
        changes={
            "04_readings": f"""
                UPDATE meter_reading r SET previous_reading = previous_reading + 25,
                    reading = reading + 25 FROM victim v
                WHERE v.account_id = r.account_id AND {NOW}""",
        },
        finds={"MRD-11": f"SELECT reading_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"},
        count=4,
    ),
)
