-- Judged where the landed history begins with a manual cycle of the account; readings taken at a meter
-- change do not count as manual cycles.
WITH now AS (
    SELECT DISTINCT account_id, billing_month FROM meter_reading AS r
    WHERE reading_method IN ('remote', 'terminal') AND field_checked_on IS NULL
),

cycle AS (
    SELECT
        h.account_id, h.billing_month, bool_or(h.reading_method IN ('remote', 'terminal')) AS is_remote,
        max(h.field_checked_on) AS field_checked_on, max(h.meter_id) AS meter_id, max(h.read_on) AS read_on
    FROM meter_reading_history AS h SEMI JOIN now AS n ON n.account_id = h.account_id
    WHERE h.reading_method IS NOT NULL AND h.reading_source = 'normal'
    GROUP BY h.account_id, h.billing_month
),

counted AS (
    SELECT
        *, count(*) FILTER (is_remote) OVER w AS remote_cycle, first_value(is_remote) OVER w AS always_remote
    FROM cycle WINDOW w AS (PARTITION BY account_id ORDER BY billing_month)
)

SELECT x.* FROM counted AS x JOIN now AS n USING (account_id, billing_month)
WHERE
    x.is_remote
    AND NOT x.always_remote
    AND x.remote_cycle <= param('MRD-06.cycles')
    AND x.field_checked_on IS NULL;
