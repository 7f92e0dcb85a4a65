-- A cycle is as long as the account's last bill or reading says, or as far as its last two months lie
-- apart, or as the parameter says, whichever is longest. A month that is not over yet is not held against
-- anybody. New accounts are judged from their first whole cycle, and nobody is where the months of the
-- cycle were not landed. Left out: closed accounts, those of which no point is in use, and those with all
-- capacity suspended.
WITH span AS (
    SELECT
        cast(date_trunc('month', period_end) AS DATE) AS month,
        CASE WHEN period_end = last_day(period_end) THEN 0 ELSE 1 END AS open_months
    FROM audit_period
),

touched AS (
    SELECT
        h.account_id, cast(date_trunc('month', h.billing_month) AS DATE) AS month,
        max(coalesce(h.months_count, 1)) AS months
    FROM meter_reading_history AS h
    WHERE h.reading_status <> 'unread' AND h.reading_source <> 'reversed'
    GROUP BY h.account_id, cast(date_trunc('month', h.billing_month) AS DATE)
    UNION ALL
    SELECT
        h.account_id, cast(date_trunc('month', h.billing_month) AS DATE),
        max(coalesce(h.months_count, 1))
    FROM bill_history AS h
    WHERE h.bill_kind <> 'credit'
    GROUP BY h.account_id, cast(date_trunc('month', h.billing_month) AS DATE)
),

seen AS (
    SELECT account_id, month, max(months) AS months FROM touched GROUP BY account_id, month
),

spaced AS (
    SELECT *, lag(month) OVER (PARTITION BY account_id ORDER BY month) AS month_before FROM seen
),

rhythm AS (
    SELECT
        account_id, max(month) AS last_seen_month, max(months) AS months,
        max(date_diff('month', month_before, month)) AS gap_months
    FROM spaced GROUP BY account_id
),

dormant AS (
    SELECT account_id FROM usage_point
    GROUP BY account_id
    HAVING count(*) = count(*) FILTER (usage_point_status IN ('planned', 'stopped', 'removed'))
    UNION
    SELECT s.account_id FROM capacity_state AS s CROSS JOIN audit_period AS p
    WHERE s.from_on <= p.period_end AND coalesce(s.to_on >= p.period_start, TRUE)
    GROUP BY s.account_id HAVING count(*) = count(*) FILTER (s.state IN ('suspended', 'removed'))
),

due AS (
    SELECT
        r.*, t.last_seen_month, s.month, s.open_months,
        cast(
            greatest(
                coalesce(t.months, 1),
                coalesce(t.gap_months, 1),
                cast(param('MRD-12.cycle_months') AS INTEGER)
            ) AS INTEGER
        ) AS cycle_months
    FROM customer_account AS r CROSS JOIN span AS s
    LEFT JOIN rhythm AS t ON t.account_id = r.account_id
    WHERE
        r.account_status <> 'closed'
        AND NOT (r.account_status = 'new' AND r.energized_on IS NULL)
),

judged AS (
    SELECT
        *, cast(month - INTERVAL 1 MONTH * (cycle_months + open_months - 1) AS DATE) AS not_seen_since
    FROM due
)

SELECT j.*
FROM judged AS j ANTI JOIN dormant AS d ON d.account_id = j.account_id
WHERE
    coalesce(j.last_seen_month < j.not_seen_since, TRUE)
    AND coalesce(coalesce(j.energized_on, j.opened_on) < j.not_seen_since, TRUE)
    AND j.not_seen_since >= (SELECT min(month) FROM seen);
