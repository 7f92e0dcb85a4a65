-- Why a key differs.

-- What cancels, to the last digit, with the month next to it.
CREATE TABLE scratch.shifted AS
WITH series AS (
    SELECT account_id, month, meter_id, difference FROM scratch.broken
    UNION ALL
    SELECT account_id, month, meter_id, difference FROM scratch.before WHERE difference <> 0
)

SELECT DISTINCT a.account_id, a.month, a.meter_id FROM series
    AS a JOIN series AS b ON a.account_id = b.account_id
AND a.meter_id = b.meter_id AND a.difference = -b.difference
AND abs(date_diff('month', a.month, b.month)) = 1;

-- The multiplier of a meter, and of an account whose meters have one in common.
CREATE TABLE scratch.factor AS
SELECT
    account_id, coalesce(meter_id, '') AS meter_id,
    CASE WHEN count(DISTINCT multiplier) = 1 THEN min(multiplier) END AS multiplier
FROM meter_reading WHERE reading_type = 'total' AND account_id IN (SELECT account_id FROM scratch.broken)
GROUP BY GROUPING SETS ((account_id, meter_id), (account_id));

-- Multipliers that somebody may have billed by.
CREATE TABLE scratch.factors AS
SELECT DISTINCT multiplier AS value FROM meter_reading WHERE multiplier > 0
UNION
SELECT multiplier FROM meter WHERE multiplier > 0
UNION
SELECT ct_ratio FROM meter WHERE ct_ratio > 0
UNION
SELECT pt_ratio FROM meter WHERE pt_ratio > 0
UNION
SELECT 1;

-- What an account was billed a second time in a month.
CREATE TABLE scratch.repeated AS
SELECT account_id, date_trunc('month', billing_month)::DATE AS month, sum(usage_kwh) AS repeated_kwh
FROM bill JOIN bill_repeat USING (bill_id)
WHERE commodity = '{commodity}' AND account_id IN (SELECT account_id FROM scratch.broken)
GROUP BY ALL;

CREATE VIEW scratch.part AS
WITH judged AS (
    SELECT
        *, abs(difference) AS size, coalesce(loss_kwh, 0) AS loss, coalesce(deducted_kwh, 0) AS deducted,
        coalesce(param('reading_bill.rounding_kwh'), 0) AS rounding_kwh,
        (
            SELECT
                min(f.value) FROM scratch.factors AS f WHERE
                f.value <> factor.multiplier AND left_value > 0
                AND abs(right_value * factor.multiplier - left_value * f.value)
                <= factor.multiplier * coalesce(param('reading_bill.rounding_kwh'), 0)
        ) AS billed_multiplier,
        EXISTS (
            FROM
                scratch.shifted AS s WHERE
                s.account_id = b.account_id AND s.month = b.month
                AND s.meter_id = b.meter_id
        ) AS shifted,
        -- A dial of so many digits, read or billed as if it had run round once.
        EXISTS (
            FROM range(3, 10) AS d (digits)
            WHERE
                abs(size - (10 ** digits)::DECIMAL(10, 0) * coalesce(factor.multiplier, 1))
                <= coalesce(param('reading_bill.rounding_kwh'), 0)
        ) AS turned
    FROM scratch.broken AS b LEFT JOIN scratch.factor AS factor USING (account_id, meter_id)
    LEFT JOIN scratch.repeated AS repeated USING (account_id, month)
)

SELECT
    org_id, account_id, business_key,
    CASE
        WHEN shifted THEN 'period_shift'
        WHEN bills IS NULL THEN 'missing_bill'
        WHEN readings IS NULL THEN 'missing_reading'
        WHEN size <= rounding_kwh THEN 'rounding'
        WHEN billed_multiplier IS NOT NULL THEN 'multiplier'
        WHEN size IN (abs(loss), abs(deducted), abs(loss - deducted)) THEN 'loss_or_deduction'
        WHEN abs(difference + repeated_kwh) <= rounding_kwh THEN 'billed_twice'
        WHEN turned THEN 'dial_turn'
        WHEN left_value = 0 THEN 'billed_without_advance'
        WHEN right_value = 0 THEN 'billed_zero'
        WHEN left_value < 0 THEN 'reading_fell_back'
        ELSE 'unexplained'
    END AS cause,
    left_value, right_value, difference,
    to_json({
        month: strftime(month, '%Y-%m'), commodity: '{commodity}', meter_id: nullif(meter_id, ''),
        readings: coalesce(readings, 0)::BIGINT, bills: coalesce(bills, 0)::BIGINT,
        multiplier: multiplier, billed_multiplier: billed_multiplier,
        loss_kwh: loss_kwh, deducted_kwh: deducted_kwh
    })::VARCHAR AS evidence
FROM judged;
