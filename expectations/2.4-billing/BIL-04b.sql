-- Only receivables of the audited period are looked at: what was landed of earlier ones shows their state
-- of that time.
WITH overdue AS (
    SELECT
        r.*, c.account_class, r.receivable_amount - coalesce(r.received_amount, 0) AS owed_amount,
        date_diff('day', r.late_from_on, p.period_end) + 1 AS days_late,
        greatest(
            0,
            date_diff(
                'day', greatest(r.late_from_on, make_date(year(r.late_from_on) + 1, 1, 1)), p.period_end
            )
            + 1
        ) AS later_days
    FROM receivable AS r
    CROSS JOIN audit_period AS p
    LEFT JOIN customer_account AS c ON c.account_id = r.account_id
    WHERE
        r.late_from_on <= p.period_end AND r.receivable_amount > coalesce(r.received_amount, 0)
        AND coalesce(r.late_payment_amount, 0) = 0 AND coalesce(r.late_payment_waived_amount, 0) = 0
        AND r.settle_status <> 'written_off'
)

SELECT
    o.*,
    cast(greatest(round(o.owed_amount * CASE
        WHEN
            o.account_class = 'lv_residential'
            THEN o.days_late * param_on('BIL-04.rate_residential', o.late_from_on)
        ELSE
            (o.days_late - o.later_days) * param_on('BIL-04.rate_same_year', o.late_from_on)
            + o.later_days * param_on('BIL-04.rate_later_year', o.late_from_on)
    END, 2),
    param_on('BIL-04.minimum_yuan', o.late_from_on)) AS DECIMAL(18, 2)) AS due_amount
FROM overdue AS o;
