-- Step 4: what is taken off a point for its children, and the kWh that each point is billed.

CREATE OR REPLACE TEMP TABLE scratch_child AS
WITH family AS (
    SELECT
        c.p, c.b, c.k, c.point_id, c.calculation, c.special.fixed_kwh, c.special.fixed_ratio, r.p AS parent_p
    FROM scratch_point AS c JOIN scratch_point AS r ON r.b = c.b AND r.point_id = c.parent AND r.parent = ''
    WHERE c.parent <> ''
),

submeter AS (
    SELECT
        f.p, f.b, f.k, f.parent_p, m.energy AS kwh, m.q1, m.q2, m.q3, m.q4, m.q5,
        m.balance IS NOT NULL AND r.balance IS NOT NULL AS by_time
    FROM family AS f JOIN scratch_meter AS m ON m.p = f.p JOIN scratch_meter AS r ON r.p = f.parent_p
    WHERE f.calculation = 'submeter'
),

metered AS (
    SELECT parent_p, sum(kwh) AS kwh FROM submeter GROUP BY parent_p
),

stacked AS (
    -- with each fixed child taking what is left,
    -- all up to one take the lesser of their sum and of what there was
    SELECT
        f.p, f.b, f.k, f.parent_p, greatest(f.fixed_kwh, 0) AS wanted,
        greatest(m.gross - coalesce(s.kwh, 0), 0)::DECIMAL(38, 4) AS there,
        sum(greatest(f.fixed_kwh, 0)) OVER (PARTITION BY f.parent_p ORDER BY f.point_id)::DECIMAL(38, 4)
            AS upto
    FROM family AS f
    JOIN scratch_meter AS m ON m.p = f.parent_p
    LEFT JOIN metered AS s ON s.parent_p = f.parent_p
    WHERE f.calculation = 'fixed_kwh'
),

fixed AS (
    SELECT p, b, k, parent_p, (least(there, upto) - least(there, upto - wanted))::DECIMAL(18, 4) AS kwh
    FROM stacked
    UNION ALL
    SELECT f.p, f.b, f.k, f.parent_p, round(m.gross::DECIMAL(38, 4) * f.fixed_ratio, 0)::DECIMAL(18, 4)
    FROM family AS f JOIN scratch_meter AS m ON m.p = f.parent_p WHERE f.calculation = 'fixed_ratio'
)

SELECT p, b, k, parent_p, kwh, q1, q2, q3, q4, q5, by_time FROM submeter
UNION ALL
SELECT
    f.p, f.b, f.k, f.parent_p, f.kwh, CASE WHEN u.s1 THEN CASE WHEN u.balance = 1 THEN f.kwh ELSE 0 END END,
    CASE WHEN u.s2 THEN CASE WHEN u.balance = 2 THEN f.kwh ELSE 0 END END,
    CASE WHEN u.s3 THEN CASE WHEN u.balance = 3 THEN f.kwh ELSE 0 END END,
    CASE WHEN u.s4 THEN CASE WHEN u.balance = 4 THEN f.kwh ELSE 0 END END,
    CASE WHEN u.s5 THEN CASE WHEN u.balance = 5 THEN f.kwh ELSE 0 END END, FALSE
FROM fixed AS f LEFT JOIN scratch_use AS u ON u.k = f.k;

-- Off each time of use of the parent, a sub-meter's kWh of this time; the rest off the balance. By shares,
-- each time has its own of the kWh that no register tells by time.
CREATE OR REPLACE TEMP TABLE scratch_taken AS
WITH timed AS (
    SELECT
        c.parent_p, c.kwh, c.by_time, CASE WHEN by_time AND m.s1 THEN coalesce(c.q1, 0) ELSE 0 END AS t1,
        CASE WHEN by_time AND m.s2 THEN coalesce(c.q2, 0) ELSE 0 END AS t2,
        CASE WHEN by_time AND m.s3 THEN coalesce(c.q3, 0) ELSE 0 END AS t3,
        CASE WHEN by_time AND m.s4 THEN coalesce(c.q4, 0) ELSE 0 END AS t4,
        CASE WHEN by_time AND m.s5 THEN coalesce(c.q5, 0) ELSE 0 END AS t5
    FROM scratch_child AS c JOIN scratch_meter AS m ON m.p = c.parent_p
),

together AS (
    SELECT
        parent_p,
        sum(kwh) AS kwh,
        coalesce(sum(kwh) FILTER (NOT by_time), 0) AS untimed,
        sum(t1) AS t1,
        sum(t2) AS t2,
        sum(t3) AS t3, sum(t4) AS t4, sum(t5) AS t5
    FROM timed GROUP BY parent_p
),

