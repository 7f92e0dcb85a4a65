-- A payment that was reversed, or invoiced anew, explains the void.
SELECT r.*, p.charged_at, p.payment_amount, p.cashier_staff_id
FROM invoice AS r JOIN payment_history AS p ON p.payment_id = r.payment_id
ANTI JOIN payment_history AS v ON v.reversed_payment_id = r.payment_id
ANTI JOIN invoice_history AS n ON n.payment_id = r.payment_id AND n.invoice_status = 'issued'
WHERE
    r.invoice_status = 'voided' AND p.payment_kind = 'charge'
    AND coalesce(r.voided_on >= cast(p.charged_at AS DATE), TRUE);
