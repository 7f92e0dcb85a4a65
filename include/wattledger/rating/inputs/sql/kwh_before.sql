-- kWh billed before in the cycle of the tiers: what the bill before in the same cycle had come to, else 0 in
-- the cycle's first month, else what the bill says itself.
CREATE OR REPLACE TABLE lake_before AS
WITH limits AS (
    SELECT
        tier_scheme,
        valid_from,
        valid_to,
        cycle,
        cycle_months,
        month,
        list(coalesce(up_to_kwh, 0) ORDER BY tier) AS ends
    FROM tier_limit GROUP BY ALL
),

span AS (  -- the months of the year that have the same limits together
    SELECT
        tier_scheme,
        valid_from,
        valid_to,
        cycle,
        cycle_months,
        list(month) AS months,
        bool_or(month IS NULL) AS all_months
    FROM limits GROUP BY tier_scheme, valid_from, valid_to, cycle, cycle_months, ends
),

counted AS (
    SELECT
        b.bill_id,
        b.account_id,
        b.month,
        b.tariff_code,
        b.period_start_on,
        b.tier_kwh_before,
        s.cycle,
        s.cycle_months,
        CASE s.cycle
            WHEN 'month' THEN TRUE WHEN 'year' THEN month(b.month) = 1
            ELSE NOT s.all_months AND NOT list_contains(s.months, month(b.month - INTERVAL 1 MONTH))
        END AS is_first_month
    FROM lake_bill AS b
    JOIN
        (SELECT DISTINCT bill_id, tariff_code FROM lake_point WHERE tariff_code IS NOT NULL) AS p
        ON p.bill_id = b.bill_id
    JOIN tariff AS t ON t.tariff_code = p.tariff_code AND b.period_end_on BETWEEN t.valid_from AND t.valid_to
    JOIN span
        AS s ON s.tier_scheme = t.tier_scheme AND b.period_end_on BETWEEN s.valid_from AND s.valid_to
    AND (s.all_months OR list_contains(s.months, month(b.month)))
),

earlier AS (  -- the last bill of the same cycle; several bills of a month follow each other by their days
    SELECT
        c.bill_id,
        arg_max(
            { before: h.tier_kwh_before, kwh: h.usage_kwh }, (h.billing_month, h.period_start_on, h.bill_id)
        ) AS last
    FROM counted AS c
    JOIN bill_history AS h ON h.account_id = c.account_id AND h.tariff_code IS NOT DISTINCT FROM c.tariff_code
    WHERE
        coalesce(h.bill_kind, 'normal') IN ('normal', 'reissue') AND h.bill_id <> c.bill_id
        AND h.tier_kwh_before IS NOT NULL AND h.usage_kwh IS NOT NULL
        AND NOT EXISTS (FROM bill_history AS v WHERE v.bill_kind = 'reversal' AND v.reissue_of = h.bill_id)
        AND (
            date_trunc('month', h.billing_month) < c.month
            OR (date_trunc('month', h.billing_month) = c.month AND h.period_start_on < c.period_start_on)
        )
        AND CASE
            WHEN c.cycle = 'year' THEN year(h.billing_month) = year(c.month)
            ELSE
                date_diff('month', h.billing_month::DATE, c.month) < c.cycle_months
                AND NOT (c.is_first_month AND date_trunc('month', h.billing_month) < c.month)
        END
    GROUP BY c.bill_id
)

SELECT
    c.bill_id,
    max(
        CASE
            WHEN e.bill_id IS NOT NULL THEN e.last.before + e.last.kwh WHEN c.is_first_month THEN 0 ELSE
                c.tier_kwh_before
        END
    )::DECIMAL(18, 4) AS kwh_before
FROM counted AS c LEFT JOIN earlier AS e ON e.bill_id = c.bill_id GROUP BY c.bill_id;
