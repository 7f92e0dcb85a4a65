-- Tariffs that the catalogue does not know on that day are not judged, nor bills without months. The cause
-- says which other split the bill agrees with, as far as parameters/ knows one: it excuses nothing, but
-- bills of one cause want one remedy.
WITH tier AS (
    SELECT
        t.tariff_code,
        greatest(t.valid_from, l.valid_from) AS first_day,
        least(t.valid_to, l.valid_to) AS last_day,
        coalesce(max(l.up_to_kwh) FILTER (l.tier = 1), 1000000000) AS upto1,
        coalesce(max(l.up_to_kwh) FILTER (l.tier = 2), 1000000000) AS upto2,
        coalesce(max(l.up_to_kwh) FILTER (l.tier = 3), 1000000000) AS upto3
    FROM tariff AS t
    JOIN
        tier_limit AS l
        ON l.tier_scheme = t.tier_scheme AND l.valid_from <= t.valid_to AND l.valid_to >= t.valid_from
    WHERE l.cycle = 'month' AND l.month IS NULL GROUP BY ALL
),

differing AS (
    SELECT
        r.*,
        e.tier1_kwh AS expected_tier1_kwh,
        coalesce(e.tier2_kwh, 0) AS expected_tier2_kwh,
        coalesce(e.tier3_kwh, 0) AS expected_tier3_kwh,
        coalesce(e.tier4_kwh, 0) AS expected_tier4_kwh
    FROM bill AS r JOIN expected_bill AS e ON e.bill_id = r.bill_id
    WHERE e.status = 'rated' AND r.usage_kwh >= 0 AND (
        coalesce(r.tier1_kwh, 0) <> e.tier1_kwh OR coalesce(r.tier2_kwh, 0) <> coalesce(e.tier2_kwh, 0)
        OR coalesce(r.tier3_kwh, 0) <> coalesce(e.tier3_kwh, 0)
        OR coalesce(r.tier4_kwh, 0) <> coalesce(e.tier4_kwh, 0)
    )
),

wrong AS (
    SELECT d.*, t.upto1, t.upto2, t.upto3
    FROM differing AS d
    JOIN
        tier AS t
        ON
            t.tariff_code = d.tariff_code
            AND coalesce(d.issued_on, d.billing_month) BETWEEN t.first_day AND t.last_day
    WHERE d.months_count > 0 OR t.upto1 = 1000000000
),

other_split AS (
    SELECT
        bill_id,
        usage_kwh,
        upto1,
        upto2,
        upto3,
        'closing_more_months' AS cause,
        months_count + param_on('BIL-11.closing_extra_months', billing_month) AS months,
        0 AS opening
    FROM wrong
    UNION ALL
    SELECT
        bill_id,
        usage_kwh,
        upto1,
        upto2,
        upto3,
        'short_split',
        months_count + months_count % 2 - param_on('BIL-11.short_split_months', billing_month),
        0
    FROM wrong
    UNION ALL
    SELECT
        bill_id,
        usage_kwh,
        upto1,
        upto2,
        upto3,
        'opening_whole_kwh',
        months_count,
        param_on('BIL-11.opening_kwh_per_month', billing_month)
    FROM wrong
),

resplit AS (
    SELECT
        bill_id, cause, months, least(usage_kwh, upto1 * months) AS sum1,
        CASE WHEN usage_kwh < (upto2 + opening) * months THEN usage_kwh ELSE upto2 * months END AS sum2,
        CASE WHEN usage_kwh < (upto3 + opening) * months THEN usage_kwh ELSE upto3 * months END AS sum3
    FROM other_split WHERE months > 0 AND opening IS NOT NULL
)

SELECT
    w.*,
    coalesce(s.cause, 'other') AS cause,
    cast(s.months AS INTEGER) AS split_months,
    cast((
        abs(coalesce(w.tier1_kwh, 0) - w.expected_tier1_kwh)
        + abs(coalesce(w.tier2_kwh, 0) - w.expected_tier2_kwh)
        + abs(coalesce(w.tier3_kwh, 0) - w.expected_tier3_kwh)
        + abs(coalesce(w.tier4_kwh, 0) - w.expected_tier4_kwh)
    ) / 2 AS DECIMAL(18, 4
    )) AS misplaced_kwh
FROM wrong AS w LEFT JOIN (
    SELECT w.bill_id, min(x.cause) AS cause, arg_min(x.months, x.cause) AS months
    FROM wrong AS w
    JOIN resplit AS x
        ON
            x.bill_id = w.bill_id
            AND coalesce(w.tier1_kwh, 0) = x.sum1 AND coalesce(w.tier2_kwh, 0) = x.sum2 - x.sum1
            AND coalesce(w.tier3_kwh, 0) = x.sum3 - x.sum2 AND coalesce(w.tier4_kwh, 0) = w.usage_kwh - x.sum3
    GROUP BY w.bill_id
) AS s ON s.bill_id = w.bill_id;
