-- Where the unit's month differs, LED-02c says so; what was posted a few days late is LED-15a's. The month
-- agrees, so nothing is to be booked in sum.
WITH by_day AS (
    SELECT r.*, right(r.business_key, 10) AS day, left(right(r.business_key, 10), 7) AS month
    FROM receipt_ledger_break AS r
    WHERE r.cause <> 'posted_late'
)

SELECT
    org_id, month, count(*) AS days, min(day) AS first_day, max(day) AS last_day,
    max(abs(difference)) AS largest_amount
FROM by_day
GROUP BY org_id, month
HAVING abs(sum(difference)) <= param('LED-02.tolerance_yuan');
