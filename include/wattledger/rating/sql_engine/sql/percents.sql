-- Step 9, first part: percentages of the amounts of other components, the {rank}th of each tariff.

INSERT INTO scratch_added
WITH due AS (
    SELECT k, component, rate_no, price FROM scratch_percent WHERE rank = {rank}
),

base AS (
    SELECT l.b, d.k, l.amount FROM due AS d JOIN tariff_rate_of AS o ON o.rate_no = d.rate_no
    JOIN scratch_price AS r ON r.k = d.k AND r.component = o.component JOIN scratch_line AS l ON l.r = r.r
    UNION ALL
    SELECT a.b, d.k, a.amount FROM due AS d JOIN tariff_rate_of AS o ON o.rate_no = d.rate_no
    JOIN scratch_added AS a ON a.k = d.k AND a.component = o.component
),

summed AS (
    SELECT b, k, sum(amount)::DECIMAL(18, 2) AS base FROM base GROUP BY b, k
)

SELECT
    s.b, s.k, d.component, s.base, (round(d.price::DECIMAL(38, 8) * 0.01, 8))::DECIMAL(18, 8),
    round(s.base::DECIMAL(38, 2) * d.price * 0.01, 2)::DECIMAL(18, 2), d.rate_no
FROM summed AS s JOIN due AS d ON d.k = s.k WHERE s.base <> 0 AND d.price <> 0;
