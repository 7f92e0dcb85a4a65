SELECT * FROM payment AS r
WHERE
    payment_kind = 'charge'
    AND settle_method IN ('cash', 'pos')
    AND payment_amount >= param('LED-06.receipt_yuan');
