-- Cash that was not deposited at all is LED-03. Cash paid out of the till shows here as a shortfall. A
-- deposit is judged where the payments of the days before it were landed.
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

SELECT
    coalesce(r.cashier_staff_id, r.org_id) AS cashier,
    r.deposited_on,
    max(r.org_id) AS org_id,
    count(*) AS deposits,
    min(r.deposit_id) AS deposit_id,
    sum(r.deposit_amount) AS deposited_amount,
    sum(coalesce(h.collected_amount, 0)) AS collected_amount,
    sum(coalesce(h.payments, 0)) AS payments
FROM bank_deposit AS r LEFT JOIN held AS h ON h.deposit_id = r.deposit_id
WHERE
    r.deposit_kind = 'cash' AND r.deposit_status <> 'bounced'
    AND landed('payment', r.deposited_on - cast(param('LED-03.days_other') AS INTEGER), r.deposited_on)
GROUP BY coalesce(r.cashier_staff_id, r.org_id), r.deposited_on
HAVING abs(sum(r.deposit_amount) - sum(coalesce(h.collected_amount, 0))) > param('LED-04.tolerance_yuan');
