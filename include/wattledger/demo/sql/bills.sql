-- Bills of the three months as the billing system worked them out (`billing_expected_*`), line by line for
-- the audited one.

-- Bills issued at a wrong price, cancelled and issued again: '' is the first bill, R its reversal, C the
-- correct one.
CREATE TABLE reissued AS
SELECT i, bill_id, usage_kwh, round(usage_kwh * 0.558, 2)::DECIMAL(18, 2) AS wrong_amount
FROM billed JOIN billing_expected_bill USING (bill_id) WHERE m = 2 AND story = 'reissued' AND usage_kwh > 0;

CREATE TABLE line AS
SELECT
    bill_id,
    bill_id || CASE WHEN r.i IS NULL THEN '' ELSE 'C' END AS variant_id,
    l.component,
    l.tou,
    tier,
    quantity,
    price,
    amount,
    row_number()
        OVER (
            PARTITION BY bill_id
            ORDER BY l.tariff_code <> main_code, l.tariff_code, c.seq, l.component, t.place, tier, quantity
        )
        AS seq
FROM billing_expected_line AS l
JOIN (SELECT bill_id, tariff_code AS main_code FROM billed WHERE m = 2) AS b USING (bill_id)
LEFT JOIN reissued AS r USING (bill_id)
LEFT JOIN
    (SELECT tariff_code, component, min(seq) AS seq FROM tariff_component GROUP BY ALL) AS c
    ON c.tariff_code = l.tariff_code AND c.component = l.component
LEFT JOIN
    (VALUES ('sharp', 1), ('peak', 2), ('flat', 3), ('valley', 4), ('deep_valley', 5)) AS t (tou, place)
    ON t.tou = l.tou
UNION ALL
SELECT bill_id, bill_id || variant, 'energy', NULL, NULL, usage_kwh * sign, 0.558, wrong_amount * sign, 1
FROM reissued, (VALUES ('', 1), ('R', -1)) AS v (variant, sign);

CREATE TABLE bill AS
WITH variant (variant, sign, bill_kind) AS (
    VALUES ('', 1, 'normal'), ('R', -1, 'reversal'), ('C', 1, 'reissue')
),

main AS (
    SELECT bill_id, arg_min(tariff_code, point_id) AS tariff_code
    FROM billing_rating_point
    WHERE parent_point_id IS NULL
    GROUP BY bill_id
)

SELECT
    bill_id || variant AS bill_id, month AS billing_month, b.account_id,
    CASE
        WHEN
            NOT second
            THEN
                'M'
                || (
                    2000000000 + i * 10 + CASE WHEN b.story = 'meter_change' AND m = 2 THEN 1 ELSE 0 END
                )::TEXT
    END AS meter_id,
    main.tariff_code,
    year(month)::TEXT AS tariff_version,
    g.period_start_on,
    g.period_end_on,
    b.issued_on,
    1 AS months_count,
    (e.usage_kwh * sign)::DECIMAL(18, 4) AS usage_kwh,
    CASE WHEN b.class = 'lv_residential' THEN g.kwh_before END AS tier_kwh_before,
    (loss_kwh * sign)::DECIMAL(18, 4) AS loss_kwh, (deducted_kwh * sign)::DECIMAL(18, 4) AS deducted_kwh,
    CASE WHEN b.class = 'lv_residential' THEN tier1_kwh * sign END::DECIMAL(18, 4) AS tier1_kwh,
    CASE WHEN b.class = 'lv_residential' THEN tier2_kwh * sign END::DECIMAL(18, 4) AS tier2_kwh,
    CASE WHEN b.class = 'lv_residential' THEN tier3_kwh * sign END::DECIMAL(18, 4) AS tier3_kwh,
    CASE WHEN r.i IS NULL OR variant = 'C' THEN e.amount ELSE wrong_amount * sign END::DECIMAL(18, 2)
        AS bill_amount,
    bill_kind,
    CASE WHEN variant <> '' THEN bill_id END AS reissue_of, 0::DECIMAL(18, 2) AS late_payment_amount
FROM billed AS b
JOIN acct AS a USING (i)
JOIN billing_expected_bill AS e USING (bill_id)
JOIN billing_rating_bill AS g USING (bill_id)
JOIN main USING (bill_id)
LEFT JOIN reissued AS r USING (bill_id) JOIN variant ON variant = '' OR r.i IS NOT NULL
ORDER BY billing_month, i, bill_id;

CREATE TABLE bill_line AS
SELECT
    variant_id || '-' || seq AS bill_line_id,
    variant_id AS bill_id,
    billing_month,
    account_id,
    component AS charge_component,
    tou AS tou_period, tier, quantity, price::DECIMAL(18, 8) AS price, amount::DECIMAL(18, 2) AS line_amount
FROM line JOIN bill ON bill.bill_id = variant_id ORDER BY variant_id, seq;

CREATE TABLE billing_adjustment AS
SELECT
    'RS' || substr(bill_id, 2) AS adjustment_id, b.account_id, bill_id, b.issued_on AS adjusted_on,
    ['metering', 'reading', 'tariff', 'other'][1 + draw(i, 'cause', 4)] AS cause,
    0::DECIMAL(18, 4) AS adjustment_kwh,
    adjusted.amount AS adjustment_amount, biller_staff_id AS entered_by, staff_no(c, 8300) AS approved_by
FROM adjusted
JOIN acct USING (i)
JOIN bill AS b USING (bill_id)
JOIN reading_route ON reading_route_id = route_id
ORDER BY i;
