-- Which rated bills differ from what was billed. Where both sides tell times of use apart, or tiers, they are
-- held against each other line by line, else by component; a bill without lines only by its amount. Where
-- lines and amount contradict each other (BIL-03a), an amount that is right means that nothing else is wrong.

-- Most bills have the very lines that they should: as many, with the same sum to the fen, and the same in 64
-- bits of hash. The rest is looked into.
CREATE TABLE alike AS
SELECT bill_id FROM (
    SELECT bill_id, 1 AS side, amount, hash(component, tou, tier, amount) AS line FROM expected_line
    UNION ALL
    SELECT bill_id, -1, -line_amount, hash(charge_component, tou_period, tier::INTEGER, line_amount)
    FROM bill_line
) GROUP BY bill_id HAVING bit_xor(line) = 0 AND sum(side) = 0 AND sum(amount) = 0;

CREATE TABLE differing AS
WITH suspect AS (
    FROM bill AS b SEMI JOIN (FROM expected_bill WHERE status = 'rated') AS e ON e.bill_id = b.bill_id
    ANTI JOIN alike AS a ON a.bill_id = b.bill_id
),

flow AS (
    SELECT
        l.bill_id,
        l.charge_component AS component,
        l.tou_period AS tou,
        l.tier::INTEGER AS tier,
        l.line_amount AS billed,
        NULL::DECIMAL(18, 2) AS expected
    FROM bill_line AS l SEMI JOIN suspect AS s ON s.bill_id = l.bill_id
    UNION ALL
    SELECT l.bill_id, l.component, l.tou, l.tier, NULL, l.amount
    FROM expected_line AS l
    SEMI JOIN suspect AS s ON s.bill_id = l.bill_id
),

fine AS (
    SELECT
        bill_id,
        component,
        tou IS NOT NULL AS by_tou,
        tier IS NOT NULL AS by_tier,
        sum(expected) AS expected,
        sum(billed) AS billed
    FROM flow GROUP BY bill_id, component, tou, tier
),

held AS (
    SELECT
        bill_id, sum(expected) AS expected, sum(billed) AS billed, CASE
            WHEN
                coalesce(bool_or(by_tou) FILTER (expected IS NOT NULL), FALSE)
                = coalesce(bool_or(by_tou) FILTER (billed IS NOT NULL), FALSE)
                AND coalesce(bool_or(by_tier) FILTER (expected IS NOT NULL), FALSE)
                = coalesce(bool_or(by_tier) FILTER (billed IS NOT NULL), FALSE)
                THEN max(abs(coalesce(expected, 0) - coalesce(billed, 0)))
            ELSE abs(coalesce(sum(expected), 0) - coalesce(sum(billed), 0))
        END AS largest
    FROM fine GROUP BY bill_id, component
),

whole AS (
    SELECT bill_id, sum(expected) AS expected, sum(billed) AS billed, max(largest) AS largest
    FROM held
    GROUP BY bill_id
),

compared AS (
    SELECT b.*, w.billed IS NULL AS is_whole, w.billed, w.largest, coalesce(w.expected, 0) AS expected
    FROM suspect AS b LEFT JOIN whole AS w ON w.bill_id = b.bill_id
)

SELECT
    row_number() OVER (ORDER BY bill_id) AS nr,
    bill_id,
    account_id,
    billing_month,
    bill_amount,
    usage_kwh,
    tariff_code,
    tariff_version,
    tier_kwh_before,
    loss_kwh, deducted_kwh, is_whole
FROM compared
WHERE CASE
    WHEN is_whole THEN abs(expected - bill_amount) > getvariable('tolerance_bill')
    ELSE
        (largest > getvariable('tolerance_line') OR abs(expected - billed) > getvariable('tolerance_bill'))
        AND NOT coalesce(
            bill_amount <> billed AND abs(bill_amount - expected) <= getvariable('tolerance_bill'), FALSE
        )
END;
