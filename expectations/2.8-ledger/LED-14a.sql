-- Damages are apart (penalty_amount). Judged in the period of the receipt that went over.
WITH paid AS (
    SELECT
        h.receivable_id, sum(h.received_amount) AS received_amount, count(*) AS receipts,
        min(h.received_on) AS first_received_on, max(h.received_on) AS last_received_on
    FROM receipt_allocation_history AS h
    SEMI JOIN receipt_allocation AS r ON r.receivable_id = h.receivable_id
    GROUP BY h.receivable_id
)

SELECT a.receivable_id, a.account_id, a.receivable_month, a.receivable_amount, p.* EXCLUDE (receivable_id)
FROM paid AS p JOIN receivable_history AS a ON a.receivable_id = p.receivable_id
WHERE p.received_amount > greatest(a.receivable_amount, 0) AND p.received_amount > 0;
