-- Originals outside the landed history cannot be judged and are left out. A reversal that names no original
-- is a finding under its own number.
WITH changed AS (
    SELECT DISTINCT reissue_of AS bill_id
    FROM bill AS r
    WHERE bill_kind IN ('reversal', 'reissue') AND reissue_of IS NOT NULL
),

netted AS (
    SELECT
        o.bill_id AS original_bill_id,
        o.account_id,
        o.billing_month,
        o.bill_amount AS original_amount,
        coalesce(o.usage_kwh, 0) AS original_kwh,
        coalesce(sum(h.bill_amount) FILTER (h.bill_kind = 'reversal'), 0) AS reversed_amount,
        coalesce(sum(h.usage_kwh) FILTER (h.bill_kind = 'reversal'), 0) AS reversed_kwh,
        sum(h.bill_amount) FILTER (h.bill_kind = 'reissue') AS reissued_amount
    FROM changed AS c
    JOIN bill_history AS o ON o.bill_id = c.bill_id
    JOIN bill_history AS h ON h.reissue_of = c.bill_id
    GROUP BY o.bill_id, o.account_id, o.billing_month, o.bill_amount, o.usage_kwh
    UNION ALL
    SELECT bill_id, account_id, billing_month, 0, 0, bill_amount, coalesce(usage_kwh, 0), NULL
    FROM bill AS r WHERE bill_kind = 'reversal' AND reissue_of IS NULL
)

SELECT * FROM netted
WHERE
    abs(original_amount + reversed_amount) > param('BIL-07.tolerance_yuan')
    OR original_kwh + reversed_kwh <> 0;
