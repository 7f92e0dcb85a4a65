-- What is to be booked is open until the meter is read, so nothing is at stake: the evidence has the kWh that
-- were billed on estimates. Unread cycles neither settle nor prolong a run.
WITH now AS (
    SELECT DISTINCT account_id, meter_id, billing_month
    FROM meter_reading AS r
    WHERE reading_status = 'estimated'
),

cycle AS (
    SELECT
        h.account_id, h.meter_id, h.billing_month, bool_or(h.reading_status = 'estimated') AS estimated,
        coalesce(
            sum(h.usage_kwh) FILTER (h.reading_type = 'total'),
            sum(h.usage_kwh) FILTER (h.reading_type IN ('sharp', 'peak', 'flat', 'valley', 'deep_valley'))
        ) AS cycle_kwh
    FROM meter_reading_history AS h
    SEMI JOIN now AS n ON n.account_id = h.account_id AND n.meter_id = h.meter_id
    WHERE h.reading_status IN ('read', 'estimated') AND h.reading_source <> 'reversed'
    GROUP BY h.account_id, h.meter_id, h.billing_month
),

run AS (
    SELECT
        *,
        count(*) FILTER (NOT estimated)
            OVER (PARTITION BY account_id, meter_id ORDER BY billing_month)
            AS run_no
    FROM cycle
),

counted AS (
    SELECT
        account_id,
        meter_id,
        billing_month,
        count(*) OVER w AS estimates_in_a_row,
        min(billing_month) OVER w AS estimated_since,
        cast(sum(cycle_kwh) OVER w AS DECIMAL(18, 4)) AS estimated_kwh
    FROM run WHERE estimated
    WINDOW w AS (PARTITION BY account_id, meter_id, run_no ORDER BY billing_month)
)

SELECT x.*, c.account_class FROM counted AS x JOIN now AS n USING (account_id, meter_id, billing_month)
LEFT JOIN customer_account AS c ON c.account_id = x.account_id
WHERE
    x.estimates_in_a_row
    > CASE c.account_class WHEN 'hv' THEN param('MRD-02.estimates_hv') ELSE param('MRD-02.estimates_lv') END;
