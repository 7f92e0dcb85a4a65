-- Owed is the receivable less the larger of what it shows as received and the receipts landed for it up to
-- the end of the period.
WITH closed AS (
    SELECT account_id, org_id, account_name, closed_on
    FROM customer_account AS r
    WHERE account_status = 'closed'
),

paid AS (
    SELECT s.receivable_id, sum(s.received_amount) AS received_amount FROM receipt_allocation_history AS s
    SEMI JOIN closed AS c ON c.account_id = s.account_id GROUP BY s.receivable_id
),

owed AS (
    SELECT
        c.account_id, c.org_id, c.account_name, c.closed_on, a.receivable_id, a.receivable_month,
        a.receivable_amount
        - greatest(coalesce(a.received_amount, 0), coalesce(p.received_amount, 0)) AS owed_amount
    FROM closed AS c
    JOIN receivable_history AS a ON a.account_id = c.account_id
    LEFT JOIN paid AS p ON p.receivable_id = a.receivable_id
    WHERE a.settle_status <> 'written_off'
)

SELECT
    account_id,
    org_id,
    account_name,
    closed_on,
    count(*) AS open_receivables,
    min(receivable_month) AS oldest_month,
    sum(owed_amount) AS owed_amount
FROM owed WHERE owed_amount > 0 GROUP BY account_id, org_id, account_name, closed_on;
