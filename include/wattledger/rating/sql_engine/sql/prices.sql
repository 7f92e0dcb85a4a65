-- The prices of everything that is priced alike (k): what each component costs on its days,
-- after ratio and surcharge.

-- by_days: the component's price is divided over the days;
-- on the last of them a rate says so by what it is per.
CREATE OR REPLACE TEMP TABLE scratch_component AS
SELECT
    u.k,
    u.code,
    u.day,
    u.from_on,
    u.voltage,
    c.seq,
    c.component,
    coalesce(c.in_power_factor_base, FALSE) AS in_base,
    u.by_days AND EXISTS (
        FROM
            tariff_rate AS r WHERE
            r.tariff_code = u.code AND r.component = c.component
            AND r.per IN ('kwh', 'bill', 'month')
            AND u.day BETWEEN r.valid_from AND r.valid_to
            AND (r.month IS NULL OR r.month = month(u.day))
            AND (r.voltage IS NULL OR r.voltage = u.voltage)
    ) AS by_days
FROM scratch_use AS u
JOIN tariff_component AS c ON c.tariff_code = u.code AND u.day BETWEEN c.valid_from AND c.valid_to
WHERE u.known;

-- Spans of days on which one rate holds: the one day,
-- or for what is divided over the days each run of them, a to b of n.
CREATE OR REPLACE TEMP TABLE scratch_span AS
WITH held AS (
    SELECT *, day AS held_on FROM scratch_component WHERE NOT by_days
    UNION ALL
    SELECT *, unnest(generate_series(from_on, day, INTERVAL 1 DAY))::DATE FROM scratch_component WHERE by_days
),

holding AS (
    SELECT DISTINCT h.*, r.rate_no
    FROM held
        AS h JOIN tariff_rate AS r ON r.tariff_code = h.code AND r.component = h.component
    AND h.held_on BETWEEN r.valid_from AND r.valid_to AND (r.month IS NULL OR r.month = month(h.held_on))
    AND (r.voltage IS NULL OR r.voltage = h.voltage)
    AND (NOT h.by_days OR r.per IN ('kwh', 'bill', 'month'))
),

numbered AS (
    SELECT
        *,
        held_on - row_number() OVER (PARTITION BY k, component, rate_no ORDER BY held_on)::INTEGER AS island
    FROM holding
)

SELECT
    k,
    code,
    seq,
    component,
    in_base,
    voltage,
    rate_no,
    by_days,
    min(held_on) AS first_on,
    max(held_on) AS last_on,
    (min(held_on) - from_on + 1)::INTEGER AS a,
    (max(held_on) - from_on + 1)::INTEGER AS b,
    (day - from_on + 1)::INTEGER AS n
FROM numbered GROUP BY k, code, seq, component, in_base, voltage, rate_no, by_days, from_on, day, island;

-- t is the number of the time of use; 0 where the price does not depend on it. q is the quantity that it is
-- the price of: 0 all kWh, 1 to 5 of a tier, 6 to 10 of a time, 11 of a tier at a time, 12 fed in, 13 to 15
-- once, by months, by days.
CREATE OR REPLACE TEMP TABLE scratch_price AS
WITH cell AS (
    SELECT
        s.*,
        u.day AS last_day,
        u.surcharged AS pays,
        u.tou_scheme,
        u.balance,
        r.per,
        r.tier,
        r.price,
        r.floats,
        r.surcharged,
        r.credit,
        r.decimals,
        coalesce(r.tou, CASE WHEN r.floats THEN t.tou END) AS tou
    FROM scratch_span AS s JOIN scratch_use AS u ON u.k = s.k
    JOIN tariff_rate AS r
        ON
            r.rate_no = s.rate_no AND r.tariff_code = s.code AND r.component = s.component
            AND (r.month IS NULL OR r.month = month(s.first_on))
            AND (r.voltage IS NULL OR r.voltage = s.voltage)
    LEFT JOIN tou_period AS t ON r.floats AND r.per = 'kwh' AND r.tou IS NULL AND t.tou_scheme = u.tou_scheme
),

