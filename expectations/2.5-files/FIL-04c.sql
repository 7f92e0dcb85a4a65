-- Judged in the period of the successor's first reading, where the old meter's earlier readings were
-- landed. kWh at stake is an estimate: mean usage per billed month of the old meter, from its last reading
-- to its removal.
WITH removed AS (
    SELECT r.meter_id, r.usage_point_id, r.removed_on, r.account_id
    FROM meter AS r
    CROSS JOIN audit_period AS p
    WHERE r.removed_on <= p.period_end AND r.usage_point_id IS NOT NULL
),

old AS (
    SELECT
        x.meter_id,
        x.usage_point_id,
        x.removed_on,
        max(coalesce(x.account_id, h.account_id)) AS account_id,
        max(h.read_on) AS last_read_on,
        sum(h.usage_kwh) / sum(greatest(coalesce(h.months_count, 1), 1)) AS monthly_kwh
    FROM removed AS x JOIN meter_reading_history AS h ON h.meter_id = x.meter_id AND h.reading_type = 'total'
    GROUP BY x.meter_id, x.usage_point_id, x.removed_on
    HAVING max(h.read_on) < x.removed_on AND NOT coalesce(bool_or(h.reading_source = 'change'), FALSE)
),

next_read AS (
    SELECT
        o.meter_id,
        min(n.billing_month) AS next_billing_month,
        arg_min(n.meter_id, n.billing_month) AS next_meter_id
    FROM old AS o
    JOIN
        meter_reading_history AS n
        ON n.usage_point_id = o.usage_point_id AND n.meter_id <> o.meter_id AND n.read_on >= o.removed_on
    GROUP BY o.meter_id
)

SELECT
    o.*,
    n.next_meter_id,
    n.next_billing_month,
    cast(o.monthly_kwh * 12 * date_diff('day', o.last_read_on, o.removed_on) / 365 AS DECIMAL(18, 4))
        AS estimated_kwh
FROM old AS o
JOIN next_read AS n ON n.meter_id = o.meter_id
CROSS JOIN audit_period AS p
WHERE n.next_billing_month >= p.period_start;
