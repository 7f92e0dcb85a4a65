-- Where the account's kWh differ in sum, BIL-02b says so. What moved at which price is not known here, so no
-- yuan are at stake, and the kWh cancel.
WITH by_meter AS (
    SELECT
        r.*, r.evidence ->> '$.month' AS billing_month, r.evidence ->> '$.commodity' AS commodity,
        r.evidence ->> '$.meter_id' AS meter_id
    FROM reading_bill_break AS r
    ANTI JOIN usage_point AS u ON u.account_id = r.account_id AND u.usage_calculation <> 'metered'
)

SELECT
    account_id, commodity, billing_month, max(org_id) AS org_id, count(*) AS meters,
    min(meter_id) AS first_meter_id, max(meter_id) AS last_meter_id,
    max(abs(difference)) AS misplaced_kwh
FROM by_meter
GROUP BY account_id, commodity, billing_month
HAVING
    abs(sum(difference)) <= param('BIL-02.tolerance_kwh')
    AND max(abs(difference)) > param('BIL-02.tolerance_kwh');
