-- Days run from late_from_on to the day of receipt, both counted; each day at the rate of the year in which
-- it falls: the year of late_from_on, or a later one (tariff-cases section 6, answer 190). The minimum
-- holds per receivable. A receipt whose receivable lies outside the landed history is not judged.
WITH late AS (
    SELECT
        r.receivable_id,
        r.account_id,
        r.received_on,
        r.received_amount,
        coalesce(r.penalty_amount, 0) AS penalty_amount,
        a.late_from_on, coalesce(a.late_payment_waived_amount, 0) AS waived_amount, c.account_class,
        date_diff('day', a.late_from_on, r.received_on) + 1 AS days,
        greatest(
            0,
            date_diff(
                'day', greatest(a.late_from_on, make_date(year(a.late_from_on) + 1, 1, 1)), r.received_on
            )
            + 1
        ) AS later_days
    FROM receipt_allocation AS r JOIN receivable_history AS a ON a.receivable_id = r.receivable_id
    LEFT JOIN customer_account AS c ON c.account_id = r.account_id
    WHERE r.received_on >= a.late_from_on
),

accrued AS (
    SELECT
        receivable_id,
        max(account_id) AS account_id,
        max(account_class) AS account_class,
        max(late_from_on) AS late_from_on,
        max(received_on) AS received_on, max(days) AS days_late, sum(received_amount) AS received_amount,
        sum(penalty_amount) AS penalty_amount, max(waived_amount) AS waived_amount,
        round(sum(received_amount * CASE
            WHEN
                account_class = 'lv_residential'
                THEN days * param_on('BIL-04.rate_residential', late_from_on)
            ELSE
                (days - later_days) * param_on('BIL-04.rate_same_year', late_from_on)
                + later_days * param_on('BIL-04.rate_later_year', late_from_on)
        END), 2) AS by_days_amount,
        max(param_on('BIL-04.minimum_yuan', late_from_on)) AS minimum_amount
    FROM late GROUP BY receivable_id
),

due AS (
    SELECT
        *,
        cast(
            CASE WHEN by_days_amount > 0 THEN greatest(by_days_amount, minimum_amount) ELSE 0 END AS DECIMAL(
                18, 2
            )
        ) AS due_amount
    FROM accrued
)

SELECT * FROM due WHERE abs(due_amount - penalty_amount - waived_amount) > param('BIL-04.tolerance_yuan');
