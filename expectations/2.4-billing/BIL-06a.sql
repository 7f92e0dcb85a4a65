-- Counted over the landed part of the year, for accounts adjusted in the period. Which of them are wrong is
-- not known, so nothing is at stake.
WITH now AS (
    SELECT DISTINCT account_id, year(adjusted_on) AS adjusted_year
    FROM billing_adjustment AS r
    WHERE cause <> 'policy'
),

counted AS (
    SELECT
        h.account_id,
        cast(year(h.adjusted_on) AS VARCHAR) AS adjusted_year,
        count(*) AS adjustments,
        sum(h.adjustment_amount) AS adjusted_amount,
        sum(h.adjustment_kwh) AS adjusted_kwh, max(h.adjusted_on) AS last_adjusted_on
    FROM billing_adjustment_history AS h
    SEMI JOIN now AS n ON n.account_id = h.account_id AND n.adjusted_year = year(h.adjusted_on)
    WHERE h.cause <> 'policy' GROUP BY h.account_id, year(h.adjusted_on)
)

SELECT * FROM counted WHERE adjustments > param('BIL-06.adjustments_per_year');
