-- A line that was billed at another version's rates, where the others were not, is named so.
CREATE OR REPLACE TABLE versioned AS
SELECT o.bill_id, o.component, o.tou, o.tier, arg_min(h.variant_id, h.rank) AS variant_id
FROM candidate_line AS o JOIN single_hypothesis AS h ON h.bill_id = o.bill_id AND h.cause = 'wrong_version'
JOIN candidate_line AS v
    ON
        v.variant_id = h.variant_id AND v.component = o.component AND v.tou IS NOT DISTINCT FROM o.tou
        AND v.tier IS NOT DISTINCT FROM o.tier AND v.d = 0
WHERE o.variant_id = o.bill_id AND o.class = 'unexplained' AND o.component <> '*' GROUP BY ALL;
UPDATE candidate_line o SET class = 'wrong_version' FROM versioned AS v
WHERE
    o.variant_id = o.bill_id
    AND v.bill_id = o.bill_id
    AND v.component = o.component
    AND v.tou IS NOT DISTINCT FROM o.tou
    AND v.tier IS NOT DISTINCT FROM o.tier;

-- How well each candidate explains the bill: lines left without an explanation first,
-- then the number of causes.
CREATE OR REPLACE TABLE score AS
WITH seen AS (
    SELECT
        bill_id,
        variant_id,
        sum(expected) AS amount,
        sum(d) AS d,
        sum(abs(d)) AS away,
        count(*) FILTER (class = 'unexplained') AS unexplained,
        count(*) FILTER (class <> 'fine') AS wrong,
        count(DISTINCT class) FILTER (class NOT IN ('fine', 'follows')) AS classes,
        bool_or(class = 'follows') AS follows
    FROM candidate_line GROUP BY bill_id, variant_id
),

judged AS (
    SELECT
        s.* REPLACE (CASE
            -- lines within their tolerance that add up to more than the bill's are rounding; a sum that
            -- nothing else was wrong with is miscalculated
            WHEN classes = 0 AND (follows OR abs(d) > getvariable('tolerance_bill')) THEN 1 ELSE classes
        END AS classes),
        CASE
            WHEN classes = 0 AND follows THEN 'arithmetic' WHEN
                classes = 0 AND abs(d) > getvariable('tolerance_bill')
                THEN 'rounding'
        END AS whole_class
    FROM seen AS s
)

SELECT
    t.*, coalesce(a.causes, 0) AS causes, coalesce(a.rank, 0) AS rank,
    row_number()
        OVER (
            PARTITION BY t.bill_id
            ORDER BY
                t.unexplained,
                coalesce(a.causes, 0) + t.classes,
                t.classes,
                t.away,
                coalesce(a.rank, 0),
                t.variant_id
        )
        AS place
FROM judged AS t
LEFT JOIN candidate_of AS a ON a.variant_id = t.variant_id
LEFT JOIN judged AS base ON base.variant_id = t.bill_id
WHERE t.variant_id = t.bill_id OR t.wrong < base.wrong OR t.classes = 0 OR base.wrong IS NULL;

-- The bills that neither one cause nor lines by themselves explain.
CREATE OR REPLACE TABLE unsettled AS
SELECT s.bill_id
FROM score AS s
JOIN wrong_bill AS w USING (bill_id)
WHERE s.place = 1 AND NOT w.is_whole AND (s.unexplained > 0 OR s.causes + s.classes > 1);
