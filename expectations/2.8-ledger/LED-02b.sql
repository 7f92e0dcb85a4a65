WITH arrived AS (
    SELECT
        d.org_id,
        left(cast(d.bank_arrived_on AS VARCHAR), 7) AS month,
        sum(d.deposit_amount) AS deposit_amount,
        count(*) AS deposits
    FROM bank_deposit_history AS d CROSS JOIN audit_period AS p
    WHERE d.bank_arrived_on BETWEEN p.period_start AND p.period_end AND d.deposit_status <> 'bounced'
    GROUP BY ALL
),

finance AS (
    SELECT org_id, left(cast(posted_on AS VARCHAR), 7) AS month, sum(debit_amount) AS ledger_amount
    FROM ledger_entry AS r WHERE ledger_item = 'bank' GROUP BY ALL
)

SELECT
    org_id,
    month,
    coalesce(deposit_amount, 0) AS deposit_amount,
    coalesce(deposits, 0) AS deposits,
    coalesce(ledger_amount, 0) AS ledger_amount
FROM arrived FULL JOIN finance USING (org_id, month)
WHERE abs(coalesce(deposit_amount, 0) - coalesce(ledger_amount, 0)) > param('LED-02.tolerance_yuan');
