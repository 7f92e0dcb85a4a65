-- Step 3: energy of the points that have registers, with losses,
-- by time of use where the tariff tells times apart.

-- A register shows whole units of its dial: the total and the times of a point
-- may be apart by one for each of its registers (unread).
CREATE OR REPLACE TEMP TABLE scratch_energy AS
WITH counted AS (
    SELECT
        p.p, p.b, p.k, p.parent = '' AS root, p.lossy, t.kwh AS total,
        (
            coalesce(o.r1, 0) + coalesce(o.r2, 0) + coalesce(o.r3, 0) + coalesce(o.r4, 0)
            + coalesce(o.r5, 0)
        )::DECIMAL(18, 4) AS times,
        (coalesce(t.units, 0) + coalesce(o.units, 0)) * coalesce(d.dial_unit, 1) AS unread,
        u.balance IS NOT NULL AND d.unread_to_times AND o.units IS NOT NULL AS to_times,
        o.r1, o.r2, o.r3, o.r4, o.r5, coalesce(o.kvarh, 0) AS kvarh, coalesce(o.demand, 0) AS demand,
        coalesce(o.feed_in, 0) AS feed_in
    FROM scratch_point AS p LEFT JOIN scratch_total AS t ON t.p = p.p
    LEFT JOIN scratch_other AS o ON o.p = p.p
    LEFT JOIN scratch_use AS u ON u.k = p.k LEFT JOIN scratch_day AS d ON d.day = u.day
    WHERE p.calculation IN ('metered', 'submeter')
)

SELECT
    *,
    CASE
        WHEN total IS NULL OR (coalesce(to_times, FALSE) AND abs(total - times) <= unread) THEN times
        ELSE total
    END AS energy
FROM counted;
DROP TABLE scratch_total;
DROP TABLE scratch_other;

INSERT INTO scratch_fault
SELECT e.b, 3 FROM scratch_energy AS e JOIN scratch_point AS p ON p.p = e.p
WHERE e.root AND e.lossy AND p.special.method IS NOT NULL AND e.energy < 0;

-- Losses of the few points that have them. Each formula is brought to one fraction and rounded once; energies
-- are in 1/10000 kWh, kVA in 1/1000; one is what losses are rounded to. What could overflow is NULL
-- (rank 10); so is a formula without rating.loss_curve_factor (13).
CREATE OR REPLACE TEMP TABLE scratch_loss AS
WITH unit AS (
    SELECT
        e.p, e.b, l.method, units4(l.percent) AS percent, l.hours::HUGEINT AS t,
        units4(coalesce(l.line_percent, 0)) AS line_percent,
        units4(e.energy) AS energy,
        units4(e.kvarh) AS reactive,
        CASE WHEN d.exact_losses THEN 1 ELSE 10000 END::HUGEINT AS one,
        (d.curve_factor::DECIMAL(38, 8) * 100000000)::HUGEINT AS factor,
        (l.rated_kva::DECIMAL(38, 3) * 1000)::HUGEINT AS kva,
        units4(l.no_load_kw) AS no_load, units4(l.load_loss_kw) AS load,
        units4(l.no_load_current_percent) AS no_load_current, units4(l.impedance_percent) AS impedance,
        units4(l.no_load_kwh) * b.months_count AS iron,
        units4(l.no_load_kvarh) * b.months_count AS iron_kvarh,
        units4(l.load_loss_percent) AS copper_percent, units4(l.load_loss_factor) AS copper_factor,
        CASE
            WHEN l.days IS NULL THEN 1 WHEN d.loss_thirtieths THEN 30 ELSE b.period_days
        END::HUGEINT AS month_days, l.days
    FROM scratch_energy AS e JOIN (SELECT p, unnest(special) FROM scratch_point WHERE lossy) AS l ON l.p = e.p
    JOIN scratch_bill AS b ON b.rowid = e.b
    LEFT JOIN scratch_use AS u ON u.k = e.k LEFT JOIN scratch_day AS d ON d.day = u.day
    WHERE e.root AND e.lossy
),

