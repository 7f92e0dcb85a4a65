-- Which rated bills differ from what was billed. Where both sides tell times of use apart, or tiers, they are held against each other line by
-- line, else by component; a bill without lines only by its amount. Where lines and amount contradict each other (BIL-03a), an amount that is
-- right means that nothing else is wrong.
CREATE OR REPLACE TABLE differing AS
WITH flow AS (
    SELECT bill_id, charge_component AS component, tou_period AS tou, tier::INTEGER AS tier, line_amount AS billed, NULL::DECIMAL(18, 2) AS expected
    FROM bill_line
    UNION ALL
    SELECT bill_id, component, tou, tier, NULL, amount FROM expected_line
), fine AS (
    SELECT bill_id, component, tou IS NOT NULL AS by_tou, tier IS NOT NULL AS by_tier, sum(expected) AS expected, sum(billed) AS billed
    FROM flow GROUP BY bill_id, component, tou, tier
), held AS (
    SELECT bill_id, sum(expected) AS expected, sum(billed) AS billed, CASE
        WHEN coalesce(bool_or(by_tou) FILTER (expected IS NOT NULL), false) = coalesce(bool_or(by_tou) FILTER (billed IS NOT NULL), false)
            AND coalesce(bool_or(by_tier) FILTER (expected IS NOT NULL), false) = coalesce(bool_or(by_tier) FILTER (billed IS NOT NULL), false)
        THEN max(abs(coalesce(expected, 0) - coalesce(billed, 0)))
        ELSE abs(coalesce(sum(expected), 0) - coalesce(sum(billed), 0)) END AS largest
    FROM fine GROUP BY bill_id, component
), whole AS (
    SELECT bill_id, sum(expected) AS expected, sum(billed) AS billed, max(largest) AS largest FROM held GROUP BY bill_id
), compared AS (
    SELECT b.*, w.billed IS NULL AS is_whole, w.billed, w.largest, coalesce(w.expected, 0) AS expected
    FROM bill b JOIN expected_bill e ON e.bill_id = b.bill_id AND e.status = 'rated' LEFT JOIN whole w ON w.bill_id = b.bill_id
)
SELECT row_number() OVER (ORDER BY bill_id) AS nr, bill_id, account_id, billing_month, bill_amount, usage_kwh, tariff_code, tariff_version, tier_kwh_before,
    loss_kwh, deducted_kwh, is_whole
FROM compared
WHERE CASE WHEN is_whole THEN abs(expected - bill_amount) > getvariable('tolerance_bill')
    ELSE (largest > getvariable('tolerance_line') OR abs(expected - billed) > getvariable('tolerance_bill'))
        AND NOT coalesce(bill_amount <> billed AND abs(bill_amount - expected) <= getvariable('tolerance_bill'), false) END;
