SELECT
    r.reader_staff_id,
    r.read_on,
    count(DISTINCT r.meter_id) AS meters,
    max(c.org_id) AS org_id,
    max(r.reading_route_id) AS reading_route_id
FROM meter_reading AS r LEFT JOIN customer_account AS c ON c.account_id = r.account_id
WHERE
    r.reading_method = 'manual' AND r.reader_staff_id IS NOT NULL AND r.read_on IS NOT NULL
    AND r.reading_source = 'normal' AND r.reading_status = 'read'
GROUP BY r.reader_staff_id, r.read_on HAVING count(DISTINCT r.meter_id) > param('MRD-10.readings_per_day');
