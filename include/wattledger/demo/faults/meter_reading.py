"""Faults of meter reading (audit area 2.3).

Belongs here: what goes wrong between the meter and the reading, and its effect on the bill.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import (
    METER,
    MONTH,
    NO_INVOICE,
    NOW,
    OF_THEM,
    THEIR_BILLS,
    THEIRS,
    Fault,
    Pool,
    accounts,
)
from wattledger.sql import sql_text

_METER_MONTH: Final = (
    f"SELECT account_id, {METER} AS meter_id, getvariable('month') AS billing_month FROM victim"
)
_READINGS: Final = f"SELECT reading_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"


def _routes(share: int, condition: str) -> Pool:
    return Pool(
        "routes",
        share,
        "SELECT reading_route_id AS victim_key, r.*, route_no, accounts FROM reading_route r JOIN kept_route USING "
        f"(reading_route_id) JOIN route ON route_id = reading_route_id WHERE share = {share} AND ({condition})",
    )


FAULTS: Final = (
    Fault(
        name="reader_too_fast",
        note="all routes of a reader read by hand on one day",
        victims=Pool("readers", 0, "SELECT reader_staff_id AS victim_key, * FROM kept_reader"),
        changes={"readings": sql_text(__package__, "reader_too_fast")},
        finds={
            "MRD-10b": "SELECT reader_staff_id, getvariable('month') + (day - 1)::INTEGER AS read_on FROM victim"
        },
        count=2,
    ),
    Fault(
        name="forgotten",
        note="in use, and this month neither read nor billed",
        victims=accounts("homes", 22, NO_INVOICE),
        changes={
            "billed": f"""
                DELETE FROM meter_reading WHERE {NOW} AND {THEIRS};
                DELETE FROM billing_rating_bill WHERE {THEIR_BILLS};
                DELETE FROM billing_rating_point WHERE {THEIR_BILLS};
                DELETE FROM billing_rating_register WHERE {THEIR_BILLS}"""
        },
        finds={"MRD-12": "SELECT account_id FROM victim"},
    ),
    Fault(
        name="route_read_by_estimates",
        note="one meter in twenty of the route was estimated",
        victims=_routes(0, "accounts >= 100 AND route_class <> 'hv'"),
        changes={
            "readings": f"""
                UPDATE meter_reading r SET reading_status = 'estimated' FROM acct a
                WHERE a.account_id = r.account_id AND a.place_in_route % 20 = 7 AND r.{NOW}
                    AND a.route_id IN (SELECT reading_route_id FROM victim)""",
        },
        finds={"MRD-01": f"SELECT reading_route_id, {MONTH} AS month FROM victim"},
    ),
    Fault(
        name="reader_stays_on",
        note="the same reader for more than two years",
        victims=_routes(1, "TRUE"),
        changes={
            "points": """
                UPDATE reading_route r SET reader_since_on = getvariable('month') - INTERVAL 31 MONTH FROM victim v
                WHERE v.reading_route_id = r.reading_route_id""",
        },
        finds={"MRD-04": "SELECT reading_route_id, reader_staff_id FROM victim"},
    ),
    Fault(
        name="estimated_twice",
        note="estimated this month and the month before",
        victims=accounts("homes", 7, "accounts_in_route >= 100 AND route_no % 2 = 0"),
        changes={
            "readings": f"""
                UPDATE meter_reading SET reading_status = 'estimated'
                WHERE billing_month >= getvariable('month') - INTERVAL 1 MONTH AND {THEIRS}""",
        },
        finds={"MRD-02": _METER_MONTH},
        count=4,
    ),
    Fault(
        name="hv_estimated",
        note="a high-voltage meter may never be estimated",
        victims=accounts("works_of_one_part", 0),
        changes={
            "readings": f"UPDATE meter_reading SET reading_status = 'estimated' WHERE {NOW} AND {THEIRS}"
        },
        finds={
            "MRD-02": _METER_MONTH,
            "MRD-01": f"SELECT route_id AS reading_route_id, {MONTH} AS month FROM victim",
        },
        count=2,
    ),
    Fault(
        name="read_off_schedule",
        note="read four days after the planned day",
        victims=accounts("shops_by_time", 3, "method = 'remote'"),
        changes={
            "readings": f"""
                UPDATE meter_reading SET read_on = due_on + 4, read_at = due_on + 4 + (read_at - read_on::TIMESTAMP)
                WHERE {NOW} AND {THEIRS}""",
        },
        finds={
            "MRD-03": "SELECT reading_route_id, due_on, read_on FROM meter_reading JOIN victim USING (account_id) "
            f"WHERE {NOW}"
        },
    ),
    Fault(
        name="shop_at_zero_unchecked",
        note="three zero readings, never looked at on site",
        victims=accounts("shops", 4, NO_INVOICE),
        changes={"usage": f"UPDATE monthly SET used = 0 WHERE {OF_THEM}"},
        finds={
            "MRD-05": f"SELECT account_id, {METER} AS meter_id, "
            "(getvariable('month') - INTERVAL 2 MONTH)::DATE AS zero_since FROM victim"
        },
    ),
    Fault(
        name="remote_start_unchecked",
        note="second cycle after the change to remote reading, not checked on site",
        victims=accounts("switched", 0),
        changes={"readings": f"UPDATE meter_reading SET field_checked_on = NULL WHERE {NOW} AND {THEIRS}"},
        finds={"MRD-06": "SELECT account_id, getvariable('month') AS billing_month FROM victim"},
    ),
    Fault(
        name="usage_jump",
        note="three times the usual usage, billed and paid",
        victims=accounts("shops_by_time", 5, "monthly_kwh > 1000"),
        changes={
            "usage": f"""
                UPDATE monthly SET used = used * 3, sharp = sharp * 3, peak = peak * 3, valley_1 = valley_1 * 3,
                    deep = deep * 3
                WHERE m = 2 AND {OF_THEM}""",
        },
        finds={"MRD-08": f"{_READINGS} AND reading_type = 'total'"},
    ),
    Fault(
        name="register_misread",
        note="the valley register was read 60 units too high",
        victims=accounts("shops_by_time", 2),
        changes={
            "readings": f"""
                UPDATE meter_reading SET reading = reading + 60, usage_kwh = usage_kwh + 60 * multiplier
                WHERE {NOW} AND reading_type = 'valley' AND {THEIRS}""",
        },
        finds={"MRD-09": _METER_MONTH},
    ),
    Fault(
        name="read_at_night",
        note="a manual reading entered at 22:40",
        victims=accounts("homes", 10, "method = 'manual'"),
        changes={
            "readings": f"UPDATE meter_reading SET read_at = read_on + to_minutes(1360) WHERE {NOW} AND {THEIRS}"
        },
        finds={
            "MRD-10a": "SELECT reader_staff_id, read_on AS read_date FROM meter_reading JOIN victim USING (account_id) "
            f"WHERE {NOW}"
        },
    ),
    Fault(
        name="reading_backwards",
        note="30 units below the last reading, billed from the mean",
        victims=accounts("homes", 8, "method = 'remote'"),
        changes={
            "readings": f"UPDATE meter_reading SET reading = previous_reading - 30 WHERE {NOW} AND {THEIRS}"
        },
        finds={"MRD-07": _READINGS},
        count=4,
    ),
    Fault(
        name="start_reading_moved",
        note="the cycle starts 25 units above the last end reading",
        victims=accounts("homes", 9, "method = 'remote'"),
        changes={
            "readings": f"""
                UPDATE meter_reading SET previous_reading = previous_reading + 25, reading = reading + 25
                WHERE {NOW} AND {THEIRS}""",
        },
        finds={"MRD-11": _READINGS},
        count=4,
    ),
)
