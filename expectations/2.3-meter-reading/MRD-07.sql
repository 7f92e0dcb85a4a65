-- A roll-over is accepted where the wrapped advance is at most the stated share of the dial range and the
-- billed usage equals it. Without dial_digits in the meter file, the digits of the previous reading stand
-- for the dial. kWh at stake: wrapped advance less billed usage where a roll-over is plausible, else the
-- kWh by which the register fell back.
WITH back AS (
    SELECT
        r.*, coalesce(r.multiplier, 1) AS factor, cast(
            power(
                10,
                coalesce(m.dial_digits, length(cast(cast(trunc(r.previous_reading) AS BIGINT) AS VARCHAR)))
            ) AS DECIMAL(18, 4)
        ) AS dial_range
    FROM meter_reading AS r LEFT JOIN meter AS m ON m.meter_id = r.meter_id
    WHERE
        r.reading < r.previous_reading AND r.reading_type <> 'demand'
        AND r.reading_source = 'normal' AND r.reading_status <> 'unread'
),

wrapped AS (
    SELECT
        b.*,
        cast((b.dial_range - b.previous_reading + b.reading) * b.factor AS DECIMAL(18, 4)) AS rollover_kwh,
        b.dial_range - b.previous_reading + b.reading
        <= b.dial_range * param('MRD-07.rollover_share') AS rollover_plausible
    FROM back AS b
)

SELECT
    w.*, cast(CASE
        WHEN w.rollover_plausible THEN w.rollover_kwh - coalesce(w.usage_kwh, 0)
        ELSE (w.previous_reading - w.reading) * w.factor
    END AS DECIMAL(18, 4
    )) AS kwh_at_stake
FROM wrapped AS w
ANTI JOIN meter_reading_history AS e
    ON
        e.account_id = w.account_id AND e.meter_id = w.meter_id
        AND e.reading_type = w.reading_type
        AND e.billing_month < w.billing_month
        AND e.reading = w.previous_reading
        AND e.reading_status = 'estimated'
        AND abs(w.usage_kwh - (w.reading - w.previous_reading) * w.factor) <= param('MRD-07.tolerance_kwh')
WHERE NOT (
    w.rollover_plausible
    AND coalesce(abs(w.usage_kwh - w.rollover_kwh) <= param('MRD-07.tolerance_kwh'), TRUE)
);
