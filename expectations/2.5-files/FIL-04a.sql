-- A meter taken out on the day on which its successor goes in does not overlap with it.
WITH fitted AS (
    SELECT
        meter_id,
        usage_point_id,
        account_id,
        coalesce(installed_on, DATE '0001-01-01') AS fitted_on,
        coalesce(removed_on, DATE '9999-12-31') AS taken_on
    FROM meter AS r
    WHERE usage_point_id IS NOT NULL AND (meter_status = 'running' OR removed_on IS NOT NULL)
)

SELECT
    a.usage_point_id,
    max(coalesce(a.account_id, u.account_id)) AS account_id,
    min(a.meter_id) AS first_meter_id,
    max(b.meter_id) AS second_meter_id,
    min(greatest(a.fitted_on, b.fitted_on)) AS overlap_from,
    max(least(a.taken_on, b.taken_on)) AS overlap_until
FROM fitted AS a JOIN fitted AS b
    ON
        b.usage_point_id = a.usage_point_id AND a.meter_id < b.meter_id
        AND a.fitted_on < b.taken_on AND b.fitted_on < a.taken_on
CROSS JOIN audit_period AS p LEFT JOIN usage_point AS u ON u.usage_point_id = a.usage_point_id
WHERE greatest(a.fitted_on, b.fitted_on) <= p.period_end AND least(a.taken_on, b.taken_on) > p.period_start
GROUP BY a.usage_point_id;