shared AS (
    SELECT
        t.*, m.balance, CASE WHEN d.shares THEN untimed ELSE 0 END AS f, m.gross - t.kwh + untimed AS whole,
        m.q1 - t1 AS a1, m.q2 - t2 AS a2, m.q3 - t3 AS a3, m.q4 - t4 AS a4, m.q5 - t5 AS a5
    FROM together AS t JOIN scratch_meter AS m ON m.p = t.parent_p LEFT JOIN scratch_use AS u ON u.k = m.k
    LEFT JOIN scratch_day AS d ON d.day = u.day
),

apart AS (
    SELECT
        parent_p,
        kwh,
        t1 + CASE WHEN balance <> 1 AND a1 IS NOT NULL THEN whole_share(f, a1, whole) ELSE 0 END AS t1,
        t2 + CASE WHEN balance <> 2 AND a2 IS NOT NULL THEN whole_share(f, a2, whole) ELSE 0 END AS t2,
        t3 + CASE WHEN balance <> 3 AND a3 IS NOT NULL THEN whole_share(f, a3, whole) ELSE 0 END AS t3,
        t4 + CASE WHEN balance <> 4 AND a4 IS NOT NULL THEN whole_share(f, a4, whole) ELSE 0 END AS t4,
        t5 + CASE WHEN balance <> 5 AND a5 IS NOT NULL THEN whole_share(f, a5, whole) ELSE 0 END AS t5
    FROM shared
)

SELECT *, kwh - t1 - t2 - t3 - t4 - t5 AS rest FROM apart;

CREATE OR REPLACE TEMP TABLE scratch_billed AS
SELECT
    m.b, m.k, CASE WHEN t.kwh IS NULL THEN m.gross ELSE (m.gross - t.kwh)::DECIMAL(18, 4) END AS u,
    CASE
        WHEN t.kwh IS NULL THEN q1 ELSE (q1 - t1 - CASE WHEN balance = 1 THEN rest ELSE 0 END)::DECIMAL(18, 4)
    END AS q1,
    CASE
        WHEN t.kwh IS NULL THEN q2 ELSE (q2 - t2 - CASE WHEN balance = 2 THEN rest ELSE 0 END)::DECIMAL(18, 4)
    END AS q2,
    CASE
        WHEN t.kwh IS NULL THEN q3 ELSE (q3 - t3 - CASE WHEN balance = 3 THEN rest ELSE 0 END)::DECIMAL(18, 4)
    END AS q3,
    CASE
        WHEN t.kwh IS NULL THEN q4 ELSE (q4 - t4 - CASE WHEN balance = 4 THEN rest ELSE 0 END)::DECIMAL(18, 4)
    END AS q4,
    CASE
        WHEN t.kwh IS NULL THEN q5 ELSE (q5 - t5 - CASE WHEN balance = 5 THEN rest ELSE 0 END)::DECIMAL(18, 4)
    END AS q5,
    m.feed_in, m.energy, m.loss, 0::DECIMAL(18, 4) AS deducted, m.gross, m.kvarh, m.demand
FROM scratch_meter AS m LEFT JOIN scratch_taken AS t ON t.parent_p = m.p
WHERE m.root
UNION ALL
SELECT b, k, kwh, q1, q2, q3, q4, q5, 0, 0, 0, CASE WHEN k IS NULL THEN kwh ELSE 0 END, 0, 0, 0
FROM scratch_child;
DROP TABLE scratch_meter;

-- Bills of one point, the most, need no sums.
CREATE OR REPLACE TEMP TABLE scratch_multi AS
SELECT b, arg_min(k, point_id) FILTER (parent = '' AND code <> '') AS main_k
FROM scratch_point
SEMI JOIN (SELECT b FROM scratch_point GROUP BY b HAVING count(*) > 1) USING (b)
GROUP BY b;

-- Figures of the bills that can be rated so far; the others have none, and go no further.
CREATE OR REPLACE TEMP TABLE scratch_whole AS
SELECT b, k AS main_k, energy, loss, deducted, u AS usage, gross, kvarh, demand
FROM scratch_billed ANTI JOIN scratch_multi USING (b) ANTI JOIN scratch_fault USING (b)
UNION ALL
SELECT
    b,
    any_value(main_k),
    sum(energy)::DECIMAL(18, 4),
    sum(loss)::DECIMAL(18, 4),
    sum(deducted)::DECIMAL(18, 4),
    coalesce(sum(u) FILTER (k IS NOT NULL), 0)::DECIMAL(18, 4),
    sum(gross)::DECIMAL(18, 4),
    sum(kvarh)::DECIMAL(18, 4),
    sum(demand)::DECIMAL(18, 4)
FROM scratch_billed JOIN scratch_multi USING (b) ANTI JOIN scratch_fault USING (b) GROUP BY b;
