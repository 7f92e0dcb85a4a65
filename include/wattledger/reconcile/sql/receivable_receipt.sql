-- Receivable against receipts: what the receivables note as received, the receipts set against them.

CREATE TABLE scratch.paid AS
SELECT
    receivable_id, sum(received_amount)::DECIMAL(18, 4) AS amount, count(*) AS receipts,
    max(received_on) AS last_received_on
FROM receipt_allocation_history
WHERE receivable_id IN (SELECT receivable_id FROM receivable) GROUP BY receivable_id;

-- A receivable that cannot be found is missing only where the months in which it may lie were landed, as in
-- LED-12a.
CREATE TABLE scratch.orphan AS
SELECT
    coalesce(receivable_id, receipt_id) AS business_key, any_value(account_id) AS account_id,
    bool_and(
        receivable_id IS NULL
        OR landed(
            'receivable',
            date_trunc('month', received_on)
            - INTERVAL 1 MONTH * coalesce(param('LED-12.history_months'), 12)::INTEGER,
            received_on
        )
    ) AS judged,
    sum(received_amount)::DECIMAL(18, 4) AS amount, count(*) AS receipts, max(received_on) AS last_received_on
FROM receipt_allocation AS r
WHERE NOT EXISTS (FROM receivable_history AS h WHERE h.receivable_id = r.receivable_id)
GROUP BY coalesce(receivable_id, receipt_id);

INSERT INTO scratch.not_judged
SELECT org_id, 'no_earlier_receivables', NULL, amount
FROM scratch.orphan LEFT JOIN customer_account USING (account_id) WHERE NOT judged;

CREATE TABLE scratch.side AS
SELECT
    receivable_id AS business_key, account_id, TRUE AS on_file,
    received_amount::DECIMAL(18, 4) AS left_value, amount AS right_value, receipts, last_received_on
FROM receivable LEFT JOIN scratch.paid USING (receivable_id)
UNION ALL
SELECT business_key, account_id, FALSE, NULL, amount, receipts, last_received_on
FROM scratch.orphan WHERE judged;

CREATE VIEW scratch.pair AS
SELECT org_id, s.*, coalesce(left_value, 0) = coalesce(right_value, 0) AS agrees
FROM scratch.side AS s LEFT JOIN customer_account USING (account_id);

CREATE VIEW scratch.part AS
SELECT
    org_id, account_id, business_key,
    CASE
        WHEN NOT on_file THEN 'orphan_receipt' WHEN receipts IS NULL THEN 'missing_receipt'
        ELSE 'amount_mismatch'
    END AS cause,
    left_value, right_value, coalesce(left_value, 0) - coalesce(right_value, 0) AS difference,
    to_json({ receipts: coalesce(receipts, 0), last_received_on: last_received_on })::VARCHAR AS evidence
FROM scratch.pair WHERE NOT agrees;
