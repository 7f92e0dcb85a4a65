-- Each candidate's lines held against the billed ones, and what each line that differs looks like by itself.
-- {of}: the candidates (bill_id, variant_id); {prefix}: of the tables in which they were rated.
INSERT INTO candidate_line
WITH candidate AS (
    SELECT v.bill_id, v.variant_id, w.is_whole FROM {of} AS v JOIN wrong_bill AS w ON w.bill_id = v.bill_id
    JOIN {prefix}expected_bill AS e ON e.bill_id = v.variant_id AND e.status = 'rated'
),

flow AS (
    SELECT
        c.bill_id,
        c.variant_id,
        CASE WHEN c.is_whole THEN '*' ELSE l.component END AS component,
        CASE WHEN NOT c.is_whole THEN l.tou END AS tou,
        CASE WHEN NOT c.is_whole THEN l.tier END AS tier,
        l.amount AS expected,
        NULL AS billed,
        l.quantity,
        l.price,
        1 AS lines,
        FALSE AS is_billed
    FROM candidate AS c JOIN {prefix}expected_line AS l ON l.bill_id = c.variant_id
    UNION ALL
    SELECT
        c.bill_id,
        c.variant_id,
        b.component,
        b.tou,
        b.tier,
        NULL,
        b.amount,
        b.quantity,
        b.price,
        b.lines,
        TRUE
    FROM candidate AS c JOIN wrong_line AS b ON b.bill_id = c.bill_id
),

grain AS (
    SELECT
        variant_id, component,
        bool_or(tou IS NOT NULL) FILTER (is_billed) = bool_or(tou IS NOT NULL) FILTER (NOT is_billed)
        AND bool_or(tier IS NOT NULL) FILTER (is_billed)
        = bool_or(tier IS NOT NULL) FILTER (NOT is_billed) AS is_fine
    FROM flow GROUP BY variant_id, component
),

laid AS (
    SELECT
        f.bill_id,
        f.variant_id,
        f.component,
        CASE WHEN g.is_fine THEN f.tou END AS tou,
        CASE WHEN g.is_fine THEN f.tier END AS tier,
        sum(f.expected) AS expected, sum(f.billed) AS billed, max(f.lines) AS lines, count(*) AS n,
        max(f.quantity) FILTER (is_billed) AS billed_quantity,
        max(f.price) FILTER (is_billed) AS billed_price,
        max(f.quantity) FILTER (NOT is_billed) AS quantity, max(f.price) FILTER (NOT is_billed) AS price,
        count(*) FILTER (is_billed) AS billed_n, count(*) FILTER (NOT is_billed) AS expected_n
    FROM flow AS f JOIN grain AS g ON g.variant_id = f.variant_id AND g.component = f.component
    GROUP BY
        f.bill_id,
        f.variant_id,
        f.component,
        CASE WHEN g.is_fine THEN f.tou END,
        CASE WHEN g.is_fine THEN f.tier END
),

known AS (
    SELECT DISTINCT p.bill_id, c.component
    FROM rating_point AS p
    JOIN wrong_bill AS w USING (bill_id)
    JOIN tariff_component AS c ON c.tariff_code = p.tariff_code
),

percental AS (
    SELECT DISTINCT component FROM tariff_rate WHERE per = 'percent'
),

single AS (
    -- quantity and price say something only where the line stands for itself
    SELECT
        l.*,
        coalesce(expected, 0) - coalesce(billed, 0) AS d,
        greatest(billed_n, expected_n, lines) AS places,
        CASE
            WHEN billed_n = 1 AND lines = 1 THEN round(billed_quantity::DECIMAL(28, 4) * billed_price, 2)
        END AS billed_product,
        CASE
            WHEN expected_n = 1 THEN trunc(quantity::DECIMAL(26, 4) * price * 100)::DECIMAL(28, 0) * 0.01
        END AS cut
    FROM laid AS l
)

SELECT
    s.bill_id, s.variant_id, s.component, s.tou, s.tier, s.expected, s.billed, s.d::DECIMAL(18, 2) AS d, CASE
        WHEN abs(d) <= getvariable('tolerance_line') THEN 'fine'
        WHEN s.component = '*' THEN 'unexplained'
        WHEN s.billed IS NULL THEN 'missing_component'
        WHEN s.expected IS NULL AND k.component IS NULL THEN 'unknown_component'
        WHEN
            (s.component = 'power_factor' OR q.component IS NOT NULL)
            AND billed_price = price
            AND abs(billed_product - s.billed) <= getvariable('tolerance_line')
            THEN 'follows'
        WHEN
            abs(billed_product - s.billed) > getvariable('tolerance_line')
            AND abs(billed_product - s.expected) <= getvariable('tolerance_line')
            THEN 'arithmetic'
        WHEN abs(d) <= places * 0.01 OR s.billed = cut THEN 'rounding'
        ELSE 'unexplained'
    END AS class, s.billed_quantity, s.billed_price, s.quantity, s.price
FROM single AS s
LEFT JOIN known AS k ON k.bill_id = s.bill_id AND k.component = s.component
LEFT JOIN percental AS q ON q.component = s.component;
