SELECT
    r.*,
    s.staff_name,
    date_diff('month', date_trunc('month', r.reader_since_on), date_trunc('month', p.period_end))
        AS months_on_route
FROM reading_route AS r CROSS JOIN audit_period AS p LEFT JOIN staff AS s ON s.staff_id = r.reader_staff_id
WHERE
    r.reader_staff_id IS NOT NULL
    AND r.reader_since_on + INTERVAL 1 MONTH * cast(param('MRD-04.rotation_months') AS INTEGER)
    < p.period_end;
