-- A receivable that cannot be found counts as missing only where the landed receivables reach back the
-- stated months before the receipt; before that it may just not have been landed.
WITH reach AS (SELECT min(receivable_month) AS first_month FROM receivable_history)

SELECT r.*
FROM receipt_allocation AS r
CROSS JOIN reach AS f
ANTI JOIN receivable_history AS a ON a.receivable_id = r.receivable_id
WHERE
    r.receivable_id IS NULL
    OR date_trunc('month', f.first_month) + INTERVAL 1 MONTH * cast(param('LED-12.history_months') AS INTEGER)
    <= date_trunc('month', r.received_on);
