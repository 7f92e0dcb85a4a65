-- The reading side of FIL-07: it needs no meter file. A change of tenant, where one account's end reading
-- is the next one's start reading, is in order.
WITH of_several AS (
    SELECT meter_id
    FROM meter_reading AS r
    WHERE reading_type = 'total'
    GROUP BY meter_id
    HAVING min(account_id) <> max(account_id)
),

shared AS (
    SELECT
        meter_id, commodity, date_trunc('month', billing_month) AS billed_in,
        min(account_id) AS account_id,
        max(account_id) AS other_account_id,
        count(*) AS readings,
        min(previous_reading) AS lowest_reading,
        max(reading) AS highest_reading,
        sum(reading - previous_reading) AS advance,
        sum(usage_kwh) AS usage_kwh
    FROM meter_reading AS r SEMI JOIN of_several AS s USING (meter_id)
    WHERE reading_type = 'total' AND reading_source = 'normal' AND reading_status <> 'unread'
    GROUP BY meter_id, commodity, date_trunc('month', billing_month)
    HAVING count(*) > 1
)

SELECT *, left(cast(billed_in AS VARCHAR), 7) AS month FROM shared
WHERE account_id <> other_account_id AND advance <> highest_reading - lowest_reading;
