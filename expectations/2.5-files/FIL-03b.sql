-- Readings without a multiplier are not looked at here: FIL-01 covers the meter file. kWh at stake are
-- worked out with the multiplier of the meter file, or 1 where it has none.
SELECT
    r.*,
    cast(
        (r.reading - r.previous_reading) * coalesce(m.multiplier, 1)
        - coalesce(r.usage_kwh, 0) AS DECIMAL(18, 4)
    ) AS missing_kwh
FROM meter_reading AS r LEFT JOIN meter AS m ON m.meter_id = r.meter_id AND m.multiplier > 0
WHERE r.reading_type = 'total' AND r.multiplier <= 0;
