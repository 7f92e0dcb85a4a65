-- Step 7: the basic charge, by capacity or by demand, of the bill's main tariff.

-- The rule of each bill: the parameters of its day, or what stands in their place.
CREATE OR REPLACE TEMP TABLE scratch_basic AS
SELECT
    b.rowid::INTEGER AS b,
    w.main_k AS k,
    b.bill_id,
    b.basic_mode,
    b.period_start_on,
    b.period_end_on,
    b.period_days,
    b.months_count,
    TRUE AS whole,
    b.capacity_kva::DECIMAL(38, 3) AS capacity_kva, b.contract_demand_kw, w.demand, w.gross,
    CASE
        WHEN coalesce(o.part_month, d.part_month) = 'thirtieths' THEN 30 WHEN
            coalesce(o.part_month, d.part_month) IS NOT NULL
            THEN b.period_days
    END AS n,
    r.rate_no, r.component, r.price, r.decimals, d.discount_factor, d.whole_kva, d.whole_kw,
    coalesce(o.suspension_min_days, d.suspension_min_days) AS suspension_min_days,
    coalesce(o.suspended_share, d.suspended_share) AS suspended_share,
    coalesce(o.suspended_share_new_customer, d.suspended_share_new) AS suspended_share_new,
    coalesce(o.over_share, d.over_share) AS over_share,
    coalesce(o.floor_share, d.floor_share) AS floor_share, coalesce(o.floor_on, d.floor_on) AS floor_on,
    coalesce(o.discount_kwh_per_kva, d.discount_kwh) AS discount_kwh
FROM scratch_bill AS b JOIN scratch_whole AS w ON w.b = b.rowid JOIN scratch_use AS u ON u.k = w.main_k
JOIN scratch_day AS d ON d.day = u.day
LEFT JOIN batch_basic_rule AS o ON o.bill_id = b.bill_id LEFT JOIN scratch_price AS r
    ON
        r.k = w.main_k
        AND r.component = CASE b.basic_mode WHEN 'capacity' THEN 'capacity' ELSE 'demand' END
WHERE b.basic_mode <> 'none';
INSERT INTO scratch_fault SELECT b, 5 FROM scratch_basic WHERE price IS NULL;
INSERT INTO scratch_fault
SELECT c.b, 6
FROM scratch_basic AS c
ANTI JOIN batch_capacity AS x USING (bill_id)
WHERE c.basic_mode = 'capacity';

-- The states of each item within the period; a suspension shorter than the law asks for is none.
CREATE OR REPLACE TEMP TABLE scratch_state AS
WITH within AS (
    SELECT
        c.b,
        c.basic_mode,
        c.period_days,
        x.item,
        x.kva,
        x.state,
        greatest(coalesce(x.from_on, c.period_start_on), c.period_start_on) AS first_on,
        least(coalesce(x.to_on, c.period_end_on), c.period_end_on) AS last_on,
        coalesce(x.from_on >= c.period_start_on, FALSE) AS begins,
        coalesce(x.to_on <= c.period_end_on, FALSE) AS ends,
        CASE x.state
            WHEN 'running' THEN 1 WHEN 'hot_standby' THEN 1
            WHEN 'suspended'
                THEN
                    CASE
                        WHEN x.to_on - x.from_on + 1 < c.suspension_min_days THEN 1
                        WHEN x.to_on - x.from_on IS NOT NULL AND c.suspension_min_days IS NULL THEN NULL
                        WHEN x.new_customer THEN c.suspended_share_new ELSE c.suspended_share
                    END
            ELSE 0
        END::DECIMAL(28, 8
        ) AS share
    FROM scratch_basic AS c JOIN batch_capacity AS x ON x.bill_id = c.bill_id
)

