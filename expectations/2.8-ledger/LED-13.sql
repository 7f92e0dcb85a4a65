-- What BIL-03b (a bill of the period and its receivables differ) and LED-12b (a receivable of no bill) do
-- not say: receivables of this period for a bill of an earlier one, and the other way round.
WITH claimed AS (
    SELECT
        h.bill_id, sum(h.receivable_amount) AS claimed_amount, count(*) AS receivables,
        left(cast(min(h.receivable_month) AS VARCHAR), 7) AS first_month,
        left(cast(max(h.receivable_month) AS VARCHAR), 7) AS last_month
    FROM receivable_history AS h GROUP BY h.bill_id
)

SELECT r.*, b.bill_amount, c.claimed_amount, c.receivables, c.first_month, c.last_month
FROM bill_receivable_break AS r
JOIN bill_history AS b ON b.bill_id = r.business_key
JOIN claimed AS c ON c.bill_id = r.business_key
ANTI JOIN bill AS n ON n.bill_id = r.business_key AND n.bill_amount <> c.claimed_amount
WHERE r.cause IN ('period_shift', 'missing_bill');
