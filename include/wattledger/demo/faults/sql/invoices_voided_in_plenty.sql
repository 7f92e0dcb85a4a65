-- Voided on the day on which they were printed, and issued again under the next free numbers.
CREATE TABLE voided AS
SELECT n.*, last_no, row_number() OVER (PARTITION BY org_id ORDER BY invoice_no) AS turn
FROM invoice AS n JOIN victim USING (org_id)
WHERE draw(invoice_id, 'voided', 100) = 0 OR invoice_no > last_no - 2;

UPDATE invoice SET invoice_status = 'voided', voided_on = printed_on
WHERE invoice_id IN (SELECT invoice_id FROM voided);

INSERT INTO invoice BY NAME
SELECT
    'F' || org_id || '-' || (last_no + turn) AS invoice_id,
    org_id,
    invoice_batch,
    last_no + turn AS invoice_no,
    account_id, payment_id, printed_on, invoice_amount, 'issued' AS invoice_status
FROM voided;
