-- A second receipt of each victim, set against the same receivable and posted like the first.
CREATE TABLE paid_again AS
SELECT r.*, v.org_id, 'RC-' || v.org_id || '-' || strftime(r.received_on, '%Y%m%d') AS source_ref
FROM receipt_allocation AS r JOIN victim AS v USING (account_id);

INSERT INTO receipt_allocation BY NAME
SELECT * EXCLUDE (org_id, source_ref) REPLACE (receipt_id || 'X' AS receipt_id, 0 AS penalty_amount)
FROM paid_again;

UPDATE ledger_entry SET
    debit_amount = debit_amount + if(debit_amount > 0, more, 0),
    credit_amount = credit_amount + if(credit_amount > 0, more, 0)
FROM (SELECT source_ref, sum(received_amount) AS more FROM paid_again GROUP BY source_ref) AS again
WHERE again.source_ref = ledger_entry.source_ref AND ledger_item <> 'late_payment';
