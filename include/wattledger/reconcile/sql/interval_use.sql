-- Energy of interval readings by bill period: by calendar day, and from one read clock to the next. A
-- register is read at some hour of the period's last day, so the energy that a bill covers begins and ends at
-- that hour, not at midnight. Local time; the repeated hour of autumn is energy like any other.

-- A bill period: the bills of one statement, or else of the same days, so that a reversal and its reissue
-- net.
CREATE TABLE scratch.statement AS
WITH named AS (
    SELECT
        *, coalesce(
            statement_id,
            coalesce(period_start_on::VARCHAR, '') || '..' || coalesce(period_end_on::VARCHAR, '')
        ) AS statement
    FROM bill_history WHERE usage_kwh IS NOT NULL AND coalesce(bill_kind, '') <> 'credit'
)

SELECT
    account_id, meter_id, account_id || '|' || statement || coalesce('|' || meter_id, '') AS business_key,
    min(period_start_on) AS starts_on, max(period_end_on) AS ends_on,
    sum(usage_kwh)::DECIMAL(18, 4) AS billed_kwh, count(*) AS bills,
    max(billing_month) >= (SELECT period_start FROM audit_period) AS in_period
FROM named GROUP BY account_id, meter_id, statement;

-- The hour at which a meter is read; 24, the end of the day, where no parameter says another.
CREATE TABLE scratch.clock AS
WITH measured AS (
    SELECT
        meter_id, 1440 // (
            bit_count(bit_or(1::BIGINT << hour(interval_start_at)))
            * bit_count(bit_or(1::BIGINT << minute(interval_start_at)))
        ) AS minutes
    FROM interval_reading_history GROUP BY meter_id
)

SELECT
    meter_id, minutes, coalesce(
        param('interval_bill.read_hour.' || meter_id),
        param('interval_bill.read_hour.' || minutes || 'min'), 24
    )::DECIMAL(6, 3
    ) AS read_hour
FROM measured;

-- Days are summed first: ten million intervals become two rows per meter and day.
CREATE TABLE scratch.day_use AS
SELECT
    account_id, meter_id, minutes, read_hour, interval_start_at::DATE AS day,
    (interval_start_at - to_minutes((read_hour * 60)::INTEGER))::DATE + 1 AS read_day,
    sum(kwh) AS kwh, count(*) AS intervals
FROM interval_reading_history AS i JOIN scratch.clock USING (meter_id)
WHERE NOT EXISTS (FROM usage_point AS p WHERE p.usage_point_id = i.usage_point_id AND p.purpose = 'check')
GROUP BY ALL;

-- Rounded to the tables' four places before anything is subtracted, so that parts add up to the whole.
CREATE TABLE scratch.metered AS
WITH by_meter AS (
    SELECT
        s.business_key, u.meter_id, u.minutes, u.read_hour,
        sum(kwh) FILTER (day BETWEEN starts_on AND ends_on) AS by_day,
        sum(kwh) FILTER (read_day BETWEEN starts_on AND ends_on) AS by_clock,
        sum(kwh) FILTER (read_day = ends_on + 1) AS next_day,
        coalesce(sum(intervals) FILTER (read_day BETWEEN starts_on AND ends_on), 0) AS intervals,
        any_value((ends_on - starts_on + 1) * 1440 // u.minutes) AS expected
    FROM scratch.statement AS s JOIN scratch.day_use AS u
        ON
            u.account_id = s.account_id
            AND (s.meter_id IS NULL OR s.meter_id = u.meter_id)
            AND u.day BETWEEN s.starts_on - 1 AND s.ends_on + 2
    GROUP BY ALL
),

summed AS (
    SELECT
        business_key, sum(by_day) AS by_day, sum(by_clock) AS by_clock, sum(next_day) AS next_day,
        sum(intervals)::BIGINT AS intervals, sum(expected)::BIGINT AS expected,
        sum(60 // minutes)::BIGINT AS in_an_hour,
        string_agg(DISTINCT read_hour::DOUBLE::VARCHAR, ', ') AS read_hour
    FROM by_meter GROUP BY business_key
)

SELECT
    s.*, round(by_day, 4)::DECIMAL(18, 4) AS day_kwh,
    coalesce(round(by_clock, 4), 0)::DECIMAL(18, 4) AS metered_kwh,
    round(next_day, 4)::DECIMAL(18, 4) AS next_day_kwh,
    coalesce(intervals, 0) AS intervals, expected, in_an_hour, read_hour
FROM scratch.statement AS s LEFT JOIN summed USING (business_key);
