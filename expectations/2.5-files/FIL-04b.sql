-- kWh at stake is an estimate: the mean usage per billed month of the old meter in the landed history, for
-- the days of the gap.
WITH successor AS (
    SELECT r.meter_id, r.usage_point_id, coalesce(r.account_id, u.account_id) AS account_id, r.installed_on
    FROM meter AS r
    CROSS JOIN audit_period AS p
    LEFT JOIN usage_point AS u ON u.usage_point_id = r.usage_point_id
    WHERE r.installed_on BETWEEN p.period_start AND p.period_end
),

gap AS (
    SELECT
        s.usage_point_id,
        s.account_id,
        s.meter_id,
        s.installed_on,
        max(o.removed_on) AS old_removed_on,
        arg_max(o.meter_id, o.removed_on) AS old_meter_id
    FROM successor AS s
    JOIN
        meter AS o
        ON o.usage_point_id = s.usage_point_id AND o.meter_id <> s.meter_id AND o.removed_on <= s.installed_on
    GROUP BY s.usage_point_id, s.account_id, s.meter_id, s.installed_on
    HAVING date_diff('day', max(o.removed_on), s.installed_on) > param('FIL-04.gap_days')
),

mean AS (
    SELECT h.meter_id, sum(h.usage_kwh) / sum(greatest(coalesce(h.months_count, 1), 1)) AS monthly_kwh
    FROM meter_reading_history AS h
    SEMI JOIN gap AS g ON g.old_meter_id = h.meter_id
    WHERE h.reading_type = 'total'
    GROUP BY h.meter_id
)

SELECT
    g.*,
    date_diff('day', g.old_removed_on, g.installed_on) AS gap_days,
    cast(m.monthly_kwh * 12 * date_diff('day', g.old_removed_on, g.installed_on) / 365 AS DECIMAL(18, 4))
        AS estimated_kwh
FROM gap AS g LEFT JOIN mean AS m ON m.meter_id = g.old_meter_id;
