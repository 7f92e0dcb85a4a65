-- Exactly the first and the last permitted time are in order. Readings taken at a meter change are the
-- fitters' and are left out. The catalogue also names equal GPS positions: no data set holds them.
SELECT
    r.reader_staff_id, cast(r.read_at AS DATE) AS read_date, count(DISTINCT r.meter_id) AS meters,
    min(r.read_at) AS first_read_at,
    max(r.read_at) AS last_read_at,
    max(c.org_id) AS org_id,
    max(r.reading_route_id) AS reading_route_id
FROM meter_reading AS r LEFT JOIN customer_account AS c ON c.account_id = r.account_id
WHERE
    r.reading_method = 'manual' AND r.reader_staff_id IS NOT NULL AND r.reading_source = 'normal'
    AND (
        r.read_at
        < date_trunc('day', r.read_at) + INTERVAL 1 HOUR * cast(param('MRD-10.first_hour') AS INTEGER)
        OR r.read_at
        > date_trunc('day', r.read_at) + INTERVAL 1 HOUR * cast(param('MRD-10.last_hour') AS INTEGER)
    )
GROUP BY r.reader_staff_id, cast(r.read_at AS DATE);
