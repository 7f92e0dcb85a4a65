-- The other direction, a receivable without a bill, is LED-12b.
SELECT r.*, coalesce(a.receivable_amount, 0) AS receivable_amount, coalesce(a.receivables, 0) AS receivables
FROM bill AS r LEFT JOIN (
    SELECT bill_id, sum(receivable_amount) AS receivable_amount, count(*) AS receivables
    FROM receivable_history WHERE bill_id IS NOT NULL GROUP BY bill_id
) AS a ON a.bill_id = r.bill_id
WHERE abs(r.bill_amount - coalesce(a.receivable_amount, 0)) > param('BIL-03.tolerance_yuan');
