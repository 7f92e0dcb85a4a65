-- A receipt without its receivable is LED-12a's, a receivable that was paid more than it is LED-14a's.
SELECT
    r.*, r.left_value AS noted_amount, coalesce(r.right_value, 0) AS received_amount,
    r.evidence ->> '$.receipts' AS receipts
FROM receivable_receipt_break AS r
ANTI JOIN
    receivable AS a
    ON a.receivable_id = r.business_key AND r.right_value > greatest(a.receivable_amount, 0)
WHERE r.cause IN ('missing_receipt', 'amount_mismatch');
