-- Usage is compared per billed month. Readings that fall back (MRD-07), estimates and readings over more
-- months than the stated maximum are left out, as are meters with fewer earlier readings than the stated
-- minimum. The usage may be
-- right, so nothing is at stake before somebody looked.
WITH now AS (
    SELECT DISTINCT account_id FROM meter_reading AS r
),

cycle AS (
    SELECT
        h.reading_id,
        h.account_id,
        h.meter_id,
        h.billing_month,
        h.reading_status,
        h.previous_reading,
        h.reading,
        h.usage_kwh, greatest(coalesce(h.months_count, 1), 1) AS months
    FROM meter_reading_history AS h SEMI JOIN now AS n ON n.account_id = h.account_id
    WHERE
        h.reading_type = 'total' AND h.usage_kwh >= 0 AND h.commodity = 'electricity'
        AND coalesce(h.reading >= h.previous_reading, TRUE) AND h.reading_status <> 'unread'
        AND h.reading_source = 'normal' AND coalesce(h.months_count, 1) <= param('MRD-08.max_months')
),

compared AS (
    SELECT
        *,
        sum(usage_kwh) OVER w AS earlier_kwh,
        sum(months) OVER w AS earlier_months,
        count(*) OVER w AS earlier_readings
    FROM cycle
    WINDOW w AS (
        PARTITION BY account_id, meter_id ORDER BY billing_month, previous_reading, reading, reading_id
        ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING
    )
),

expected AS (
    SELECT *, cast(earlier_kwh * months / earlier_months AS DECIMAL(18, 4)) AS expected_kwh
    FROM
        compared WHERE earlier_readings >= param('MRD-08.min_readings')
    AND reading_status = 'read' AND billing_month >= (SELECT min(billing_month) FROM meter_reading)
)

SELECT * FROM expected
WHERE
    abs(usage_kwh - expected_kwh) > param('MRD-08.change_kwh')
    AND abs(usage_kwh - expected_kwh) > param('MRD-08.change_share') * expected_kwh;
