-- A bill of the month before counts as missing only where that month's bills were landed.
SELECT r.*
FROM receivable AS r
ANTI JOIN bill_history AS b ON b.bill_id = r.bill_id
WHERE
    r.receivable_amount <> 0
    AND (
        r.bill_id IS NULL
        OR landed(
            'bill', date_trunc('month', r.receivable_month) - INTERVAL 1 MONTH, r.receivable_month
        )
    );
