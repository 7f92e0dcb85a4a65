-- A roll-over is accepted where the wrapped advance is at most the stated share of the dial range and the
-- billed usage equals it. Without dial_digits in the meter file, the digits of the previous reading stand
-- for the dial. kWh at stake: where a roll-over is plausible, the wrapped advance less what was billed; where
-- the fall was billed as a whole turn of a dial, that turn; else nobody knows before the meter is read again.
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
),

-- Where one meter has one bill in the month, what was billed is the bill's, and else the reading's own usage.
billed AS (
    SELECT
        w.reading_id, max(b.usage_kwh - coalesce(b.loss_kwh, 0) + coalesce(b.deducted_kwh, 0)) AS billed_kwh
    FROM wrapped AS w
    JOIN bill AS b
        ON
            b.account_id = w.account_id AND b.meter_id = w.meter_id AND b.commodity = w.commodity
            AND b.billing_month = w.billing_month
    WHERE b.bill_kind IN ('normal', 'reissue') AND w.reading_type = 'total'
    GROUP BY w.reading_id HAVING count(*) = 1
),

dial_turn AS (
    SELECT w.reading_id, max(d.dial) AS dial
    FROM wrapped AS w LEFT JOIN billed AS b ON b.reading_id = w.reading_id
    JOIN
        (
            VALUES
            (1000), (10000), (100000), (1000000), (10000000), (100000000)
        ) AS d (dial)
        ON
            abs(coalesce(b.billed_kwh, w.usage_kwh) - (w.reading - w.previous_reading + d.dial) * w.factor)
            <= param('MRD-07.tolerance_kwh')
    GROUP BY w.reading_id
)

SELECT
    w.*, b.billed_kwh, cast(CASE
        WHEN w.rollover_plausible THEN w.rollover_kwh - coalesce(b.billed_kwh, w.usage_kwh, 0)
        WHEN t.dial IS NOT NULL THEN -t.dial * w.factor
    END AS DECIMAL(18, 4
    )) AS kwh_at_stake
FROM wrapped AS w
LEFT JOIN billed AS b ON b.reading_id = w.reading_id
LEFT JOIN dial_turn AS t ON t.reading_id = w.reading_id
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
