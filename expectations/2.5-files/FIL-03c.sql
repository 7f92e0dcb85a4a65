-- Meters whose file contradicts their transformers are FIL-03a's.
SELECT
    r.meter_id,
    r.account_id,
    r.billing_month,
    max(r.multiplier) AS billed_multiplier,
    max(m.multiplier) AS file_multiplier,
    max(m.ct_ratio) AS ct_ratio, max(m.pt_ratio) AS pt_ratio,
    cast(
        sum(
            CASE
                WHEN
                    r.reading_type = 'total'
                    THEN (r.reading - r.previous_reading) * (m.multiplier - r.multiplier)
            END
        ) AS DECIMAL(18, 4)
    ) AS missing_kwh
FROM meter_reading AS r JOIN meter AS m ON m.meter_id = r.meter_id
WHERE
    r.multiplier > 0
    AND r.multiplier <> m.multiplier
    AND coalesce(m.multiplier = m.ct_ratio * coalesce(m.pt_ratio, 1), TRUE)
GROUP BY r.meter_id, r.account_id, r.billing_month;
