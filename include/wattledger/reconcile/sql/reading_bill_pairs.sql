-- What is compared, and what of it differs.
CREATE VIEW scratch.pair AS
SELECT org_id, s.*, difference = 0 AS agrees
FROM scratch.now AS s
LEFT JOIN customer_account USING (account_id);

CREATE TABLE scratch.broken AS
SELECT
    *, account_id || '|' || strftime(month, '%Y-%m')
    || CASE WHEN meter_id = '' THEN '' ELSE '|' || meter_id END
    || CASE WHEN '{commodity}' = 'electricity' THEN '' ELSE '|{commodity}' END AS business_key
FROM scratch.pair WHERE NOT agrees;

-- What a break may cancel with: the month before.
CREATE VIEW scratch.earlier_reading AS
SELECT h.* FROM meter_reading_history AS h, audit_period
WHERE
    billing_month < period_start AND billing_month >= period_start - INTERVAL 1 MONTH
    AND account_id IN (SELECT account_id FROM scratch.broken);

CREATE VIEW scratch.earlier_bill AS
SELECT h.* FROM bill_history AS h, audit_period
WHERE
    billing_month < period_start AND billing_month >= period_start - INTERVAL 1 MONTH
    AND account_id IN (SELECT account_id FROM scratch.broken);
