-- First half of BIL-02. Readings that fall back belong to MRD-07, readings without a positive multiplier to
-- FIL-03b. Where the account was billed by the dials all the same, its usage is wrong and no kWh are at
-- stake.
WITH billed AS (
    SELECT
        b.account_id, date_trunc('month', b.billing_month) AS month, b.commodity,
        sum(b.usage_kwh - coalesce(b.loss_kwh, 0) + coalesce(b.deducted_kwh, 0)) AS billed_kwh
    FROM bill AS b WHERE b.bill_kind <> 'credit'
    GROUP BY b.account_id, date_trunc('month', b.billing_month), b.commodity
),

wrong AS (
    SELECT r.*, cast((r.reading - r.previous_reading) * r.multiplier AS DECIMAL(18, 4)) AS expected_kwh
    FROM meter_reading AS r
    WHERE
        r.reading >= r.previous_reading AND r.multiplier > 0
        AND r.reading_type IN ('total', 'sharp', 'peak', 'flat', 'valley', 'deep_valley')
        AND r.reading_status <> 'unread' AND r.reading_source <> 'reversed'
        AND abs(r.usage_kwh - (r.reading - r.previous_reading) * r.multiplier)
        > param('BIL-02.tolerance_kwh')
),

dial AS (
    SELECT
        m.account_id, date_trunc('month', m.billing_month) AS month, m.commodity,
        sum(CASE
            WHEN m.reading >= m.previous_reading AND m.multiplier > 0
                THEN (m.reading - m.previous_reading) * m.multiplier
            ELSE m.usage_kwh
        END) AS dial_kwh
    FROM meter_reading AS m
    SEMI JOIN wrong AS w ON w.account_id = m.account_id
    ANTI JOIN usage_point AS k ON k.usage_point_id = m.usage_point_id AND k.purpose = 'check'
    WHERE m.reading_type = 'total' AND m.reading_status <> 'unread' AND m.reading_source <> 'reversed'
    GROUP BY m.account_id, date_trunc('month', m.billing_month), m.commodity
)

SELECT
    w.*, b.billed_kwh,
    CASE
        WHEN coalesce(abs(b.billed_kwh - d.dial_kwh) > param('BIL-02.tolerance_kwh'), TRUE)
            THEN w.expected_kwh - w.usage_kwh
    END AS missing_kwh
FROM wrong AS w
LEFT JOIN billed AS b
    ON
        b.account_id = w.account_id AND b.month = date_trunc('month', w.billing_month)
        AND b.commodity = w.commodity
LEFT JOIN dial AS d ON d.account_id = b.account_id AND d.month = b.month AND d.commodity = b.commodity;
