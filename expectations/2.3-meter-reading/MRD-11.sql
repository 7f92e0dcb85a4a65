-- The catalogue gives this check no number of its own; it is the premise of the identities BIL-02 and FIL-04.
-- Demand registers, which are put back to zero, are left out. Only adjacent cycles are judged: where the
-- months billed are known, they must reach back exactly to the last reading; else every month between must
-- have been landed.
WITH now AS (
    SELECT DISTINCT account_id FROM meter_reading AS r
),

chain AS (
    SELECT
        h.reading_id, h.account_id, h.meter_id, h.reading_type, h.commodity, h.billing_month, h.months_count,
        h.previous_reading,
        h.reading,
        h.multiplier,
        lag(h.reading) OVER w AS last_reading,
        lag(h.billing_month) OVER w AS last_billing_month
    FROM meter_reading_history AS h SEMI JOIN now AS n ON n.account_id = h.account_id
    WHERE
        h.reading IS NOT NULL AND h.previous_reading IS NOT NULL AND h.reading_type <> 'demand'
        AND h.reading_source <> 'reversed' AND h.reading_status <> 'unread'
    WINDOW w AS (
        PARTITION BY h.account_id, h.meter_id, h.reading_type, h.commodity
        ORDER BY h.billing_month, h.previous_reading, h.reading, h.reading_id
    )
),

broken AS (
    SELECT
        *
    FROM chain
    WHERE
        previous_reading <> last_reading
        AND abs(previous_reading - last_reading) > param('MRD-11.tolerance_dial')
        AND billing_month >= (SELECT min(billing_month) FROM meter_reading)
),

landed AS (
    SELECT month, row_number() OVER (ORDER BY month) AS position
    FROM (SELECT DISTINCT date_trunc('month', billing_month) AS month FROM meter_reading_history)
)

SELECT
    b.*,
    cast((b.previous_reading - b.last_reading) * coalesce(b.multiplier, 1) AS DECIMAL(18, 4)) AS unbilled_kwh
FROM broken AS b JOIN landed AS f ON f.month = date_trunc('month', b.last_billing_month)
JOIN landed AS t ON t.month = date_trunc('month', b.billing_month)
WHERE
    coalesce(
        date_diff('month', f.month, t.month) = b.months_count,
        t.position - f.position = date_diff('month', f.month, t.month)
    );
