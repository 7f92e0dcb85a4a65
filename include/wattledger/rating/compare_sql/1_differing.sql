-- Which rated bills differ from what was billed. Where both sides tell times of use apart, or tiers, they are held against each other line by
-- line, else by component; a bill without lines only by its amount, as the component '*'.
CREATE OR REPLACE TABLE billed_bill AS
SELECT b.bill_id, b.account_id, b.billing_month, b.bill_amount, b.usage_kwh, b.tariff_code, b.tariff_version, b.tier_kwh_before, b.loss_kwh,
    b.deducted_kwh, NOT EXISTS (FROM bill_line l WHERE l.bill_id = b.bill_id) AS is_whole
FROM bill b JOIN expected_bill e ON e.bill_id = b.bill_id WHERE e.status = 'rated';
DELETE FROM billed_bill WHERE is_whole AND bill_amount IS NULL;
-- Where lines and amount contradict each other (BIL-03a), one of them being right means that nothing else is wrong.
DELETE FROM billed_bill WHERE NOT is_whole AND bill_id IN (
    SELECT b.bill_id FROM bill b JOIN (SELECT bill_id, sum(line_amount) AS lines FROM bill_line GROUP BY bill_id) l ON l.bill_id = b.bill_id
        JOIN expected_bill e ON e.bill_id = b.bill_id
    WHERE b.bill_amount <> l.lines AND abs(b.bill_amount - e.amount) <= getvariable('tolerance_bill')
);

CREATE OR REPLACE TABLE differing AS
WITH flow AS (
    SELECT bill_id, charge_component AS component, tou_period AS tou, tier::INTEGER AS tier, line_amount AS billed, NULL AS expected
    FROM bill_line
    UNION ALL
    SELECT bill_id, '*', NULL, NULL, bill_amount, NULL FROM billed_bill WHERE is_whole
    UNION ALL
    SELECT l.bill_id, CASE WHEN b.is_whole THEN '*' ELSE l.component END, CASE WHEN NOT b.is_whole THEN l.tou END,
        CASE WHEN NOT b.is_whole THEN l.tier END, NULL, l.amount
    FROM expected_line l JOIN billed_bill b ON b.bill_id = l.bill_id
), fine AS (
    SELECT bill_id, component, sum(coalesce(expected, 0) - coalesce(billed, 0)) AS d, tou IS NOT NULL AS by_tou, tier IS NOT NULL AS by_tier,
        count(expected) AS expected, count(billed) AS billed
    FROM flow GROUP BY bill_id, component, tou, tier
), held AS (
    SELECT bill_id, sum(d) AS d, CASE
        WHEN bool_or(by_tou AND expected > 0) = bool_or(by_tou AND billed > 0) AND bool_or(by_tier AND expected > 0) = bool_or(by_tier AND billed > 0)
        THEN max(abs(d)) ELSE abs(sum(d)) END AS largest
    FROM fine GROUP BY bill_id, component
)
SELECT bill_id, h.nr, b.* EXCLUDE (bill_id)
FROM (
    SELECT bill_id, row_number() OVER (ORDER BY bill_id) AS nr FROM held GROUP BY bill_id
    HAVING max(largest) > getvariable('tolerance_line') OR abs(sum(d)) > getvariable('tolerance_bill')
) h JOIN billed_bill b USING (bill_id);
