-- Step 8: the power-factor adjustment.

-- The factor is c hundredths, found by floating point and then set right:
-- (2c - 1)^2 (P^2 + Q^2) <= 40000 P^2.
CREATE OR REPLACE TEMP TABLE scratch_factor AS
WITH measured AS (
    SELECT
        b.rowid::INTEGER AS b,
        w.main_k AS k,
        u.day,
        b.power_factor_standard AS standard,
        b.power_factor_evaluation AS evaluation,
        units4(w.gross) AS p, units4(w.kvarh) AS q
    FROM scratch_bill AS b JOIN scratch_whole AS w ON w.b = b.rowid JOIN scratch_use AS u ON u.k = w.main_k
    WHERE b.power_factor_standard IS NOT NULL AND w.gross > 0
),

guessed AS (
    SELECT
        *,
        p * p + q * q AS square,
        round(100 * (p::DOUBLE / sqrt(p::DOUBLE * p::DOUBLE + q::DOUBLE * q::DOUBLE)))::HUGEINT AS c
    FROM measured
),

settled AS (
    SELECT
        b,
        k,
        day,
        standard,
        evaluation,
        (CASE
            WHEN (2 * c + 1) * (2 * c + 1) * square <= 40000 * p * p THEN c + 1
            WHEN c > 0 AND (2 * c - 1) * (2 * c - 1) * square > 40000 * p * p THEN c - 1 ELSE c
        END)::INTEGER
            AS hundredths
    FROM guessed
),

looked_up AS (
    SELECT
        s.b, s.k, t.percent IS NULL AS untabled, s.hundredths * 0.01 AS factor, CASE s.evaluation
            WHEN 'reward_only' THEN least(t.percent, 0) WHEN 'penalty_only' THEN greatest(t.percent, 0) ELSE
                t.percent
        END AS percent
    FROM
        settled
            AS s
    LEFT JOIN power_factor_knot
        AS t ON t.standard = s.standard AND s.day BETWEEN t.valid_from AND t.valid_to
    AND (t.factor * 100)::INTEGER = s.hundredths
)

SELECT b, k, untabled, factor::DECIMAL(3, 2) AS factor, percent::DECIMAL(8, 4) AS percent FROM looked_up;
INSERT INTO scratch_fault SELECT b, 9 FROM scratch_factor WHERE untabled;
-- without a reactive register nobody knows the factor, and it would be 1.00
INSERT INTO scratch_fault
SELECT f.b, 8 FROM scratch_factor AS f ANTI JOIN (
    SELECT p.b FROM scratch_point AS p
    JOIN batch_register AS r ON r.bill_id = p.bill_id AND r.point_id = p.point_id
    WHERE p.parent = '' AND r.register IN ('reactive', 'reactive_reverse')
) AS q USING (b);

INSERT INTO scratch_added
WITH base AS (
    SELECT f.b, r.k, l.amount
    FROM scratch_factor AS f
    JOIN scratch_line AS l ON l.b = f.b
    JOIN scratch_price AS r ON r.r = l.r
    WHERE r.in_base
    UNION ALL
    SELECT f.b, a.k, a.amount FROM scratch_factor AS f JOIN scratch_added AS a ON a.b = f.b
    JOIN scratch_component AS c ON c.k = a.k AND c.component = a.component WHERE c.in_base
),

summed AS (
    SELECT s.b, s.k, sum(amount)::DECIMAL(18, 2) AS base FROM base AS s
    SEMI JOIN (FROM scratch_component WHERE component = 'power_factor') AS c ON c.k = s.k GROUP BY s.b, s.k
),

worked AS (
    SELECT
        s.b,
        s.k,
        s.base,
        f.percent,
        round(s.base::DECIMAL(38, 2) * f.percent * 0.01, 2)::DECIMAL(18, 2) AS amount
    FROM summed AS s JOIN scratch_factor AS f ON f.b = s.b WHERE NOT f.untabled
)

SELECT b, k, 'power_factor', base, (percent * 0.01)::DECIMAL(18, 8), amount, NULL
FROM worked
WHERE amount <> 0;
