-- Receipts against the ledger, by unit and day. Days before the period are looked at too, since their money
-- may have been posted in it.

CREATE TABLE scratch.day AS
WITH span AS (
    SELECT
        period_start, period_end,
        period_start - coalesce(param('receipt_ledger.late_days'), 0)::INTEGER AS looked_from
    FROM audit_period
),

received AS (
    SELECT org_id, received_on AS day, sum(received_amount)::DECIMAL(18, 4) AS amount, count(*) AS receipts
    FROM receipt_allocation_history LEFT JOIN customer_account USING (account_id), span
    WHERE received_on >= looked_from GROUP BY ALL
),

posted AS (
    SELECT
        org_id, posted_on AS day,
        sum(coalesce(credit_amount, 0) - coalesce(debit_amount, 0))::DECIMAL(18, 4) AS amount,
        count(*) AS entries, min(voucher_no) AS voucher_no
    FROM ledger_entry_history, span WHERE ledger_item = 'receipt' AND posted_on >= looked_from GROUP BY ALL
)

SELECT
    coalesce(r.org_id, p.org_id) AS org_id, coalesce(r.day, p.day) AS day, r.amount AS left_value,
    p.amount AS right_value, coalesce(r.amount, 0) - coalesce(p.amount, 0) AS difference,
    receipts, entries, voucher_no,
    coalesce(r.day, p.day) >= (SELECT period_start FROM audit_period) AS in_period
FROM received AS r FULL JOIN posted AS p ON r.day = p.day AND r.org_id IS NOT DISTINCT FROM p.org_id;

-- One shortfall settles one excess: the first later day of the one must be the last earlier day of the
-- other.
CREATE TABLE scratch.late AS
WITH fitting AS (
    SELECT
        e.org_id, e.day AS received_on, s.day AS posted_on,
        s.day = min(s.day) OVER (PARTITION BY e.org_id, e.day)
        AND e.day = max(e.day) OVER (PARTITION BY e.org_id, s.day) AS settles
    FROM scratch.day AS e JOIN scratch.day AS s
        ON
            e.org_id = s.org_id AND e.difference = -s.difference
            AND s.day > e.day AND s.day <= e.day + coalesce(param('receipt_ledger.late_days'), 0)::INTEGER
    WHERE e.difference > 0
)

SELECT org_id, received_on, posted_on FROM fitting WHERE settles;

-- What was posted and not received may be of days before; where these were not landed, nobody knows.
CREATE TABLE scratch.unknown AS
SELECT d.org_id, d.day FROM scratch.day AS d
WHERE
    d.in_period AND d.difference < 0
    AND NOT EXISTS (FROM scratch.late AS m WHERE m.org_id = d.org_id AND m.posted_on = d.day)
    AND NOT landed(
        'receipt_allocation', d.day - coalesce(param('receipt_ledger.late_days'), 0)::INTEGER, d.day
    );

INSERT INTO scratch.not_judged
SELECT d.org_id, 'no_earlier_receipts', left_value, right_value
FROM scratch.day AS d JOIN scratch.unknown AS u ON u.day = d.day AND u.org_id IS NOT DISTINCT FROM d.org_id;

CREATE VIEW scratch.pair AS
SELECT
    org_id, NULL::VARCHAR AS account_id, coalesce(org_id, '') || '|' || day AS business_key,
    left_value, right_value, difference = 0 AS agrees, difference, day, receipts, entries, voucher_no
FROM scratch.day AS d WHERE in_period AND NOT EXISTS (
    FROM scratch.unknown AS u WHERE u.day = d.day AND u.org_id IS NOT DISTINCT FROM d.org_id
);

CREATE VIEW scratch.part AS
WITH matched AS (
    SELECT org_id, received_on AS day, received_on, posted_on FROM scratch.late
    UNION ALL
    SELECT org_id, posted_on, received_on, posted_on FROM scratch.late
)

SELECT
    p.org_id, account_id, business_key,
    CASE
        WHEN m.day IS NOT NULL THEN 'posted_late' WHEN entries IS NULL THEN 'unposted'
        WHEN receipts IS NULL THEN 'posted_without_receipt' ELSE 'amount_mismatch'
    END AS cause,
    left_value, right_value, difference,
    to_json({
        receipts: coalesce(receipts, 0), entries: coalesce(entries, 0), voucher_no: voucher_no,
        received_on: received_on, posted_on: posted_on
    })::VARCHAR AS evidence
FROM scratch.pair AS p LEFT JOIN matched AS m ON m.org_id = p.org_id AND m.day = p.day WHERE NOT agrees;
