SELECT
    serial_no, count(*) AS meters, min(meter_id) AS first_meter_id, max(meter_id) AS last_meter_id,
    min(account_id) AS account_id, max(account_id) AS other_account_id
FROM meter AS r WHERE serial_no IS NOT NULL AND meter_status <> 'scrapped'
GROUP BY serial_no HAVING count(*) > 1;
