-- What was posted a few days late is LED-15a's: each month has its money, as far as the days show it.
WITH marketing AS (
    SELECT
        c.org_id, left(cast(r.received_on AS VARCHAR), 7) AS month, sum(r.received_amount) AS marketing_amount
    FROM receipt_allocation AS r LEFT JOIN customer_account AS c ON c.account_id = r.account_id GROUP BY ALL
),

finance AS (
    SELECT org_id, left(cast(posted_on AS VARCHAR), 7) AS month, sum(credit_amount) AS ledger_amount
    FROM ledger_entry WHERE ledger_item = 'receipt' GROUP BY ALL
),

late AS (
    SELECT b.org_id, left(right(b.business_key, 10), 7) AS month, sum(b.difference) AS late_amount
    FROM receipt_ledger_break AS b WHERE b.cause = 'posted_late' GROUP BY ALL
),

compared AS (
    SELECT
        org_id, month, coalesce(marketing_amount, 0) AS marketing_amount,
        coalesce(ledger_amount, 0) AS ledger_amount
    FROM marketing FULL JOIN finance USING (org_id, month)
)

SELECT
    c.*, coalesce(l.late_amount, 0) AS late_amount,
    c.marketing_amount - c.ledger_amount - coalesce(l.late_amount, 0) AS missing_amount
FROM compared AS c LEFT JOIN late AS l ON l.org_id = c.org_id AND l.month = c.month
WHERE
    abs(c.marketing_amount - c.ledger_amount - coalesce(l.late_amount, 0)) > param('LED-02.tolerance_yuan');
