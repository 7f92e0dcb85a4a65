-- Only receivables of the period whose late_from_on has come count: what may still be paid in time is no
-- arrears.
WITH fallen_due AS (
    SELECT
        coalesce(r.org_id, c.org_id) AS org_id, left(cast(r.receivable_month AS VARCHAR), 7) AS month,
        sum(r.receivable_amount) AS due_amount, sum(coalesce(r.received_amount, 0)) AS received_amount,
        count(*) FILTER (coalesce(r.received_amount, 0) < r.receivable_amount) AS unpaid_receivables
    FROM receivable AS r
    CROSS JOIN audit_period AS p
    LEFT JOIN customer_account AS c ON c.account_id = r.account_id
    WHERE r.late_from_on <= p.period_end AND r.settle_status <> 'written_off'
    GROUP BY coalesce(r.org_id, c.org_id), left(cast(r.receivable_month AS VARCHAR), 7)
)

SELECT *, cast(received_amount * 100 / due_amount AS DECIMAL(7, 3)) AS collected_percent
FROM fallen_due WHERE received_amount < due_amount * param('BIL-08.collection_rate');
