-- One finding per collector, day and kind of money. A payment is judged in the period in which its time
-- runs out, so each is judged once. Payments reversed later are left out. Amount: the money
-- that is not at the bank yet; what came late is there.
WITH paid AS (
    SELECT * FROM payment AS r
    UNION ALL
    SELECT h.*
    FROM payment_history AS h
    CROSS JOIN audit_period AS p
    WHERE h.charged_at < p.period_start
),

money AS (
    SELECT
        x.org_id,
        coalesce(x.cashier_staff_id, x.org_id, '-') AS collector,
        cast(x.charged_at AS DATE) AS charged_on,
        CASE WHEN x.settle_method = 'cash' THEN 'cash' ELSE 'non_cash' END AS deposit_kind,
        x.payment_amount,
        x.deposit_id,
        d.deposited_on,
        cast(x.charged_at AS DATE)
        + cast(
            CASE
                WHEN x.settle_method = 'cash' THEN param('LED-03.days_cash') ELSE param('LED-03.days_other')
            END AS INTEGER
        ) AS deposit_due_on
    FROM paid AS x ANTI JOIN payment_history AS v ON v.reversed_payment_id = x.payment_id
    LEFT JOIN bank_deposit_history AS d ON d.deposit_id = x.deposit_id
    WHERE x.payment_kind = 'charge' AND x.settle_method IS DISTINCT FROM 'write_off'
)

SELECT
    m.collector,
    m.charged_on,
    m.deposit_kind,
    max(m.org_id) AS org_id,
    count(*) AS payments,
    sum(m.payment_amount) AS late_amount,
    max(m.deposit_due_on) AS deposit_due_on,
    max(m.deposited_on) AS deposited_on,
    count(*) FILTER (m.deposited_on IS NULL) AS payments_not_deposited,
    sum(m.payment_amount) FILTER (m.deposited_on IS NULL) AS not_deposited_amount,
    max(date_diff('day', m.deposit_due_on, coalesce(m.deposited_on, p.period_end))) AS days_late
FROM money AS m CROSS JOIN audit_period AS p
WHERE
    m.deposit_due_on BETWEEN p.period_start AND p.period_end
    AND coalesce(m.deposited_on > m.deposit_due_on, TRUE)
GROUP BY m.collector, m.charged_on, m.deposit_kind;
