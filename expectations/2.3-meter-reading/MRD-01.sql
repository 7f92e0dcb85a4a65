-- Estimated and unread meters count as not read. A meter counts once, with all its registers. Routes
-- without a class are held to the LV target.
WITH route AS (
    SELECT
        r.reading_route_id, left(cast(r.billing_month AS VARCHAR), 7) AS month,
        coalesce(max(t.org_id), max(c.org_id)) AS org_id, coalesce(max(t.route_class), 'lv') AS route_class,
        count(DISTINCT r.meter_id) AS due_meters,
        count(DISTINCT r.meter_id)
        - count(DISTINCT r.meter_id) FILTER (r.reading_status <> 'read') AS read_meters
    FROM meter_reading AS r LEFT JOIN reading_route AS t ON t.reading_route_id = r.reading_route_id
    LEFT JOIN customer_account AS c ON c.account_id = r.account_id
    WHERE r.reading_route_id IS NOT NULL AND r.reading_source = 'normal'
    GROUP BY r.reading_route_id, left(cast(r.billing_month AS VARCHAR), 7)
)

SELECT *, cast(read_meters * 100.0 / due_meters AS DECIMAL(5, 2)) AS read_percent FROM route
WHERE
    read_meters
    < due_meters * CASE route_class WHEN 'hv' THEN param('MRD-01.rate_hv') ELSE param('MRD-01.rate_lv') END;
