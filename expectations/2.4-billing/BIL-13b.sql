-- What should have been billed is not known before the meter is read, so neither yuan nor kWh are at stake.
-- Where another meter of the account was read, BIL-02b says that its kWh differ; a closed account that is
-- billed is FIL-05a's. A point that is billed by agreement is read by nobody.
SELECT
    r.*, r.evidence ->> '$.month' AS billing_month, r.evidence ->> '$.bills' AS bills,
    r.right_value AS billed_kwh
FROM reading_bill_break AS r
ANTI JOIN meter_reading AS m
    ON
        m.account_id = r.account_id AND left(cast(m.billing_month AS VARCHAR), 7) = r.evidence ->> '$.month'
        AND m.commodity = r.evidence ->> '$.commodity'
        AND m.usage_kwh IS NOT NULL
        AND m.reading_source <> 'reversed'
ANTI JOIN usage_point AS u ON u.account_id = r.account_id AND u.usage_calculation <> 'metered'
ANTI JOIN customer_account AS c
    ON
        c.account_id = r.account_id AND c.account_status = 'closed'
        AND coalesce(left(cast(c.closed_on AS VARCHAR), 7) < r.evidence ->> '$.month', TRUE)
WHERE r.cause = 'missing_reading' AND abs(r.difference) > param('BIL-02.tolerance_kwh');
