"""Readings against billed energy, by account, month and meter, in kWh.

Belongs here: this link's SQL. Left: usage of the total registers of settlement points, reversed readings
left out. Right: billed kWh less losses, plus deductions, of all bills but credit notes, so that a reversal
and its reissue net.

A reading goes with the bill of its meter; where that meter has none, with the bill that another meter of
the same usage point has (a changed meter); all that is left of an account and month, on both sides, is
compared as one. Key: account, month, and the meter unless it is that rest.

Causes: ``period_shift`` (cancels, to the last digit, with the month next to it), ``missing_bill``,
``missing_reading``, ``rounding`` (up to the parameter ``reading_bill.rounding_kwh``), ``multiplier``
(billed as if another multiplier on file held), ``loss_or_deduction``, ``usage_mismatch``.
"""

from __future__ import annotations

from typing import Final

from wattledger.lake.session import Session
from wattledger.reconcile.model import Link

# {to} is the name of what is made; {readings} and {bills} are the relations with the rows.
_LAY: Final = """
CREATE TABLE scratch.{to}_met AS
WITH readings AS (
    SELECT account_id, {month} AS month, {reading_meter} AS meter_id, min(usage_point_id) AS usage_point_id,
        sum(usage_kwh)::DECIMAL(18,4) AS kwh, count(*) AS readings
    FROM {readings} r
    WHERE reading_type = 'total' AND usage_kwh IS NOT NULL AND coalesce(reading_source, '') <> 'reversed'
        AND NOT EXISTS (FROM usage_point p WHERE p.usage_point_id = r.usage_point_id AND p.purpose = 'check')
    GROUP BY ALL
), bills AS (
    SELECT account_id, {month} AS month, {bill_meter} AS meter_id, count(*) AS bills,
        sum(usage_kwh - coalesce(loss_kwh, 0) + coalesce(deducted_kwh, 0))::DECIMAL(18,4) AS kwh,
        coalesce(sum(loss_kwh), 0)::DECIMAL(18,4) AS loss_kwh,
        coalesce(sum(deducted_kwh), 0)::DECIMAL(18,4) AS deducted_kwh
    FROM {bills} WHERE usage_kwh IS NOT NULL AND coalesce(bill_kind, '') <> 'credit' GROUP BY ALL
)
SELECT account_id, month, meter_id, usage_point_id, readings, bills, r.kwh AS read_kwh, b.kwh AS billed_kwh,
    loss_kwh, deducted_kwh
FROM readings r FULL JOIN bills b USING (account_id, month, meter_id);

-- What found no other side by its own meter: where it belongs instead. '' is the account's rest.
CREATE TABLE scratch.{to}_rest AS
WITH loose AS (
    FROM scratch.{to}_met WHERE readings IS NULL OR bills IS NULL
), neighbour AS (
    SELECT account_id, month, usage_point_id, min(meter_id) AS billed_meter FROM scratch.{to}_met
    WHERE readings IS NOT NULL AND bills IS NOT NULL AND account_id IN (SELECT account_id FROM loose)
    GROUP BY account_id, month, usage_point_id
)
SELECT account_id, month, coalesce(billed_meter, '') AS meter_id,
    sum(readings) AS readings, sum(bills) AS bills, sum(read_kwh) AS read_kwh, sum(billed_kwh) AS billed_kwh,
    sum(loss_kwh) AS loss_kwh, sum(deducted_kwh) AS deducted_kwh
FROM loose LEFT JOIN neighbour USING (account_id, month, usage_point_id) GROUP BY ALL;

CREATE VIEW scratch.{to} AS
WITH slot AS (
    SELECT m.account_id, m.month, m.meter_id, m.readings + coalesce(r.readings, 0) AS readings, m.bills,
        m.read_kwh + coalesce(r.read_kwh, 0) AS left_value, m.billed_kwh AS right_value,
        m.loss_kwh, m.deducted_kwh
    FROM scratch.{to}_met m LEFT JOIN scratch.{to}_rest r USING (account_id, month, meter_id)
    WHERE m.readings IS NOT NULL AND m.bills IS NOT NULL
    UNION ALL
    SELECT account_id, month, '', readings, bills, read_kwh, billed_kwh, loss_kwh, deducted_kwh
    FROM scratch.{to}_rest WHERE meter_id = ''
)
SELECT *, coalesce(left_value, 0) - coalesce(right_value, 0) AS difference FROM slot;
"""

_PAIR: Final = """
CREATE VIEW scratch.pair AS
SELECT org_id, s.*, difference = 0 AS agrees FROM scratch.now s LEFT JOIN customer_account USING (account_id);

CREATE TABLE scratch.broken AS
SELECT *, account_id || '|' || strftime(month, '%Y-%m')
    || CASE WHEN meter_id = '' THEN '' ELSE '|' || meter_id END AS business_key
FROM scratch.pair WHERE NOT agrees;
"""

