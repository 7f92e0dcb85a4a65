-- Second half of BIL-02, by account and month over all its settlement meters; the total register counts, or
-- the time-of-use registers of a meter that has no total. Accounts with fixed or ratio-billed points are
-- left out. A reading whose usage is not its dials' is BIL-02a's, and a bill made a second time BIL-12's:
-- what either of them explains is no finding here.
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
    SELECT
        m.account_id, m.billing_month, m.commodity, m.usage_kwh,
        CASE
            WHEN m.reading >= m.previous_reading AND m.multiplier > 0 AND m.reading_status <> 'unread'
                THEN (m.reading - m.previous_reading) * m.multiplier
            ELSE m.usage_kwh
        END AS dial_kwh
    FROM meter_reading AS m
    ANTI JOIN check_point AS k ON k.usage_point_id = m.usage_point_id
    WHERE m.reading_type = 'total' AND m.reading_source <> 'reversed'
    UNION ALL
    SELECT
        m.account_id, m.billing_month, m.commodity, m.usage_kwh,
        CASE
            WHEN m.reading >= m.previous_reading AND m.multiplier > 0 AND m.reading_status <> 'unread'
                THEN (m.reading - m.previous_reading) * m.multiplier
            ELSE m.usage_kwh
        END AS dial_kwh
    FROM meter_reading AS m
    ANTI JOIN check_point AS k ON k.usage_point_id = m.usage_point_id
    ANTI JOIN with_total AS w ON w.meter_id = m.meter_id
    WHERE
        m.reading_type IN ('sharp', 'peak', 'flat', 'valley', 'deep_valley')
        AND m.reading_source <> 'reversed'
),

flow AS (
    SELECT
        r.account_id, date_trunc('month', r.billing_month) AS month, r.commodity,
        r.usage_kwh AS billed_kwh, r.loss_kwh, r.deducted_kwh, NULL AS read_kwh,
        NULL AS dial_kwh, CASE WHEN t.bill_id IS NOT NULL THEN r.usage_kwh END AS repeated_kwh
    FROM bill AS r LEFT JOIN bill_repeat AS t ON t.bill_id = r.bill_id
    WHERE r.bill_kind <> 'credit'
    UNION ALL
    SELECT
        account_id, date_trunc('month', billing_month), commodity, NULL, NULL, NULL, usage_kwh,
        dial_kwh, NULL
    FROM counted
),

compared AS (
    SELECT
        account_id, month, commodity, sum(billed_kwh) AS billed_kwh, coalesce(sum(loss_kwh), 0) AS loss_kwh,
        coalesce(sum(deducted_kwh), 0) AS deducted_kwh, sum(read_kwh) AS read_kwh, sum(dial_kwh) AS dial_kwh,
        coalesce(sum(repeated_kwh), 0) AS repeated_kwh, count(billed_kwh) AS bills
    FROM flow GROUP BY account_id, month, commodity
)

SELECT
    c.*, left(cast(c.month AS VARCHAR), 7) AS billing_month,
    cast(c.read_kwh + c.loss_kwh - c.deducted_kwh AS DECIMAL(18, 4)) AS expected_kwh,
    cast(c.read_kwh + c.loss_kwh - c.deducted_kwh - c.billed_kwh AS DECIMAL(18, 4)) AS missing_kwh
FROM compared AS c
ANTI JOIN usage_point AS f ON f.account_id = c.account_id AND f.usage_calculation <> 'metered'
WHERE
    abs(c.billed_kwh - (c.read_kwh + c.loss_kwh - c.deducted_kwh)) > param('BIL-02.tolerance_kwh')
    AND coalesce(
        abs(c.billed_kwh - (c.dial_kwh + c.loss_kwh - c.deducted_kwh)) > param('BIL-02.tolerance_kwh'), TRUE
    )
    AND abs(c.billed_kwh - c.repeated_kwh - (c.read_kwh + c.loss_kwh - c.deducted_kwh))
    > param('BIL-02.tolerance_kwh');
