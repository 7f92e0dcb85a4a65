-- One finding per run of zero readings. The required share of checked meters is by unit and customer class;
-- where it is reached, the meters left over are no breach. Only readings actually taken count: estimated
-- and unread cycles are left out.
WITH often_zero AS (
    SELECT account_id, meter_id FROM meter_reading_history
    WHERE reading_type = 'total' AND reading = previous_reading AND commodity = 'electricity'
    GROUP BY account_id, meter_id
    HAVING
        count(*) >= param('MRD-05.zero_readings')
        AND max(billing_month) >= (SELECT min(billing_month) FROM meter_reading)
),

cycle AS (
    SELECT
        h.account_id, h.meter_id, h.billing_month, h.reading, h.field_checked_on, h.reading_route_id,
        coalesce(h.reading = h.previous_reading, FALSE) AS is_zero,
        count(*) FILTER (h.reading IS DISTINCT FROM h.previous_reading) OVER (
            PARTITION BY h.account_id, h.meter_id
            ORDER BY h.billing_month, h.previous_reading, h.reading, h.reading_id
            ROWS UNBOUNDED PRECEDING
        ) AS run_no
    FROM meter_reading_history AS h
    SEMI JOIN often_zero AS z ON z.account_id = h.account_id AND z.meter_id = h.meter_id
    WHERE
        h.reading_type = 'total' AND h.reading IS NOT NULL AND h.commodity = 'electricity'
        AND h.reading_status = 'read' AND h.reading_source <> 'reversed'
),

zero_run AS (
    SELECT
        account_id, meter_id, min(billing_month) AS zero_since, max(billing_month) AS zero_until,
        count(*) AS zero_readings, max(reading) AS reading, max(field_checked_on) AS field_checked_on
    FROM cycle WHERE is_zero GROUP BY account_id, meter_id, run_no
    HAVING
        count(*) >= param('MRD-05.zero_readings')
        AND max(billing_month) >= (SELECT min(billing_month) FROM meter_reading)
),

judged AS (
    SELECT
        z.*, c.account_class, c.org_id,
        count(*) OVER (PARTITION BY c.org_id, c.account_class) AS zero_meters_of_unit,
        count(z.field_checked_on) OVER (PARTITION BY c.org_id, c.account_class) AS checked_meters_of_unit
    FROM zero_run AS z LEFT JOIN customer_account AS c ON c.account_id = z.account_id
)

SELECT * FROM judged AS j
WHERE j.field_checked_on IS NULL AND j.checked_meters_of_unit < j.zero_meters_of_unit * CASE j.account_class
    WHEN 'hv' THEN param('MRD-05.check_rate_hv') WHEN
        'lv_nonresidential'
        THEN param('MRD-05.check_rate_lv_nonresidential')
    ELSE param('MRD-05.check_rate_lv_residential')
END;
