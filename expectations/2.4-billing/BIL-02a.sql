-- First half of BIL-02. Readings that fall back belong to MRD-07, readings without a positive multiplier to
-- FIL-03b.
SELECT
    r.*, cast((r.reading - r.previous_reading) * r.multiplier AS DECIMAL(18, 4)) AS expected_kwh,
    cast((r.reading - r.previous_reading) * r.multiplier AS DECIMAL(18, 4)) - r.usage_kwh AS missing_kwh
FROM meter_reading AS r
WHERE
    r.reading >= r.previous_reading AND r.multiplier > 0
    AND r.reading_type IN ('total', 'sharp', 'peak', 'flat', 'valley', 'deep_valley')
    AND r.reading_status <> 'unread' AND r.reading_source <> 'reversed'
    AND abs(r.usage_kwh - (r.reading - r.previous_reading) * r.multiplier) > param('BIL-02.tolerance_kwh');
