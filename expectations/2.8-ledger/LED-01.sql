WITH marketing AS (
    SELECT
        coalesce(r.org_id, c.org_id) AS org_id,
        left(cast(r.receivable_month AS VARCHAR), 7) AS month,
        sum(r.receivable_amount) AS marketing_amount
    FROM receivable AS r LEFT JOIN customer_account AS c ON c.account_id = r.account_id GROUP BY ALL
),

finance AS (
    SELECT org_id, left(cast(posted_on AS VARCHAR), 7) AS month, sum(debit_amount) AS ledger_amount
    FROM ledger_entry WHERE ledger_item = 'receivable' GROUP BY ALL
)

SELECT
    org_id,
    month,
    coalesce(marketing_amount, 0) AS marketing_amount,
    coalesce(ledger_amount, 0) AS ledger_amount
FROM marketing FULL JOIN finance USING (org_id, month)
WHERE abs(coalesce(marketing_amount, 0) - coalesce(ledger_amount, 0)) > param('LED-01.tolerance_yuan');
