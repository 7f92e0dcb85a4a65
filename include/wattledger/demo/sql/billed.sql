-- What there is to bill: accounts and months, with the year's kWh before (tiers count by calendar year).
CREATE TABLE billed AS
WITH summed AS (
    SELECT i, m, (sum(used * factor) * 0.01)::DECIMAL(18, 4) AS metered_kwh FROM register
    WHERE reading_type = 'total' GROUP BY i, m
)

SELECT
    i, m, month.month, account_id, a.org_id, a.c, a.class, a.tariff_code, story, metered_kwh,
    'B' || strftime(month.month, '%Y%m') || lpad(i::TEXT, 8, '0') AS bill_id,
    (month.month + to_days(scheduled_day - 1))::DATE AS due_on,
    -- One route is billed on one day, two days after its reading day.
    (month.month + to_days(scheduled_day + 1))::DATE AS issued_on,
    (
        CASE WHEN vacant THEN 0 ELSE monthly_kwh END
        * (month(month.month) - 1 - least(m, month(month.month) - 1))
        + coalesce(sum(metered_kwh) OVER (
            PARTITION BY i, year(month.month) ORDER BY m
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0)
    )::DECIMAL(18, 4
    ) AS kwh_before
FROM summed JOIN month USING (m) JOIN acct AS a USING (i) JOIN route USING (route_id);

-- Small corrections, entered by the biller and approved by the manager, each a line of its bill.
CREATE TABLE adjusted AS
SELECT i, bill_id, ((draw(i, 'adjusted_fen', 4000) - 2000) * 0.01)::DECIMAL(18, 2) AS amount
FROM
    billed WHERE m = 2 AND class <> 'hv' AND draw(i, 'adjusted', 1000) < 4 AND metered_kwh > 100
AND story IS DISTINCT FROM 'reissued';
