-- Whether the bill is reversed or the account opened again is not known, so no yuan are at stake; kWh are
-- what was read and not billed. Debt of closed accounts is FIL-05b.
WITH closed AS (
    SELECT account_id, org_id, closed_on, coalesce(closed_on, DATE '0001-01-01') AS closed_from
    FROM customer_account AS r
    WHERE account_status = 'closed'
),

used AS (
    SELECT
        c.account_id, c.org_id, c.closed_on, left(cast(m.billing_month AS VARCHAR), 7) AS month,
        sum(CASE WHEN m.reading_type = 'total' THEN m.usage_kwh END) AS read_kwh,
        NULL AS billed_kwh,
        NULL AS billed_amount,
        count(*) AS readings,
        0 AS bills
    FROM closed AS c
    JOIN
        meter_reading AS m
        ON
            m.account_id = c.account_id
            AND date_trunc('month', m.billing_month) > date_trunc('month', c.closed_from)
    WHERE m.reading_status <> 'unread' GROUP BY ALL
    UNION ALL
    SELECT
        c.account_id,
        c.org_id,
        c.closed_on,
        left(cast(b.billing_month AS VARCHAR), 7),
        NULL,
        sum(b.usage_kwh),
        sum(b.bill_amount),
        0,
        count(*)
    FROM closed AS c
    JOIN
        bill AS b
        ON
            b.account_id = c.account_id
            AND date_trunc('month', b.billing_month) > date_trunc('month', c.closed_from)
    WHERE b.bill_kind IN ('normal', 'reissue') GROUP BY ALL
)

SELECT
    account_id,
    org_id,
    closed_on,
    month,
    sum(readings) AS readings,
    sum(read_kwh) AS read_kwh,
    sum(bills) AS bills,
    sum(billed_kwh) AS billed_kwh, sum(billed_amount) AS billed_amount
FROM used GROUP BY account_id, org_id, closed_on, month;
