-- One finding for the day that lacks the money and the day that has too much. The money is in the books, so
-- nothing is at stake.
SELECT
    r.org_id, r.evidence ->> '$.received_on' AS received_on, max(r.evidence ->> '$.posted_on') AS posted_on,
    date_diff(
        'day', cast(r.evidence ->> '$.received_on' AS DATE), cast(max(r.evidence ->> '$.posted_on') AS DATE)
    ) AS days_late,
    max(abs(r.difference)) AS late_amount
FROM receipt_ledger_break AS r
WHERE r.cause = 'posted_late'
GROUP BY r.org_id, r.evidence ->> '$.received_on';
