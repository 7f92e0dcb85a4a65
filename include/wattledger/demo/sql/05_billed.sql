-- What is billed: kWh by register and month, with the year's kWh before (tiers count by calendar year).
CREATE TABLE billed AS
WITH summed AS (
    SELECT i, m, sum(used * factor) FILTER (code = 11) * 0.01 AS metered_kwh, sum(used * factor) FILTER (code = 12) * 0.01 AS sharp,
        sum(used * factor) FILTER (code = 13) * 0.01 AS peak, sum(used * factor) FILTER (code = 14) * 0.01 AS valley,
        sum(used * factor) FILTER (code = 15) * 0.01 AS flat, sum(used * factor) FILTER (code = 21) * 0.01 AS reactive
    FROM register GROUP BY i, m
), sized AS (
    SELECT summed.*, month.month, a.account_id, a.org_id, a.c, a.class, a.tariff_code, a.monthly_kwh, a.kva, a.story,
        CASE WHEN metering_mode = 'hv_lv' THEN round(metered_kwh * 0.015, 0) ELSE 0 END AS loss_kwh,
        CASE WHEN has_deduction THEN round(metered_kwh * 0.05, 0) ELSE 0 END AS deducted_kwh,
        (month.month + to_days(scheduled_day - 1))::DATE AS due_on,
        -- One route is billed on one day, two days after its reading day.
        (month.month + to_days(scheduled_day + 1))::DATE AS issued_on
    FROM summed JOIN month USING (m) JOIN acct a USING (i) JOIN route USING (route_id)
)
SELECT *, (metered_kwh + loss_kwh - deducted_kwh)::DECIMAL(18, 4) AS usage_kwh,
    (CASE WHEN vacant THEN 0 ELSE monthly_kwh END * (month(month) - 1 - least(m, month(month) - 1))
        + coalesce(sum(metered_kwh) OVER (PARTITION BY i, year(month) ORDER BY m
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::DECIMAL(18, 4) AS kwh_before
FROM sized JOIN (SELECT i, vacant FROM acct) USING (i);
