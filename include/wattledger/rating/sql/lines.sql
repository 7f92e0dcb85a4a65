-- Step 6: the charge lines; one for each price that a bill's quantity is not 0 at.

CREATE OR REPLACE TEMP TABLE scratch_line AS
WITH priced AS (
    SELECT p.b, r.r, r.price, r.credit, r.a, r.b AS z, r.n,
        CASE r.per
            WHEN 'kwh' THEN CASE
                WHEN r.t = 0 AND r.tier IS NULL THEN p.u
                WHEN r.t = 0 THEN nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5)
                WHEN r.tier IS NULL THEN nth(r.t, p.q1, p.q2, p.q3, p.q4, p.q5)
                WHEN p.u = 0 THEN 0
                WHEN r.t <> u.balance THEN share_of(nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5), nth(r.t, p.q1, p.q2, p.q3, p.q4, p.q5), p.u)
                ELSE nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5)
                    - CASE WHEN u.s1 AND u.balance <> 1 THEN share_of(nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5), p.q1, p.u) ELSE 0 END
                    - CASE WHEN u.s2 AND u.balance <> 2 THEN share_of(nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5), p.q2, p.u) ELSE 0 END
                    - CASE WHEN u.s3 AND u.balance <> 3 THEN share_of(nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5), p.q3, p.u) ELSE 0 END
                    - CASE WHEN u.s4 AND u.balance <> 4 THEN share_of(nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5), p.q4, p.u) ELSE 0 END
                    - CASE WHEN u.s5 AND u.balance <> 5 THEN share_of(nth(r.tier, p.t1, p.t2, p.t3, p.t4, p.t5), p.q5, p.u) ELSE 0 END
                END
            WHEN 'feed_in_kwh' THEN p.feed_in
            ELSE CASE WHEN w.main_k = p.k THEN CASE r.per WHEN 'month' THEN p.months_count WHEN 'day' THEN p.period_days ELSE 1 END
                ELSE 0 END
        END::DECIMAL(18, 4) AS whole
    FROM scratch_part AS p JOIN scratch_price AS r ON r.k = p.k JOIN scratch_use AS u ON u.k = p.k JOIN scratch_whole AS w ON w.b = p.b
    WHERE r.per IN ('kwh', 'feed_in_kwh', 'bill', 'month', 'day') AND r.price <> 0
), cut AS (
    SELECT b, r, price, credit, CASE WHEN n IS NULL THEN whole
        ELSE from4(half_up(units4(whole) * z, n::HUGEINT)) - from4(half_up(units4(whole) * (a - 1), n::HUGEINT))
        END::DECIMAL(18, 4) AS quantity
    FROM priced WHERE whole <> 0
)
SELECT b, r, quantity, (round(quantity::DECIMAL(20, 4) * price, 2) * CASE WHEN credit THEN -1 ELSE 1 END)::DECIMAL(18, 2) AS amount
FROM cut WHERE quantity <> 0;

-- Lines that are no quantity times a price of the catalogue: later steps add to them.
CREATE OR REPLACE TEMP TABLE scratch_added AS
SELECT b.rowid::INTEGER AS b, w.main_k AS k, x.component, NULL::DECIMAL(18, 4) AS quantity, NULL::DECIMAL(18, 8) AS price, x.amount, NULL::INTEGER AS rate_no
FROM (FROM "{prefix}rating_extra" WHERE {within}) AS x JOIN scratch_bill AS b ON b.bill_id = x.bill_id LEFT JOIN scratch_whole AS w ON w.b = b.rowid;
