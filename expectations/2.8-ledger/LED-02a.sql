-- One leg of the three-way check LED-02; cash is LED-04, the books are LED-02b and LED-02c. A deposit is
-- judged where the payments of the days before it were landed.
WITH held AS (
    SELECT
        p.deposit_id, count(*) AS payments,
        sum(
            CASE
                WHEN p.payment_kind IN ('refund', 'reversal') THEN -abs(p.payment_amount) ELSE
                    p.payment_amount
            END
        ) AS collected_amount
    FROM payment_history AS p WHERE p.deposit_id IS NOT NULL GROUP BY p.deposit_id
)

SELECT r.*, coalesce(h.collected_amount, 0) AS collected_amount, coalesce(h.payments, 0) AS payments
FROM bank_deposit AS r LEFT JOIN held AS h ON h.deposit_id = r.deposit_id
WHERE
    r.deposit_kind <> 'cash' AND r.deposit_status <> 'bounced'
    AND landed('payment', r.deposited_on - cast(param('LED-03.days_other') AS INTEGER), r.deposited_on)
    AND abs(r.deposit_amount - coalesce(h.collected_amount, 0)) > param('LED-02.tolerance_yuan');
