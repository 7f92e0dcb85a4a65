-- Bills of the three months, line by line. A bill's amount is the sum of its lines, each rounded to the fen by itself.

CREATE MACRO up_to_tier(kwh, n) AS
    CASE n WHEN 1 THEN least(kwh, getvariable('tier_1')) WHEN 2 THEN greatest(0, least(kwh, getvariable('tier_2')) - getvariable('tier_1'))
    ELSE greatest(0, kwh - getvariable('tier_2')) END;
CREATE TABLE tiered AS
SELECT i, m,
    up_to_tier(kwh_before + usage_kwh, 1) - up_to_tier(kwh_before, 1) AS tier_1,
    up_to_tier(kwh_before + usage_kwh, 2) - up_to_tier(kwh_before, 2) AS tier_2,
    up_to_tier(kwh_before + usage_kwh, 3) - up_to_tier(kwh_before, 3) AS tier_3
FROM billed WHERE class = 'lv_residential';

CREATE TABLE priced_line AS
WITH item AS (
    SELECT b.i, b.m, b.tariff_code, b.reactive, b.metered_kwh, b.kva, unnest(CASE b.tariff_code
        WHEN 'R1' THEN [{seq: 1, component: 'tier_1', quantity: tier_1}, {seq: 2, component: 'tier_2', quantity: tier_2},
            {seq: 3, component: 'tier_3', quantity: tier_3}]
        WHEN 'R1T' THEN [{seq: 1, component: 'peak', quantity: peak}, {seq: 2, component: 'valley', quantity: valley},
            {seq: 3, component: 'tier_2_extra', quantity: tier_2}, {seq: 4, component: 'tier_3_extra', quantity: tier_3}]
        WHEN 'C1' THEN [{seq: 1, component: 'energy', quantity: usage_kwh}, {seq: 7, component: 'fund', quantity: usage_kwh}]
        ELSE [{seq: 1, component: 'sharp', quantity: sharp}, {seq: 2, component: 'peak', quantity: peak},
            -- Losses and deductions have no register of their own: they are billed as flat.
            {seq: 3, component: 'flat', quantity: flat + loss_kwh - deducted_kwh}, {seq: 4, component: 'valley', quantity: valley},
            {seq: 5, component: 'capacity', quantity: CASE WHEN b.tariff_code = 'I2T' THEN b.kva::DECIMAL(18, 4) END},
            {seq: 7, component: 'fund', quantity: usage_kwh}]
        END, recursive := true)
    FROM billed b LEFT JOIN tiered USING (i, m)
)
SELECT i, m, seq, component, quantity::DECIMAL(18, 4) AS quantity, p.price, round(quantity::DECIMAL(18, 4) * p.price, 2)::DECIMAL(18, 2) AS amount
FROM item JOIN tariff_price p USING (tariff_code, component)
WHERE quantity <> 0 OR seq = 1;

CREATE TABLE power_factor_line AS
WITH base AS (
    SELECT i, m, sum(amount) AS base FROM priced_line JOIN acct USING (i)
    WHERE class = 'hv' AND component <> 'fund' GROUP BY i, m
)
SELECT i, m, 6 AS seq, 'power_factor' AS component, base AS quantity, (percent * 0.01) AS price,
    round(base * percent * 0.01, 2)::DECIMAL(18, 2) AS amount
FROM base JOIN billed USING (i, m) JOIN power_factor f
    ON f.standard = CASE WHEN kva > 160 THEN 0.90 ELSE 0.85 END
    AND f.factor = round(metered_kwh::DOUBLE / sqrt(metered_kwh::DOUBLE ** 2 + reactive::DOUBLE ** 2), 2)::DECIMAL(3, 2)
WHERE percent <> 0;

-- Small corrections, entered by the biller and approved by the manager, each a line of its bill.
CREATE TABLE adjusted AS
SELECT i, 2 AS m, 8 AS seq, 'adjustment' AS component, NULL::DECIMAL(18, 4) AS quantity, NULL::DECIMAL(18, 8) AS price,
    ((draw(i, 'adjusted_fen', 4000) - 2000) * 0.01)::DECIMAL(18, 2) AS amount
FROM billed WHERE m = 2 AND class <> 'hv' AND draw(i, 'adjusted', 1000) < 4 AND usage_kwh > 100
    AND story IS DISTINCT FROM 'reissued';