factored AS (
    SELECT
        c.*, CASE WHEN c.floats AND c.tou IS NOT NULL THEN q.ratio ELSE 1 END AS ratio,
        CASE WHEN c.surcharged AND c.pays THEN d.surcharge_factor ELSE 1 END AS factor,
        coalesce(e.whole_kwh, FALSE) AS whole_kwh
    FROM cell AS c
    LEFT JOIN scratch_day AS d ON d.day = c.first_on
    LEFT JOIN scratch_day AS e ON e.day = c.last_day
    LEFT JOIN tou_ratio
        AS q ON q.tou_scheme = c.tou_scheme AND q.tou = c.tou
    AND c.first_on BETWEEN q.valid_from AND q.valid_to
    AND (q.month IS NULL OR q.month = month(c.first_on))
)

SELECT
    row_number()
        OVER ()::INTEGER AS r, CASE per
        WHEN 'kwh'
            THEN
                CASE
                    WHEN tou IS NULL THEN coalesce(tier, 0)
                    WHEN
                        tier IS NULL
                        THEN 5 + list_position(['sharp', 'peak', 'flat', 'valley', 'deep_valley'], tou)
                    ELSE 11
                END
        WHEN 'feed_in_kwh' THEN 12 WHEN 'bill' THEN 13 WHEN 'month' THEN 14 WHEN 'day' THEN 15
    END::TINYINT AS q,
    k, code AS tariff_code, seq, component, in_base, rate_no, per, tou,
    coalesce(list_position(['sharp', 'peak', 'flat', 'valley', 'deep_valley'], tou), 0)::INTEGER AS t,
    tier,
    credit,
    decimals,
    balance,
    whole_kwh,
    CASE WHEN by_days THEN first_on END AS from_on,
    CASE WHEN by_days THEN last_on END AS to_on,
    CASE WHEN by_days THEN a END AS a, CASE WHEN by_days THEN b END AS b, CASE WHEN by_days THEN n END AS n,
    round_to(price::DECIMAL(38, 8) * ratio::DECIMAL(12, 6) * factor::DECIMAL(28, 8), decimals) AS price
FROM factored;

CREATE OR REPLACE TEMP TABLE scratch_percent AS
SELECT k, component, rate_no, price, (dense_rank() OVER (PARTITION BY k ORDER BY seq))::INTEGER AS rank
FROM scratch_price WHERE per = 'percent';

-- Components without a rate on one of their days; the basic charge,
-- power factor and percentages are not missed here.
INSERT INTO scratch_fault
WITH covered AS (
    SELECT k, component, bool_or(NOT by_days) AS once, coalesce(sum(b - a + 1) FILTER (by_days), 0) AS days
    FROM scratch_span GROUP BY k, component
),

need AS (
    SELECT
        k, list_filter([1, 2, 3, 4, 5], LAMBDA t: [s1, s2, s3, s4, s5][t]) AS times, (
            SELECT
                count(DISTINCT tier) FROM tier_limit AS l WHERE l.tier_scheme = u.tier_scheme
            AND u.day BETWEEN l.valid_from AND l.valid_to AND (l.month IS NULL OR l.month = month(u.day))
        ) AS tiers
    FROM scratch_use AS u
),

bad AS (
    SELECT c.k FROM scratch_component AS c LEFT JOIN covered AS v ON v.k = c.k AND v.component = c.component
    WHERE
        NOT coalesce(v.once OR (c.by_days AND v.days >= c.day - c.from_on + 1), FALSE)
        AND c.component NOT IN ('capacity', 'demand', 'power_factor')
        AND NOT EXISTS (
            FROM tariff_rate AS r
            WHERE r.tariff_code = c.code AND r.component = c.component AND r.per = 'percent'
        )
    UNION
    SELECT k FROM scratch_price WHERE price IS NULL
    UNION
    -- on days before a change of the tariff, a rate may tell other times and tiers apart
    SELECT r.k FROM scratch_price AS r JOIN need AS n ON n.k = r.k WHERE r.per = 'kwh'
    GROUP BY r.k, r.component, r.rate_no, r.from_on
    HAVING
        count(*) FILTER (
            (r.t = 0 OR list_contains(n.times, r.t)) AND coalesce(r.tier <= n.tiers, TRUE)
        ) IS DISTINCT FROM
        CASE WHEN bool_or(r.t > 0) THEN nullif(len(any_value(n.times)), 0) ELSE 1 END
        * CASE WHEN bool_or(r.tier IS NOT NULL) THEN nullif(any_value(n.tiers), 0) ELSE 1 END
)

SELECT b, 5 FROM scratch_point SEMI JOIN bad USING (k);