reduced AS (
    SELECT
        *, energy * energy + reactive * reactive AS square, factor // gcd(factor, 100000000::HUGEINT) AS up,
        100000000::HUGEINT // gcd(factor, 100000000::HUGEINT) AS down,
        coalesce(least(days, month_days), 1) AS iron_days,
        half_up(energy * copper_percent, 1000000 * one) * one AS copper
    FROM unit
),

guarded AS (
    -- the largest numbers on the way, by floating point, which is near enough to tell whether they fit
    SELECT
        *, abs(no_load::DOUBLE) * t * 100 * down * kva * kva * t + abs(up::DOUBLE * load) * square < 1e38
        AND 2e6 * down::DOUBLE * kva * kva * t < 1e38 AS active_fits,
        abs(no_load_current::DOUBLE) * kva * t * 100 * down * kva * t + abs(up::DOUBLE * impedance) * square
        < 1e38
        AND 2e11 * down::DOUBLE * kva * t < 1e38 AS reactive_fits,
        abs(copper::DOUBLE) * copper_factor < 1e38 AS copper_fits
    FROM reduced
),

transformer AS (
    SELECT
        *,
        CASE
            WHEN method IS NULL THEN 0
            WHEN method = 'percent' THEN half_up(energy * percent, 1000000 * one) * one
            WHEN method = 'table' THEN half_up(iron * iron_days, month_days * one) * one + copper
            WHEN active_fits THEN half_up(
                no_load * t * 100 * down * kva * kva * t + up * load * square,
                down * 100 * kva * kva * t * one
            ) * one
        END AS loss,
        CASE
            WHEN coalesce(method, 'percent') = 'percent' THEN 0
            WHEN method = 'table'
                THEN
                    CASE
                        WHEN copper_fits
                            THEN
                                half_up(iron_kvarh * iron_days, month_days * one) * one
                                + half_up(copper * copper_factor, 10000 * one) * one
                    END
            WHEN reactive_fits THEN half_up(
                no_load_current * kva * t * 100 * down * kva * t + up * impedance * square,
                down * 10000000::HUGEINT * kva * t * one
            ) * one
        END AS kvarh
    FROM guarded
),

small AS (
    SELECT
        p, b, energy, line_percent, one,
        method = 'formula' AND factor IS NULL AS no_factor,
        bounded4(loss) AS transformer_loss, bounded4(kvarh) AS transformer_kvarh
    FROM transformer
)

SELECT
    p, b, no_factor, transformer_loss, transformer_kvarh,
    bounded4(half_up((energy + units4(transformer_loss)) * line_percent, 1000000 * one) * one) AS line_loss
FROM small;
INSERT INTO scratch_fault
SELECT b, CASE WHEN no_factor THEN 13 ELSE 10 END FROM scratch_loss
WHERE transformer_loss IS NULL OR transformer_kvarh IS NULL OR line_loss IS NULL;

-- By shares, each time of use but the balance has its own of the losses.
CREATE OR REPLACE TEMP TABLE scratch_share AS
WITH shared AS (
    SELECT
        l.p, e.energy, (l.transformer_loss + l.line_loss)::DECIMAL(18, 4) AS loss, u.balance,
        CASE WHEN u.s1 THEN e.r1 END AS c1,
        CASE WHEN u.s2 THEN e.r2 END AS c2,
        CASE WHEN u.s3 THEN e.r3 END AS c3,
        CASE WHEN u.s4 THEN e.r4 END AS c4, CASE WHEN u.s5 THEN e.r5 END AS c5
    FROM scratch_loss AS l JOIN scratch_energy AS e ON e.p = l.p JOIN scratch_use AS u ON u.k = e.k
    JOIN scratch_day AS d ON d.day = u.day
    WHERE d.shares AND u.balance IS NOT NULL
)

