SELECT r.*
FROM receivable AS r
ANTI JOIN bill_history AS b ON b.bill_id = r.bill_id
WHERE r.receivable_amount <> 0;
