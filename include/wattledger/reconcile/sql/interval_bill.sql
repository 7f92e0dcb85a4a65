-- Why metered and billed energy differ: a row per period compared, then each step from the one to the other.
CREATE OR REPLACE TABLE interval_bill_period AS
WITH tolerance AS (
    SELECT
        coalesce(param('interval_bill.tolerance_ratio'), 0) AS ratio,
        coalesce(param('interval_bill.rounding_kwh'), 0) AS rounding_kwh,
        coalesce(param('interval_bill.late_read_cancel_ratio'), 0) AS cancel_ratio,
        coalesce(param('interval_bill.late_read_day_ratio'), 0) AS day_ratio
),

beside AS (
    SELECT
        *, metered_kwh * ratio AS tolerated_kwh,
        lead(rest) OVER w AS next_rest, lag(rest) OVER w AS previous_rest,
        lag(next_day_kwh) OVER w AS previous_next_day
    FROM scratch.settled, tolerance
    WINDOW w AS (PARTITION BY account_id, meter_id ORDER BY ends_on, starts_on, business_key)
)

SELECT
    *, intervals > 0 AND abs(rest) <= tolerated_kwh AS agrees,
    CASE
        WHEN starts_on IS NULL OR ends_on IS NULL THEN 'missing_period'
        WHEN intervals = 0 THEN 'missing_intervals'
        WHEN abs(rest) <= rounding_kwh THEN 'rounding'
        WHEN abs(rest) <= tolerated_kwh THEN 'read_minute'
        WHEN credit_kwh > 0 AND abs(rest - credit_kwh) <= greatest(tolerated_kwh, rounding_kwh)
            THEN 'credit_taken_twice'
        -- An hour is lost in spring, and no reading with it.
        WHEN intervals < expected - in_an_hour THEN 'missing_intervals'
        WHEN rest > 0 AND credited_before AND credit_kwh IS NULL THEN 'credit_missing'
        -- Read a day late, a bill has a day's use too much and the next one as much too little.
        WHEN
            abs(rest + next_rest) <= cancel_ratio * abs(rest)
            AND abs(rest + next_day_kwh) <= day_ratio * next_day_kwh THEN 'read_one_day_late'
        WHEN
            abs(rest + previous_rest) <= cancel_ratio * abs(previous_rest)
            AND abs(rest - previous_next_day) <= day_ratio * previous_next_day THEN 'read_one_day_late'
        ELSE 'unexplained'
    END AS cause
FROM beside;
DELETE FROM interval_bill_period WHERE NOT in_period;

CREATE VIEW scratch.pair AS
SELECT org_id, p.*, day_kwh AS left_value, billed_kwh AS right_value
FROM interval_bill_period AS p LEFT JOIN customer_account USING (account_id);

CREATE VIEW scratch.part AS
WITH doubled AS (
    SELECT
        *, coalesce(day_kwh, 0) AS whole, metered_kwh - used_kwh AS due,
        CASE WHEN cause = 'credit_taken_twice' THEN credit_kwh ELSE 0 END AS twice
    FROM scratch.pair
),

step AS (
    SELECT
        org_id, account_id, business_key, unnest([
            { cause: 'read_clock', left_value: whole, right_value: metered_kwh },
            { cause: 'energy_credit', left_value: metered_kwh, right_value: due },
            { cause: 'credit_taken_twice', left_value: due, right_value: due - twice },
            { cause: CASE
                WHEN twice = 0 THEN cause WHEN abs(rest - twice) <= rounding_kwh THEN 'rounding'
                ELSE 'read_minute'
            END, left_value: due - twice, right_value: billed_kwh }
        ], recursive := TRUE),
        to_json({
            starts_on: starts_on, ends_on: ends_on, bills: bills, read_hour: read_hour, day_kwh: day_kwh,
            metered_kwh: metered_kwh, credit_kwh: credit_kwh, bank_in: bank_in, bank_out: bank_out,
            used_kwh: used_kwh, billed_kwh: billed_kwh, next_day_kwh: next_day_kwh, intervals: intervals,
            expected: expected
        })::VARCHAR
            AS evidence
    FROM doubled
)

SELECT *, left_value - right_value AS difference FROM step WHERE left_value <> right_value;
