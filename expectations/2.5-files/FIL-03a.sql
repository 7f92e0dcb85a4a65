-- A missing voltage ratio counts as 1. kWh at stake: what the period's readings give at the correct ratio,
-- less what was taken as usage.
WITH wrong AS (
    SELECT r.*, cast(r.ct_ratio * coalesce(r.pt_ratio, 1) AS DECIMAL(18, 4)) AS expected_multiplier
    FROM meter AS r
    WHERE r.meter_status = 'running' AND r.multiplier <> r.ct_ratio * coalesce(r.pt_ratio, 1)
),

missing AS (
    SELECT
        w.meter_id, sum((m.reading - m.previous_reading) * w.expected_multiplier - m.usage_kwh) AS missing_kwh
    FROM wrong AS w
    JOIN meter_reading AS m ON m.meter_id = w.meter_id AND m.reading_type = 'total'
    GROUP BY w.meter_id
)

SELECT
    w.* EXCLUDE (account_id),
    coalesce(w.account_id, u.account_id) AS account_id,
    cast(x.missing_kwh AS DECIMAL(18, 4)) AS missing_kwh
FROM wrong AS w
LEFT JOIN missing AS x ON x.meter_id = w.meter_id
LEFT JOIN usage_point AS u ON u.usage_point_id = w.usage_point_id;