SELECT
    p, CASE WHEN balance <> 1 THEN whole_share(loss, c1, energy) END AS l1,
    CASE WHEN balance <> 2 THEN whole_share(loss, c2, energy) END AS l2,
    CASE WHEN balance <> 3 THEN whole_share(loss, c3, energy) END AS l3,
    CASE WHEN balance <> 4 THEN whole_share(loss, c4, energy) END AS l4,
    CASE WHEN balance <> 5 THEN whole_share(loss, c5, energy) END AS l5
FROM shared;

-- gross = energy and losses; q1 to q5 are its times of use,
-- and what no register counted stands at the balance.
CREATE OR REPLACE TEMP TABLE scratch_meter AS
WITH whole AS (
    SELECT
        e.*,
        u.balance,
        u.s1,
        u.s2,
        u.s3,
        u.s4,
        u.s5,
        coalesce(l1, 0) AS l1,
        coalesce(l2, 0) AS l2,
        coalesce(l3, 0) AS l3,
        coalesce(l4, 0) AS l4,
        coalesce(l5, 0) AS l5,
        coalesce(l.transformer_loss + l.line_loss, 0)::DECIMAL(18, 4) AS loss,
        (e.kvarh + coalesce(l.transformer_kvarh, 0))::DECIMAL(18, 4) AS all_kvarh
    FROM scratch_energy AS e LEFT JOIN scratch_use AS u ON u.k = e.k LEFT JOIN scratch_loss AS l ON l.p = e.p
    LEFT JOIN scratch_share AS s ON s.p = e.p
),

parted AS (
    SELECT
        *, (energy + loss)::DECIMAL(18, 4) AS gross, CASE WHEN balance IS NOT NULL THEN (
            energy + loss
            - CASE WHEN s1 THEN coalesce(r1, 0) + l1 ELSE 0 END
            - CASE WHEN s2 THEN coalesce(r2, 0) + l2 ELSE 0 END
            - CASE WHEN s3 THEN coalesce(r3, 0) + l3 ELSE 0 END
            - CASE WHEN s4 THEN coalesce(r4, 0) + l4 ELSE 0 END
            - CASE WHEN s5 THEN coalesce(r5, 0) + l5 ELSE 0 END
        ) END AS rest
    FROM whole
)

SELECT
    p, b, k, root, energy, loss, gross, all_kvarh AS kvarh, demand, feed_in, balance, s1, s2, s3, s4, s5,
    CASE WHEN s1 THEN coalesce(r1, 0) + l1 + CASE WHEN balance = 1 THEN rest ELSE 0 END END::DECIMAL(18, 4)
        AS q1,
    CASE WHEN s2 THEN coalesce(r2, 0) + l2 + CASE WHEN balance = 2 THEN rest ELSE 0 END END::DECIMAL(18, 4)
        AS q2,
    CASE WHEN s3 THEN coalesce(r3, 0) + l3 + CASE WHEN balance = 3 THEN rest ELSE 0 END END::DECIMAL(18, 4)
        AS q3,
    CASE WHEN s4 THEN coalesce(r4, 0) + l4 + CASE WHEN balance = 4 THEN rest ELSE 0 END END::DECIMAL(18, 4)
        AS q4,
    CASE WHEN s5 THEN coalesce(r5, 0) + l5 + CASE WHEN balance = 5 THEN rest ELSE 0 END END::DECIMAL(18, 4)
        AS q5,
    balance IS NOT NULL AND energy <> 0 AND NOT coalesce(
        (s1 AND r1 IS NOT NULL) OR (s2 AND r2 IS NOT NULL)
        OR (s3 AND r3 IS NOT NULL) OR (s4 AND r4 IS NOT NULL) OR (s5 AND r5 IS NOT NULL), FALSE
    ) AS untold
FROM parted;
INSERT INTO scratch_fault SELECT b, 2 FROM scratch_meter WHERE untold;
DROP TABLE scratch_energy;
