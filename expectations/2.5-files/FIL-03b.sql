-- Readings without a multiplier are not looked at here: FIL-01 covers the meter file. kWh at stake are
-- worked out with the multiplier of the meter file, or 1 where it has none, less what was billed all the
-- same.
WITH billed AS (
    SELECT
        b.account_id, b.meter_id, b.billing_month, b.commodity,
        sum(b.usage_kwh - coalesce(b.loss_kwh, 0) + coalesce(b.deducted_kwh, 0)) AS billed_kwh
    FROM bill AS b WHERE b.bill_kind <> 'credit'
    GROUP BY b.account_id, b.meter_id, b.billing_month, b.commodity
)

SELECT
    r.*, b.billed_kwh,
    cast(
        (r.reading - r.previous_reading) * coalesce(m.multiplier, 1)
        - coalesce(b.billed_kwh, r.usage_kwh, 0) AS DECIMAL(18, 4)
    ) AS missing_kwh
FROM meter_reading AS r LEFT JOIN meter AS m ON m.meter_id = r.meter_id AND m.multiplier > 0
LEFT JOIN billed AS b
    ON
        b.account_id = r.account_id AND b.meter_id = r.meter_id AND b.billing_month = r.billing_month
        AND b.commodity = r.commodity
WHERE r.reading_type = 'total' AND r.multiplier <= 0;
