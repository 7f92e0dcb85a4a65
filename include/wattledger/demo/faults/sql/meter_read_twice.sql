-- Dwellings, each with the meter of a vacant one of the same unit.
WITH shown AS (
    SELECT a.*, meter_id, reading FROM acct AS a JOIN meter_reading USING (account_id)
    WHERE billing_month = getvariable('month') AND tariff_code = 'R1'
),

empty_house AS (
    SELECT org_id, min(meter_id) AS other_meter, arg_min(reading, meter_id) AS other_reading
    FROM shown WHERE vacant GROUP BY org_id
)

-- Far apart on the dial: else it might look like a dwelling that changed hands.
SELECT account_id AS victim_key, shown.*, other_meter
FROM shown
JOIN kept USING (i)
JOIN empty_house USING (org_id)
WHERE pool = 'homes' AND share = 20 AND abs(reading - other_reading) > 1000
