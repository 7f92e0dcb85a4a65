-- Step 6: the charge lines; one for each price that a bill's quantity is not 0 at.

CREATE OR REPLACE TEMP TABLE scratch_line AS
WITH priced AS (
    SELECT
        p.b, r.r, r.price, r.credit, r.q, r.a, r.b AS z, r.n::HUGEINT AS n, r.whole_kwh, CASE r.q
            WHEN 0 THEN p.u WHEN 1 THEN p.t1 WHEN 2 THEN p.t2 WHEN 3 THEN p.t3 WHEN 4 THEN p.t4 WHEN
                5
                THEN p.t5
            WHEN 6 THEN p.q1 WHEN 7 THEN p.q2 WHEN 8 THEN p.q3 WHEN 9 THEN p.q4 WHEN 10 THEN p.q5
            WHEN 11 THEN at_time(
                CASE r.tier WHEN 1 THEN p.t1 WHEN 2 THEN p.t2 WHEN 3 THEN p.t3 WHEN 4 THEN p.t4 ELSE p.t5 END,
                r.t, r.balance, p.u, p.q1, p.q2, p.q3, p.q4, p.q5
            ) WHEN 12 THEN p.feed_in
            WHEN 13 THEN CASE WHEN p.main THEN 1 ELSE 0 END WHEN
                14
                THEN CASE WHEN p.main THEN p.months_count ELSE 0 END
            WHEN 15 THEN CASE WHEN p.main THEN p.period_days ELSE 0 END
        END::DECIMAL(18, 4) AS whole
    FROM scratch_part AS p JOIN scratch_price AS r ON r.k = p.k WHERE r.q IS NOT NULL AND r.price <> 0
),

cut AS (
    -- what is divided over days: kWh by the difference of two roundings, or in whole kWh;
    -- the rest by its share of the amount
    SELECT
        b, r, CASE
            WHEN n IS NULL THEN whole
            WHEN q > 11 THEN from4(half_up(units4(whole) * (z - a + 1), n))
            WHEN whole_kwh
                THEN
                    sign(
                        whole) * (
                        CASE WHEN z = n THEN abs(whole) ELSE units4(abs(whole)) * z // (n * 10000) END
                        - units4(abs(whole)) * (a - 1) // (n * 10000)
                    )
            ELSE from4(half_up(units4(whole) * z, n)) - from4(half_up(units4(whole) * (a - 1), n))
        END::DECIMAL(
            18, 4
        ) AS quantity,
        CASE WHEN credit THEN -price ELSE price END AS price,
        CASE WHEN n IS NOT NULL AND q > 11 THEN whole END AS whole,
        z - a + 1 AS days,
        n
    FROM priced WHERE whole <> 0
)

SELECT
    b, r, quantity, CASE
        WHEN whole IS NULL THEN round(quantity::DECIMAL(20, 4) * price, 2) ELSE
            half_up(
                units4(whole) * (price::DECIMAL(38, 8) * 100000000)::HUGEINT * days, n * 10000000000
            )::DECIMAL(38, 0)
            * 0.01
    END::DECIMAL(18, 2) AS amount
FROM cut WHERE quantity <> 0;

-- Lines that are no quantity times a price of the catalogue: later steps add to them.
CREATE OR REPLACE TEMP TABLE scratch_added AS
SELECT
    b.rowid::INTEGER AS b,
    w.main_k AS k,
    x.component,
    NULL::DECIMAL(18, 4) AS quantity,
    NULL::DECIMAL(18, 8) AS price,
    x.amount,
    NULL::INTEGER AS rate_no
FROM batch_extra AS x
JOIN scratch_bill AS b ON b.bill_id = x.bill_id LEFT JOIN scratch_whole AS w ON w.b = b.rowid;