SELECT *, greatest(last_on - first_on + 1, 0) AS days FROM within;
INSERT INTO scratch_fault SELECT DISTINCT b, 13 FROM scratch_state WHERE share IS NULL AND days > 0;
-- an item in two states on one day
INSERT INTO scratch_fault
SELECT DISTINCT b, 7 FROM (
    SELECT
        b, first_on, max(last_on) OVER (
            PARTITION BY b, item ORDER BY first_on, last_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before_on
    FROM scratch_state
    WHERE days > 0
) WHERE first_on <= before_on;

-- An account's first or last bill is no whole month.
UPDATE scratch_basic SET
    whole = FALSE, n = CASE WHEN n = 30 THEN 30 WHEN n IS NOT NULL THEN day(last_day(period_end_on)) END
WHERE
    b IN (
        SELECT b
        FROM scratch_state
        WHERE period_days < 28 AND days > 0 AND state <> 'removed'
        GROUP BY b
        HAVING bool_and(begins) OR bool_and(ends)
    );

-- By capacity: each item's kVA times days, those at one share together.
CREATE OR REPLACE TEMP TABLE scratch_kva_days AS
WITH item AS (
    SELECT b, period_days, kva, share, sum(days)::INTEGER AS days
    FROM scratch_state
    WHERE basic_mode = 'capacity'
    GROUP BY b, period_days, item, kva, share
)

SELECT
    b,
    sum(
        i.kva::DECIMAL(38, 3)
        * i.share
        * CASE WHEN c.whole AND i.days = i.period_days THEN c.n ELSE least(i.days, c.n) END
    )::DECIMAL(38, 11) AS kva_days
FROM item AS i JOIN scratch_basic AS c USING (b) GROUP BY b;

-- By demand: the days of the largest share of any item.
-- Where one runs all through a whole month there is nothing to count.
CREATE OR REPLACE TEMP TABLE scratch_demand_days AS
WITH state AS (
    SELECT s.*, c.n, c.whole
    FROM scratch_state AS s
    JOIN scratch_basic AS c USING (b)
    WHERE s.basic_mode <> 'capacity'
),

part AS (
    FROM state ANTI JOIN (FROM state WHERE whole AND share = 1 AND days = period_days) USING (b)
),

day AS (
    SELECT b, n, whole, period_days, share, unnest(generate_series(first_on, last_on, INTERVAL 1 DAY)) AS day
    FROM part
    WHERE days > 0
),

largest AS (
    SELECT b, n, whole, period_days, day, max(share) AS share FROM day GROUP BY ALL
),

counted AS (
    SELECT b, n, share, CASE WHEN whole AND count(*) = period_days THEN n ELSE least(count(*), n) END AS days
    FROM largest
    GROUP BY b, n, whole, period_days, share
)

SELECT b, least(sum(share * days), n)::DECIMAL(28, 8) AS days FROM counted GROUP BY b, n
UNION ALL
SELECT b, 0 FROM part GROUP BY b HAVING max(days) = 0;

CREATE OR REPLACE TEMP TABLE scratch_charge AS
WITH unit AS (
    SELECT
        c.b, c.k, c.component, c.rate_no, c.price, c.n::HUGEINT AS n, c.months_count, c.whole_kva,
        (coalesce(v.kva_days, 0) * 100000000000)::HUGEINT AS kva_days,
        (c.price::DECIMAL(38, 8) * 100000000)::HUGEINT AS price_units
    FROM scratch_basic AS c LEFT JOIN scratch_kva_days AS v ON v.b = c.b WHERE c.basic_mode = 'capacity'
),

asked AS (
    SELECT
        c.*,
        v.days,
        CASE basic_mode
            WHEN
                'contract_demand'
                THEN greatest(contract_demand_kw::DECIMAL(38, 11), floor_share * capacity_kva)
        END AS contract,
        CASE
            WHEN floor_on = 'measured' THEN greatest(demand::DECIMAL(38, 11), floor_share * capacity_kva)
            WHEN floor_on IS NOT NULL THEN demand::DECIMAL(38, 11)
        END AS measured,
        CASE
            WHEN capacity_kva > 0 AND gross::DECIMAL(38, 11) >= discount_kwh * capacity_kva * months_count
                THEN round_to(price::DECIMAL(38, 8) * discount_factor, decimals)
            ELSE price
        END AS paid
    FROM scratch_basic AS c LEFT JOIN scratch_demand_days AS v ON v.b = c.b WHERE basic_mode <> 'capacity'
),

billed AS (
    SELECT
        b,
        k,
        component,
        rate_no,
        paid,
        months_count,
        n::HUGEINT AS n,
        days,
        CASE
            WHEN basic_mode = 'actual_demand' THEN measured
            WHEN demand <= over_share * contract THEN contract
            ELSE demand::DECIMAL(38, 19) + demand - over_share * contract
        END AS kw,
        whole_kw
    FROM asked
),

demand AS (
    SELECT
        * EXCLUDE (kw, whole_kw),
        CASE WHEN whole_kw THEN round(kw, 0)::DECIMAL(18, 4) ELSE round(kw, 4)::DECIMAL(18, 4) END AS quantity
    FROM billed
),

demand_unit AS (
    SELECT
        *,
        units4(quantity) AS kw,
        (days * 100000000)::HUGEINT AS day_units,
        (paid::DECIMAL(38, 8) * 100000000)::HUGEINT AS price_units
    FROM demand WHERE days IS NOT NULL
)

SELECT
    b, k, component, CASE
        WHEN whole_kva THEN from4(half_up(kva_days, n * 100000000000) * 10000)
        ELSE from4(half_up(kva_days, n * 10000000))
    END AS quantity, price,
    CASE
        WHEN whole_kva
            THEN
                round(half_up(kva_days, n * 100000000000)::DECIMAL(38, 0) * price * months_count, 2
                )::DECIMAL(18, 2)
        WHEN abs(kva_days::DOUBLE * price_units * months_count) < 1e38
            THEN (half_up(
                kva_days * price_units * months_count,
                n * 100000000000000000
            )::DECIMAL(38, 0
            ) * 0.01)::DECIMAL(18, 2)
    END AS amount, rate_no
FROM unit
UNION ALL
SELECT
    b,
    k,
    component,
    quantity,
    paid,
    round(quantity::DECIMAL(38, 4) * paid * months_count, 2)::DECIMAL(18, 2),
    rate_no
FROM demand
WHERE days IS NULL
UNION ALL
SELECT
    b, k, component, from4(half_up(kw * day_units, n * 100000000)), paid,
    CASE WHEN abs(kw::DOUBLE) * day_units * price_units * months_count < 1e38 THEN (half_up(
        kw * day_units * price_units * months_count,
        n * 1000000000000000000::HUGEINT
    )::DECIMAL(38, 0
    ) * 0.01)::DECIMAL(18, 2) END, rate_no
FROM demand_unit;
-- not rated: beyond what the arithmetic holds, or without a parameter of this day
INSERT INTO scratch_fault
SELECT
    c.b, CASE
        WHEN
            c.n IS NULL OR c.over_share IS NULL OR c.floor_share IS NULL OR c.floor_on IS NULL
            OR c.suspension_min_days IS NULL OR c.suspended_share IS NULL OR c.suspended_share_new IS NULL
            THEN 13
        ELSE 10
    END
FROM scratch_basic AS c
JOIN scratch_charge AS x ON x.b = c.b
WHERE c.price IS NOT NULL AND (x.quantity IS NULL OR x.amount IS NULL);
INSERT INTO scratch_added SELECT * FROM scratch_charge WHERE quantity <> 0 AND price <> 0;
