-- Second half of BIL-02, by account and month over all its settlement meters; the total register counts, or
-- the time-of-use registers of a meter that has no total. Accounts with fixed or ratio-billed points are
-- left out.
WITH check_point AS (
    SELECT usage_point_id FROM usage_point WHERE purpose = 'check'
),

with_total AS (
    SELECT DISTINCT
        m.meter_id FROM meter_reading AS m WHERE m.reading_type = 'total'
    AND EXISTS (
        SELECT 1
        FROM meter_reading AS t
        WHERE t.reading_type IN ('sharp', 'peak', 'flat', 'valley', 'deep_valley')
    )
),

counted AS (
    SELECT m.account_id, m.billing_month, m.commodity, m.usage_kwh FROM meter_reading AS m
    ANTI JOIN check_point AS k ON k.usage_point_id = m.usage_point_id
    WHERE m.reading_type = 'total' AND m.reading_source <> 'reversed'
    UNION ALL
    SELECT m.account_id, m.billing_month, m.commodity, m.usage_kwh FROM meter_reading AS m
    ANTI JOIN check_point AS k ON k.usage_point_id = m.usage_point_id
    ANTI JOIN with_total AS w ON w.meter_id = m.meter_id
    WHERE
        m.reading_type IN ('sharp', 'peak', 'flat', 'valley', 'deep_valley')
        AND m.reading_source <> 'reversed'
),

flow AS (
    SELECT
        r.account_id, date_trunc('month', r.billing_month) AS month, r.commodity,
        r.usage_kwh AS billed_kwh, r.loss_kwh, r.deducted_kwh, NULL AS read_kwh
    FROM bill AS r WHERE r.bill_kind <> 'credit'
    UNION ALL
    SELECT account_id, date_trunc('month', billing_month), commodity, NULL, NULL, NULL, usage_kwh FROM counted
),

compared AS (
    SELECT
        account_id, month, commodity, sum(billed_kwh) AS billed_kwh, coalesce(sum(loss_kwh), 0) AS loss_kwh,
        coalesce(sum(deducted_kwh), 0) AS deducted_kwh, sum(read_kwh) AS read_kwh, count(billed_kwh) AS bills
    FROM flow GROUP BY account_id, month, commodity
)

SELECT
    c.*, left(cast(c.month AS VARCHAR), 7) AS billing_month,
    cast(c.read_kwh + c.loss_kwh - c.deducted_kwh AS DECIMAL(18, 4)) AS expected_kwh,
    cast(c.read_kwh + c.loss_kwh - c.deducted_kwh - c.billed_kwh AS DECIMAL(18, 4)) AS missing_kwh
FROM compared AS c
ANTI JOIN usage_point AS f ON f.account_id = c.account_id AND f.usage_calculation <> 'metered'
WHERE abs(c.billed_kwh - (c.read_kwh + c.loss_kwh - c.deducted_kwh)) > param('BIL-02.tolerance_kwh');
