-- Step 9, last part: lines and bills as they should have been.

INSERT INTO "{prefix}expected_line"
SELECT
    b.bill_id,
    r.tariff_code,
    r.component,
    r.tou,
    r.tier,
    r.from_on,
    r.to_on,
    l.quantity,
    r.price,
    l.amount,
    r.rate_no
FROM scratch_line AS l
JOIN scratch_price AS r ON r.r = l.r
JOIN scratch_bill AS b ON b.rowid = l.b
ANTI JOIN scratch_fault AS f ON f.b = l.b
UNION ALL
SELECT b.bill_id, u.code, a.component, NULL, NULL, NULL, NULL, a.quantity, a.price, a.amount, a.rate_no
FROM scratch_added AS a
JOIN scratch_bill AS b ON b.rowid = a.b
LEFT JOIN scratch_use AS u ON u.k = a.k
ANTI JOIN scratch_fault AS f ON f.b = a.b;

INSERT INTO "{prefix}expected_bill"
-- Codes after the ninth are this engine's own: the other is not given such bills, or stops with an error.
WITH total AS (
    SELECT b, sum(amount)::DECIMAL(18, 2) AS amount FROM (
        SELECT b, amount FROM scratch_line
        UNION ALL
        SELECT b, amount FROM scratch_added
    ) GROUP BY b
),

tier AS (
    SELECT
        b, sum(t1)::DECIMAL(18, 4) AS t1, sum(t2)::DECIMAL(18, 4) AS t2, sum(t3)::DECIMAL(18, 4) AS t3,
        sum(t4)::DECIMAL(18, 4) AS t4, sum(t5)::DECIMAL(18, 4) AS t5
    FROM scratch_part SEMI JOIN scratch_multi USING (b) WHERE t1 IS NOT NULL GROUP BY b
    UNION ALL
    SELECT b, t1, t2, t3, t4, t5 FROM scratch_part ANTI JOIN scratch_multi USING (b) WHERE t1 IS NOT NULL
),

fault AS (
    SELECT b, min(rank) AS rank FROM scratch_fault GROUP BY b
)

SELECT
    b.bill_id,
    'rated',
    NULL,
    coalesce(w.energy, 0),
    coalesce(w.loss, 0),
    coalesce(w.deducted, 0),
    coalesce(w.usage, 0),
    t.t1, t.t2, t.t3, t.t4, t.t5, coalesce(w.kvarh, 0), p.factor,
    p.percent, c.quantity, coalesce(s.amount, 0)
FROM scratch_bill AS b LEFT JOIN scratch_whole AS w ON w.b = b.rowid LEFT JOIN tier AS t ON t.b = b.rowid
LEFT JOIN scratch_factor AS p ON p.b = b.rowid
LEFT JOIN scratch_charge AS c ON c.b = b.rowid
LEFT JOIN total AS s ON s.b = b.rowid
ANTI JOIN fault AS f ON f.b = b.rowid
UNION ALL
SELECT
    b.bill_id, 'not_rated', [
        'unknown_tariff', 'no_tou_registers', 'negative_energy', 'no_tiers', 'no_rate',
        'no_capacity', 'capacity_overlap', 'no_reactive', 'no_power_factor_table',
        'out_of_range', 'no_reading', 'wrong_parent', 'no_parameter'
    ][f.rank
    ],
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM fault AS f JOIN scratch_bill AS b ON b.rowid = f.b;
