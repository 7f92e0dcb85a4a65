-- Advances of the dials are compared, so a wrong usage (BIL-02a) or a reading that fell back (MRD-07) is
-- not reported again. Which register is wrong is not known, so nothing is at stake.
WITH register AS (
    SELECT
        r.account_id, r.meter_id, r.billing_month, max(coalesce(r.multiplier, 1)) AS multiplier,
        sum(r.reading - r.previous_reading) FILTER (r.reading_type = 'total') AS total_advance,
        sum(r.reading - r.previous_reading) FILTER (r.reading_type <> 'total') AS tou_advance,
        count(*) FILTER (r.reading_type <> 'total') AS tou_registers
    FROM meter_reading AS r SEMI JOIN (
        SELECT meter_id
        FROM meter_reading
        WHERE reading_type IN ('sharp', 'peak', 'flat', 'valley', 'deep_valley')
    ) AS t ON t.meter_id = r.meter_id
    WHERE
        r.reading_type IN ('total', 'sharp', 'peak', 'flat', 'valley', 'deep_valley')
        AND r.reading_source <> 'reversed' AND r.reading_status <> 'unread'
    GROUP BY r.account_id, r.meter_id, r.billing_month
    HAVING bool_and(r.reading >= r.previous_reading)
)

SELECT * FROM register
WHERE tou_registers > 0 AND abs(total_advance - tou_advance) > tou_registers * param('MRD-09.dial_unit');
