-- Bill against receivable: `bill_amount` of the period's bills, the period's receivables summed by bill.

CREATE TABLE scratch.claim AS
SELECT
    coalesce(bill_id, receivable_id) AS business_key, bill_id IS NOT NULL AS names_bill,
    any_value(account_id) AS account_id, sum(receivable_amount)::DECIMAL(18, 4) AS amount,
    count(*) AS receivables
FROM receivable GROUP BY ALL;

CREATE TABLE scratch.side AS
SELECT
    coalesce(b.bill_id, c.business_key) AS business_key,
    coalesce(b.account_id, c.account_id) AS account_id, b.bill_id,
    b.bill_amount::DECIMAL(18, 4) AS left_value, c.amount AS right_value, c.receivables
FROM bill AS b FULL JOIN scratch.claim AS c ON c.names_bill AND c.business_key = b.bill_id;

-- A receivable's bill that cannot be found may lie in the month before; where that was not landed, nobody
-- knows.
CREATE TABLE scratch.unknown AS
SELECT s.business_key
FROM scratch.side AS s JOIN scratch.claim AS c ON c.business_key = s.business_key AND c.names_bill
CROSS JOIN audit_period AS p ANTI JOIN bill_history AS h ON h.bill_id = s.business_key
WHERE
    s.bill_id IS NULL
    AND NOT landed('bill', date_trunc('month', p.period_start) - INTERVAL 1 MONTH, p.period_start);

INSERT INTO scratch.not_judged
SELECT org_id, 'no_earlier_bills', NULL, right_value
FROM scratch.side SEMI JOIN scratch.unknown USING (business_key)
LEFT JOIN customer_account USING (account_id);

CREATE VIEW scratch.pair AS
SELECT org_id, s.*, coalesce(left_value, 0) = coalesce(right_value, 0) AS agrees
FROM scratch.side AS s ANTI JOIN scratch.unknown USING (business_key)
LEFT JOIN customer_account USING (account_id);

CREATE VIEW scratch.part AS
WITH broken AS (
    SELECT *, coalesce(left_value, 0) - coalesce(right_value, 0) AS difference
    FROM scratch.pair WHERE NOT agrees
),

earlier_bill AS (
    SELECT bill_id AS business_key, bill_amount FROM bill_history, audit_period
    WHERE billing_month < period_start AND bill_id IN (SELECT business_key FROM broken WHERE bill_id IS NULL)
),

earlier_claim AS (
    SELECT bill_id AS business_key, sum(receivable_amount) AS claimed FROM receivable_history, audit_period
    WHERE
        receivable_month < period_start
        AND bill_id IN (SELECT business_key FROM broken WHERE receivables IS NULL)
    GROUP BY bill_id
)

SELECT
    org_id, account_id, business_key,
    CASE
        WHEN bill_id IS NULL AND bill_amount = right_value OR receivables IS NULL AND claimed = left_value
            THEN 'period_shift'
        WHEN bill_id IS NULL THEN 'missing_bill'
        WHEN receivables IS NULL THEN 'missing_receivable'
        WHEN abs(difference) <= coalesce(param('bill_receivable.rounding_amount'), 0) THEN 'rounding'
        ELSE 'amount_mismatch'
    END AS cause,
    left_value,
    right_value,
    difference,
    to_json({ receivables: coalesce(receivables, 0) })::VARCHAR AS evidence
FROM broken LEFT JOIN earlier_bill USING (business_key) LEFT JOIN earlier_claim USING (business_key);