-- Bills issued at a wrong price, cancelled and issued again: '' is the first bill, R its reversal, C the correct one.
CREATE TABLE reissued AS
SELECT i, m, usage_kwh, round(usage_kwh * 0.558, 2)::DECIMAL(18, 2) AS wrong_amount
FROM billed WHERE m = 2 AND story = 'reissued' AND usage_kwh > 0;

CREATE TABLE line AS
WITH right_line AS (SELECT * FROM priced_line UNION ALL SELECT * FROM power_factor_line UNION ALL SELECT * FROM adjusted)
SELECT i, m, CASE WHEN r.i IS NULL THEN '' ELSE 'C' END AS variant, seq, component, quantity, price, amount
FROM right_line LEFT JOIN reissued r USING (i, m)
UNION ALL
SELECT i, m, '', 1, 'energy', usage_kwh, 0.558, wrong_amount FROM reissued
UNION ALL
SELECT i, m, 'R', 1, 'energy', -usage_kwh, 0.558, -wrong_amount FROM reissued;

CREATE TABLE bill AS
WITH total AS (SELECT i, m, variant, sum(amount) AS amount FROM line GROUP BY i, m, variant),
sign (variant, sign, bill_kind) AS (VALUES ('', 1, 'normal'), ('R', -1, 'reversal'), ('C', 1, 'reissue'))
SELECT 'B' || strftime(month, '%Y%m') || lpad(i::TEXT, 8, '0') || variant AS bill_id, month AS billing_month, account_id,
    'M' || (2000000000 + i * 10 + CASE WHEN story = 'meter_change' AND m = 2 THEN 1 ELSE 0 END)::TEXT AS meter_id,
    tariff_code, year(month)::TEXT AS tariff_version,
    (due_on - INTERVAL 1 MONTH + INTERVAL 1 DAY)::DATE AS period_start_on, due_on AS period_end_on, issued_on,
    1 AS months_count, (usage_kwh * sign)::DECIMAL(18, 4) AS usage_kwh, (loss_kwh * sign)::DECIMAL(18, 4) AS loss_kwh,
    (deducted_kwh * sign)::DECIMAL(18, 4) AS deducted_kwh, (tier_1 * sign)::DECIMAL(18, 4) AS tier1_kwh,
    (tier_2 * sign)::DECIMAL(18, 4) AS tier2_kwh, (tier_3 * sign)::DECIMAL(18, 4) AS tier3_kwh,
    amount::DECIMAL(18, 2) AS bill_amount, bill_kind,
    CASE WHEN variant <> '' THEN 'B' || strftime(month, '%Y%m') || lpad(i::TEXT, 8, '0') END AS reissue_of,
    0::DECIMAL(18, 2) AS late_payment_amount
FROM billed JOIN total USING (i, m) JOIN sign USING (variant) LEFT JOIN tiered USING (i, m)
ORDER BY billing_month, i, bill_id;

CREATE TABLE bill_line AS
SELECT bill_id || '-' || seq AS bill_line_id, bill_id, billing_month, account_id, component AS charge_component,
    quantity, price::DECIMAL(18, 8) AS price, amount AS line_amount
FROM line JOIN acct USING (i) JOIN bill USING (account_id)
WHERE m = 2 AND billing_month = getvariable('month')
    AND bill_id = 'B' || strftime(billing_month, '%Y%m') || lpad(i::TEXT, 8, '0') || variant
ORDER BY bill_id, seq;

CREATE TABLE billing_adjustment AS
SELECT 'RS' || strftime(b.billing_month, '%Y%m') || lpad(i::TEXT, 8, '0') AS adjustment_id, b.account_id, b.bill_id, b.issued_on AS adjusted_on,
    ['metering', 'reading', 'tariff', 'other'][1 + draw(i, 'cause', 4)] AS cause, 0::DECIMAL(18, 4) AS adjustment_kwh,
    adjusted.amount AS adjustment_amount, biller_staff_id AS entered_by, staff_no(c, 8300) AS approved_by
FROM adjusted JOIN acct USING (i) JOIN bill b ON b.account_id = acct.account_id AND b.billing_month = getvariable('month')
    JOIN reading_route ON reading_route_id = route_id
ORDER BY i;
