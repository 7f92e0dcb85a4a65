-- One finding per round, that is per route, planned day and actual day, with the number of meters.
SELECT
    r.reading_route_id,
    r.due_on,
    r.read_on,
    count(DISTINCT r.meter_id) AS meters,
    max(date_diff('day', r.due_on, r.read_on)) AS days_off,
    max(coalesce(t.org_id, c.org_id)) AS org_id,
    CASE WHEN min(r.account_id) = max(r.account_id) THEN max(r.account_id) END AS account_id,
    max(coalesce(r.reader_staff_id, t.reader_staff_id)) AS reader_staff_id
FROM meter_reading AS r LEFT JOIN reading_route AS t ON t.reading_route_id = r.reading_route_id
LEFT JOIN customer_account AS c ON c.account_id = r.account_id
WHERE
    r.reading_route_id IS NOT NULL AND r.reading_status = 'read'
    AND abs(
        date_diff('day', r.due_on, r.read_on)
    )
    > CASE
        WHEN r.reading_type = 'demand' AND r.due_on = last_day(r.due_on) THEN param('MRD-03.days_demand')
        WHEN coalesce(t.route_class, c.account_class) = 'hv' THEN param('MRD-03.days_hv') ELSE
            param('MRD-03.days_lv')
    END
GROUP BY r.reading_route_id, r.due_on, r.read_on;
