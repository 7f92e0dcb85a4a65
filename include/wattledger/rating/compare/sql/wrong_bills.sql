-- What is known of the differing bills of a batch: the main tariff and the day whose rates hold, as the
-- specification says (docs/rating.md, 1).
CREATE OR REPLACE TABLE wrong_bill AS
WITH main AS (
    SELECT
        bill_id,
        arg_min(tariff_code, point_id) FILTER (parent_point_id IS NULL AND tariff_code IS NOT NULL)
            AS main_tariff,
        count(*) FILTER (parent_point_id IS NULL) AS roots,
        count(*) FILTER (parent_point_id IS NOT NULL) AS children
    FROM rating_point WHERE bill_id IN (SELECT bill_id FROM batch) GROUP BY bill_id
),

dated AS (
    SELECT
        b.*,
        m.main_tariff,
        coalesce(m.roots, 0) AS roots,
        coalesce(m.children, 0) AS children,
        t.priced_by,
        t.category,
        t.tou_scheme,
        t.tier_scheme,
        t.valid_from AS tariff_from, coalesce(b.priced_on, CASE t.priced_by
            WHEN 'billing_month' THEN b.billing_month
            WHEN 'period_start' THEN b.period_start_on WHEN 'issued_on' THEN b.issued_on ELSE b.period_end_on
        END) AS day,
        row_number() OVER (PARTITION BY b.bill_id ORDER BY t.valid_from DESC) AS n
    FROM rating_bill AS b
    JOIN batch USING (bill_id)
    LEFT JOIN main AS m USING (bill_id)
    LEFT JOIN tariff AS t ON t.tariff_code = m.main_tariff
    WHERE t.tariff_code IS NULL OR coalesce(b.priced_on, CASE t.priced_by
        WHEN 'billing_month' THEN b.billing_month
        WHEN 'period_start' THEN b.period_start_on WHEN 'issued_on' THEN b.issued_on ELSE b.period_end_on
    END) BETWEEN t.valid_from AND t.valid_to
)

SELECT
    d.* EXCLUDE (n, billing_month),
    d.billing_month AS month,
    e.amount AS expected_amount,
    e.usage_kwh AS expected_kwh,
    e.loss_kwh AS expected_loss_kwh,
    e.deducted_kwh AS expected_deducted_kwh,
    f.account_id,
    f.billing_month,
    f.usage_kwh AS billed_kwh,
    f.tariff_code AS billed_tariff,
    f.tariff_version,
    f.tier_kwh_before,
    f.loss_kwh AS billed_loss_kwh,
    f.deducted_kwh AS billed_deducted_kwh,
    f.is_whole,
    f.bill_amount
FROM dated AS d JOIN expected_bill AS e USING (bill_id) JOIN differing AS f USING (bill_id) WHERE d.n = 1;

-- Lines as billed: of this batch, those of one place in the bill together.
CREATE OR REPLACE TABLE wrong_line AS
SELECT
    bill_id,
    charge_component AS component,
    tou_period AS tou,
    tier::INTEGER AS tier,
    sum(line_amount)::DECIMAL(18, 2) AS amount,
    count(*) AS lines,
    sum(quantity)::DECIMAL(18, 4) AS quantity, CASE WHEN count(*) = 1 THEN max(price) END AS price
FROM bill_line WHERE bill_id IN (SELECT bill_id FROM wrong_bill WHERE NOT is_whole) GROUP BY ALL
UNION ALL
SELECT bill_id, '*', NULL, NULL, bill_amount, 1, NULL, NULL FROM wrong_bill WHERE is_whole;
