-- Covers late-payment damages. Damages for default use and theft, assessed and receivable, need the theft
-- cases, which are no data set yet.
WITH marketing AS (
    SELECT
        c.org_id,
        left(cast(r.received_on AS VARCHAR), 7) AS month,
        sum(coalesce(r.penalty_amount, 0)) AS marketing_amount
    FROM receipt_allocation AS r LEFT JOIN customer_account AS c ON c.account_id = r.account_id GROUP BY ALL
),

finance AS (
    SELECT org_id, left(cast(posted_on AS VARCHAR), 7) AS month, sum(credit_amount) AS ledger_amount
    FROM ledger_entry WHERE ledger_item = 'late_payment' GROUP BY ALL
)

SELECT
    org_id,
    month,
    coalesce(marketing_amount, 0) AS marketing_amount,
    coalesce(ledger_amount, 0) AS ledger_amount
FROM marketing FULL JOIN finance USING (org_id, month)
WHERE abs(coalesce(marketing_amount, 0) - coalesce(ledger_amount, 0)) > param('LED-09.tolerance_yuan');
