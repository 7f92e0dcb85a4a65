-- The catalogue also names the rate by clerk: the bulletin's totals by cashier show it. A reversal whose
-- original lies outside the landed history is not judged.
SELECT
    r.*,
    o.charged_at AS original_charged_at,
    o.cashier_staff_id AS original_cashier_staff_id,
    abs(r.payment_amount) AS reversed_amount,
    date_diff('day', cast(o.charged_at AS DATE), cast(r.charged_at AS DATE)) AS days_after
FROM payment AS r JOIN payment_history AS o ON o.payment_id = r.reversed_payment_id
WHERE
    r.payment_kind = 'reversal'
    AND o.settle_method = 'cash'
    AND cast(r.charged_at AS DATE) <> cast(o.charged_at AS DATE);
