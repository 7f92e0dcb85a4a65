-- Where another meter of the account was billed in the month, the account's kWh differ, and BIL-02b says
-- so. A closed account that is read is FIL-05a's.
SELECT r.*, r.evidence ->> '$.month' AS billing_month, r.left_value AS read_kwh
FROM reading_bill_break AS r
ANTI JOIN bill AS b
    ON
        b.account_id = r.account_id AND left(cast(b.billing_month AS VARCHAR), 7) = r.evidence ->> '$.month'
        AND b.commodity = r.evidence ->> '$.commodity' AND b.bill_kind <> 'credit' AND b.usage_kwh IS NOT NULL
ANTI JOIN customer_account AS c
    ON
        c.account_id = r.account_id AND c.account_status = 'closed'
        AND coalesce(left(cast(c.closed_on AS VARCHAR), 7) < r.evidence ->> '$.month', TRUE)
WHERE r.cause = 'missing_bill' AND abs(r.difference) > param('BIL-02.tolerance_kwh');
