-- A receivable that cannot be found counts as missing only where the receivables of the stated months before
-- the receipt were landed; else it may just not have been.
SELECT r.*
FROM receipt_allocation AS r
ANTI JOIN receivable_history AS a ON a.receivable_id = r.receivable_id
WHERE
    r.receivable_id IS NULL
    OR landed(
        'receivable',
        date_trunc('month', r.received_on)
        - INTERVAL 1 MONTH * cast(param('LED-12.history_months') AS INTEGER),
        r.received_on
    );
