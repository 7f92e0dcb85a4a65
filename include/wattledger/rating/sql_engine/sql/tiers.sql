-- Step 5: the kWh of each tariff of a bill, split into tiers; the first has no lower end.

-- Upper ends by what decides them; the last tier's and those of tiers that there are not lie beyond all kWh.
CREATE OR REPLACE TEMP TABLE scratch_limit AS
WITH wanted AS (
    SELECT DISTINCT l.k, b.months_count, b.persons
    FROM scratch_billed AS l SEMI JOIN (FROM scratch_use WHERE tier_scheme <> '') AS u ON u.k = l.k
    JOIN scratch_bill AS b ON b.rowid = l.b
),

held AS (
    SELECT
        w.*, t.tier, t.up_to_kwh * CASE t.cycle WHEN 'month' THEN w.months_count ELSE 1 END + coalesce((
            SELECT arg_max(h.raise_kwh_per_month, h.persons) FROM tier_household AS h
            WHERE
                h.tier_scheme = u.tier_scheme AND u.day BETWEEN h.valid_from AND h.valid_to
                AND (h.month IS NULL OR h.month = month(u.day)) AND h.persons <= w.persons
        ), 0)
        * CASE t.cycle WHEN 'month' THEN w.months_count WHEN 'year' THEN 12 ELSE t.cycle_months END AS up
    FROM wanted AS w JOIN scratch_use AS u ON u.k = w.k
    JOIN tier_limit
        AS t ON t.tier_scheme = u.tier_scheme AND u.day BETWEEN t.valid_from AND t.valid_to
    AND (t.month IS NULL OR t.month = month(u.day))
)

SELECT
    w.k, w.months_count, w.persons, count(h.tier) = 0 AS none,
    coalesce(max(up) FILTER (tier = 1), 9e12)::DECIMAL(18, 4) AS up1,
    coalesce(max(up) FILTER (tier = 2), 9e12)::DECIMAL(18, 4) AS up2,
    coalesce(max(up) FILTER (tier = 3), 9e12)::DECIMAL(18, 4) AS up3,
    coalesce(max(up) FILTER (tier = 4), 9e12)::DECIMAL(18, 4) AS up4
FROM wanted AS w
LEFT JOIN held AS h ON h.k = w.k AND h.months_count = w.months_count AND h.persons = w.persons
GROUP BY w.k, w.months_count, w.persons;
INSERT INTO scratch_fault
SELECT l.b, 4 FROM scratch_billed AS l JOIN scratch_bill AS b ON b.rowid = l.b
JOIN scratch_limit AS t ON t.none AND t.k = l.k AND t.months_count = b.months_count AND t.persons = b.persons;

CREATE OR REPLACE TEMP TABLE scratch_part AS
WITH summed AS (
    SELECT b, k, TRUE AS main, u, q1, q2, q3, q4, q5, feed_in
    FROM scratch_billed ANTI JOIN scratch_multi USING (b) ANTI JOIN scratch_fault USING (b)
    UNION ALL
    SELECT
        l.b,
        l.k,
        l.k = any_value(m.main_k),
        sum(u)::DECIMAL(18, 4),
        sum(q1)::DECIMAL(18, 4),
        sum(q2)::DECIMAL(18, 4),
        sum(q3)::DECIMAL(18, 4),
        sum(q4)::DECIMAL(18, 4),
        sum(q5)::DECIMAL(18, 4),
        sum(feed_in)::DECIMAL(18, 4)
    FROM scratch_billed AS l JOIN scratch_multi AS m ON m.b = l.b ANTI JOIN scratch_fault AS f ON f.b = l.b
    WHERE l.k IS NOT NULL GROUP BY l.b, l.k
),

tiered AS (
    SELECT
        s.*, b.kwh_before AS x, (b.kwh_before + s.u)::DECIMAL(18, 4) AS y, b.months_count, b.period_days,
        t.up1, t.up2, t.up3, t.up4
    FROM summed AS s JOIN scratch_bill AS b ON b.rowid = s.b
    LEFT JOIN scratch_limit AS t ON t.k = s.k AND t.months_count = b.months_count AND t.persons = b.persons
)

SELECT
    b, k, main, u, q1, q2, q3, q4, q5, feed_in, months_count, period_days,
    CASE WHEN up1 IS NOT NULL THEN least(y, up1) - least(x, up1) END::DECIMAL(18, 4) AS t1,
    CASE WHEN up1 IS NOT NULL THEN least(greatest(y, up1), up2) - least(greatest(x, up1), up2) END::DECIMAL(
        18, 4
    ) AS t2,
    CASE WHEN up1 IS NOT NULL THEN least(greatest(y, up2), up3) - least(greatest(x, up2), up3) END::DECIMAL(
        18, 4
    ) AS t3,
    CASE WHEN up1 IS NOT NULL THEN least(greatest(y, up3), up4) - least(greatest(x, up3), up4) END::DECIMAL(
        18, 4
    ) AS t4,
    CASE WHEN up1 IS NOT NULL THEN greatest(y, up4) - greatest(x, up4) END::DECIMAL(18, 4) AS t5
FROM tiered;
DROP TABLE scratch_billed;
