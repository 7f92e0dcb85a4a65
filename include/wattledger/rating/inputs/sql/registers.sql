-- What was read for these bills: a row per bill and register,
-- with the multiplier that is right and what billing made of it.
CREATE OR REPLACE TABLE lake_register AS
WITH read AS (
    SELECT
        r.account_id, date_trunc('month', r.billing_month)::DATE AS month, r.meter_id,
        coalesce(r.usage_point_id, m.usage_point_id, r.meter_id) AS point_id,
        CASE r.reading_type WHEN 'reverse' THEN 'feed_in' ELSE r.reading_type END AS register,
        r.previous_reading, r.reading, r.usage_kwh AS billed_usage, r.multiplier AS billed_multiplier,
        coalesce(
            nullif(m.ct_ratio, 0) * coalesce(nullif(m.pt_ratio, 0), 1),
            nullif(m.multiplier, 0),
            nullif(r.multiplier, 0),
            1
        )::DECIMAL(14, 4) AS multiplier,
        -- as in MRD-07: what fell back by more than this share of the dial has not passed zero
        CASE
            WHEN r.reading < r.previous_reading AND r.reading_type <> 'demand'
                THEN
                    coalesce(m.dial_digits, length(trunc(r.previous_reading)::BIGINT::VARCHAR))
        END::INTEGER AS digits
    FROM meter_reading_history AS r LEFT JOIN meter AS m ON m.meter_id = r.meter_id
    WHERE
        r.billing_month >= DATE '{first}' AND r.billing_month < DATE '{after}'
        AND coalesce(r.reading_source, 'normal') <> 'reversed'
        AND coalesce(r.reading_status, 'read') <> 'unread'
        AND (coalesce(r.commodity, 'electricity') = 'electricity')
        AND (
            (r.reading IS NOT NULL AND (r.previous_reading IS NOT NULL OR r.reading_type = 'demand'))
            OR r.usage_kwh IS NOT NULL
        )
)

SELECT
    r.* EXCLUDE (digits),
    r.reading IS NULL OR (r.previous_reading IS NULL AND r.register <> 'demand') AS usage_only,
    CASE
        WHEN
            power(10, digits)::DECIMAL(18, 4) - r.previous_reading + r.reading
            <= power(10, digits)::DECIMAL(18, 4) * param('MRD-07.rollover_share') THEN digits
    END AS dial_digits
FROM read AS r
WHERE NOT EXISTS (FROM usage_point AS p WHERE p.usage_point_id = r.point_id AND p.purpose = 'check');
