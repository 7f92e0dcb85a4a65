-- Two causes at once: those pairs whose effects together, added or multiplied, come near to what was billed.
-- What they really give is rated.
CREATE OR REPLACE TABLE pair AS
WITH effect AS (
    SELECT h.*, t.amount::DOUBLE AS amount, b.amount::DOUBLE AS base, (b.amount - b.d)::DOUBLE AS billed
    FROM single_hypothesis AS h JOIN unsettled USING (bill_id)
    JOIN (SELECT variant_id, sum(expected) AS amount FROM candidate_line GROUP BY ALL) AS t USING (variant_id)
    JOIN
        (
            SELECT bill_id, sum(expected) AS amount, sum(d) AS d
            FROM candidate_line
            WHERE variant_id = bill_id
            GROUP BY ALL
        ) AS b
        ON b.bill_id = h.bill_id
    WHERE t.amount <> b.amount
),

paired AS (
    SELECT
        x.bill_id, x.variant_id AS first_id, y.variant_id AS second_id, x.rank + y.rank AS rank,
        least(
            abs(x.amount + y.amount - x.base - x.billed),
            abs(x.amount * y.amount / nullif(x.base, 0) - x.billed)
        ) AS away,
        greatest(abs(x.amount - x.base), abs(y.amount - y.base)) AS size
    FROM
        effect
            AS x
    JOIN
        effect
            AS y
        ON
            y.bill_id = x.bill_id AND (x.rank, x.variant_id) < (y.rank, y.variant_id) AND x.cause <> y.cause
            AND NOT (x.registers IS NOT NULL AND y.registers IS NOT NULL)
            AND NOT (x.tariff_to IS NOT NULL AND y.tariff_to IS NOT NULL)
            AND NOT (
                coalesce(x.basic_mode, x.basic_component) IS NOT NULL
                AND coalesce(y.basic_mode, y.basic_component) IS NOT NULL
            )
),

near AS (
    SELECT *, row_number() OVER (PARTITION BY bill_id ORDER BY away, rank, first_id, second_id) AS n
    FROM paired
    WHERE away <= 0.2 * size + 1
)

SELECT n.bill_id, n.first_id || '&' || n.n AS variant_id, n.first_id, n.second_id, n.rank, {merged}
FROM near AS n
JOIN single_hypothesis AS x ON x.variant_id = n.first_id
JOIN single_hypothesis AS y ON y.variant_id = n.second_id
WHERE n.n <= {most};