# The month before the period counts as one, whichever way the period was cut.
_EARLIER: Final = "(date_trunc('month', (SELECT period_start FROM audit_period)) - INTERVAL 1 MONTH)::DATE"
_BEFORE: Final = """
(SELECT h.* FROM {history} h, audit_period WHERE billing_month < period_start
    AND billing_month >= period_start - INTERVAL 1 MONTH
    AND account_id IN (SELECT account_id FROM scratch.broken))
"""

_PART: Final = """
CREATE TABLE scratch.shifted AS
WITH series AS (
    SELECT account_id, month, meter_id, difference FROM scratch.broken
    UNION ALL
    SELECT account_id, month, meter_id, difference FROM scratch.before WHERE difference <> 0
)
SELECT DISTINCT a.account_id, a.month, a.meter_id FROM series a JOIN series b ON a.account_id = b.account_id
    AND a.meter_id = b.meter_id AND a.difference = -b.difference
    AND abs(date_diff('month', a.month, b.month)) = 1;

CREATE TABLE scratch.factor AS
SELECT account_id, coalesce(meter_id, '') AS meter_id,
    CASE WHEN count(DISTINCT multiplier) = 1 THEN min(multiplier) END AS multiplier
FROM meter_reading WHERE reading_type = 'total' AND account_id IN (SELECT account_id FROM scratch.broken)
GROUP BY GROUPING SETS ((account_id, meter_id), (account_id));

CREATE TABLE scratch.factors AS
SELECT DISTINCT multiplier AS value FROM meter_reading WHERE multiplier > 0
UNION SELECT multiplier FROM meter WHERE multiplier > 0
UNION SELECT ct_ratio FROM meter WHERE ct_ratio > 0
UNION SELECT pt_ratio FROM meter WHERE pt_ratio > 0
UNION SELECT 1;

CREATE VIEW scratch.part AS
WITH judged AS (
    SELECT *, abs(difference) AS size, coalesce(loss_kwh, 0) AS loss, coalesce(deducted_kwh, 0) AS deducted,
        coalesce(param('reading_bill.rounding_kwh'), 0) AS rounding_kwh,
        (SELECT min(f.value) FROM scratch.factors f WHERE f.value <> factor.multiplier AND left_value > 0
            AND abs(right_value * factor.multiplier - left_value * f.value)
                <= factor.multiplier * coalesce(param('reading_bill.rounding_kwh'), 0)) AS billed_multiplier,
        EXISTS (FROM scratch.shifted s WHERE s.account_id = b.account_id AND s.month = b.month
            AND s.meter_id = b.meter_id) AS shifted
    FROM scratch.broken b LEFT JOIN scratch.factor factor USING (account_id, meter_id)
)
SELECT org_id, account_id, business_key,
    CASE
        WHEN shifted THEN 'period_shift'
        WHEN bills IS NULL THEN 'missing_bill'
        WHEN readings IS NULL THEN 'missing_reading'
        WHEN size <= rounding_kwh THEN 'rounding'
        WHEN billed_multiplier IS NOT NULL THEN 'multiplier'
        WHEN size IN (abs(loss), abs(deducted), abs(loss - deducted)) THEN 'loss_or_deduction'
        ELSE 'usage_mismatch'
    END AS cause,
    left_value, right_value, difference,
    to_json({month: strftime(month, '%Y-%m'), meter_id: nullif(meter_id, ''),
        readings: coalesce(readings, 0)::BIGINT, bills: coalesce(bills, 0)::BIGINT,
        multiplier: multiplier, billed_multiplier: billed_multiplier,
        loss_kwh: loss_kwh, deducted_kwh: deducted_kwh})::VARCHAR AS evidence
FROM judged;
"""


def _build(session: Session) -> None:
    run = session.connection.execute
    # Where bills name no meter, all of an account's readings stand against all of its bills.
    by_meter = "meter_id" in session.datasets["bill"].columns
    meters = {"reading_meter": "meter_id", "bill_meter": "coalesce(meter_id, '')"} if by_meter else {
        "reading_meter": "''", "bill_meter": "''"}  # fmt: skip
    month = "date_trunc('month', billing_month)::DATE"
    run(_LAY.format(to="now", readings="meter_reading", bills="bill", month=month, **meters))
    run(_PAIR)
    readings, bills = (_BEFORE.format(history=f"{name}_history") for name in ("meter_reading", "bill"))
    run(_LAY.format(to="before", readings=readings, bills=bills, month=_EARLIER, **meters))
    run(_PART)


READING_BILL: Final = Link(
    "reading_bill", "kWh", {"meter_reading": ("usage_kwh",), "bill": ("usage_kwh",)}, _build
)
