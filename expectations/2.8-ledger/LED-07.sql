SELECT *, abs(payment_amount) AS returned_amount FROM payment AS r
WHERE payment_kind IN ('reversal', 'refund') AND abs(payment_amount) >= param('LED-07.adjustment_yuan');
