-- How bills go wrong: for each differing bill the ways that could have led to it, as what they would have
-- changed of its inputs. A smaller rank is preferred where two ways give the same lines.
CREATE OR REPLACE TABLE hypothesis (
    bill_id VARCHAR,
    rank INTEGER,
    cause VARCHAR,
    billed_value VARCHAR,
    expected_value VARCHAR,
    tariff_from VARCHAR,
    tariff_to VARCHAR,
    priced_on DATE,
    kwh_before DECIMAL(18, 4),
    persons INTEGER,
    registers VARCHAR,
    standard DECIMAL(3, 2),
    no_standard BOOLEAN,
    evaluation VARCHAR,
    basic_mode VARCHAR,
    basic_component VARCHAR, basic_amount DECIMAL(18, 2), surcharged BOOLEAN, loss VARCHAR, children VARCHAR
);

-- Another tariff: the one that the bill names, and those of the same category. With or without times of use
-- it is a fault of its own.
INSERT INTO hypothesis BY NAME
SELECT
    w.bill_id, CASE WHEN t.tariff_code = w.billed_tariff THEN 10 ELSE 60 END AS rank,
    CASE
        WHEN t.category = w.category AND (t.tou_scheme IS NULL) <> (w.tou_scheme IS NULL) THEN 'tou' ELSE
            'wrong_category'
    END AS cause,
    t.tariff_code AS billed_value,
    w.main_tariff AS expected_value,
    w.main_tariff AS tariff_from,
    t.tariff_code AS tariff_to
FROM wrong_bill AS w
JOIN
    tariff AS t
    ON
        t.tariff_code <> w.main_tariff
        AND w.day BETWEEN t.valid_from AND t.valid_to
        AND t.tariff_code NOT LIKE '%/one_tier'
WHERE t.tariff_code = w.billed_tariff OR t.category = w.category;

INSERT INTO hypothesis BY NAME
SELECT
    w.bill_id,
    CASE o.kind WHEN 'flat' THEN 62 ELSE 63 END AS rank,
    'tou' AS cause,
    o.kind AS billed_value,
    w.tou_scheme AS expected_value,
    o.kind AS registers
FROM wrong_bill AS w
JOIN
    (SELECT DISTINCT bill_id, kind FROM other_register WHERE kind IN ('flat', 'swapped')) AS o
    USING (bill_id)
WHERE w.tou_scheme IS NOT NULL;

-- Rates of another version: those before the ones that hold, those that follow,
-- and those that the bill names.
INSERT INTO hypothesis BY NAME
WITH used AS (
    SELECT DISTINCT
        w.bill_id, w.day, w.priced_by, w.period_start_on, w.tariff_version, r.valid_from, r.valid_to
    FROM wrong_bill AS w
    JOIN rating_point AS p USING (bill_id)
    JOIN tariff_rate AS r ON r.tariff_code = p.tariff_code
),

candidate AS (
    SELECT bill_id, day, valid_from - 1 AS on_day
    FROM used
    WHERE day BETWEEN valid_from AND valid_to AND valid_from > DATE '1900-01-01'
    UNION
    SELECT bill_id, day, min(valid_from) FROM used WHERE valid_from > day GROUP BY ALL
    UNION
    SELECT bill_id, day, day FROM used WHERE priced_by = 'days'
    UNION
    SELECT bill_id, day, period_start_on
    FROM used
    WHERE priced_by IN ('days', 'period_end', 'issued_on')
    UNION
    SELECT bill_id, day, date_trunc('month', day)::DATE - 1 FROM used
    UNION
    SELECT bill_id, day, (day + INTERVAL 1 MONTH)::DATE FROM used
    UNION
    SELECT bill_id, day, coalesce(
        try_strptime(tariff_version, ['%Y-%m-%d', '%Y%m%d', '%Y-%m', '%Y%m'])::DATE,
        try_strptime(tariff_version || '-12-31', '%Y-%m-%d')::DATE
    ) FROM used WHERE tariff_version IS NOT NULL
),

near AS (
    SELECT *, row_number() OVER (PARTITION BY bill_id ORDER BY abs(on_day - day), on_day) AS n
    FROM candidate
    WHERE on_day IS NOT NULL
)

SELECT
    n.bill_id,
    20 + n.n::INTEGER AS rank,
    'wrong_version' AS cause,
    n.on_day::VARCHAR AS billed_value,
    n.day::VARCHAR AS expected_value,
    n.on_day AS priced_on
FROM near AS n
JOIN wrong_bill AS w USING (bill_id)
WHERE n.n <= 6 AND (n.on_day <> n.day OR w.priced_by = 'days');

-- The split into tiers: another number of kWh before, none at all, the household.
INSERT INTO hypothesis BY NAME
SELECT
    bill_id,
    rank,
    'tier_split' AS cause,
    v::VARCHAR AS billed_value,
    w.kwh_before::VARCHAR AS expected_value,
    v AS kwh_before
FROM wrong_bill AS w, (VALUES (30), (32)) AS x (rank),
    LATERAL (SELECT CASE x.rank WHEN 30 THEN w.tier_kwh_before ELSE 0 END::DECIMAL(18, 4)) AS y (v)
WHERE w.tier_scheme IS NOT NULL AND v <> w.kwh_before
UNION ALL BY NAME
SELECT
    bill_id,
    33 AS rank,
    'tier_split' AS cause,
    'no_tiers' AS billed_value,
    w.kwh_before::VARCHAR AS expected_value,
    w.main_tariff AS tariff_from, w.main_tariff || '/one_tier' AS tariff_to
FROM wrong_bill AS w WHERE w.tier_scheme IS NOT NULL
UNION ALL BY NAME
SELECT
    w.bill_id,
    CASE WHEN h.persons < w.persons THEN 31 ELSE 34 END AS rank,
    'household' AS cause,
    h.persons::VARCHAR AS billed_value,
    w.persons::VARCHAR AS expected_value,
    h.persons
FROM wrong_bill AS w
JOIN (
    SELECT DISTINCT tier_scheme, persons FROM tier_household
    UNION
    SELECT DISTINCT tier_scheme, 0 FROM tier_household
) AS h
    ON h.tier_scheme = w.tier_scheme
WHERE h.persons <> w.persons;

-- What billing had for the multiplier or the usage, and the kWh of the bill itself.
INSERT INTO hypothesis BY NAME
SELECT
    o.bill_id, CASE o.kind WHEN 'multiplier' THEN 11 WHEN 'usage' THEN 12 ELSE 13 END AS rank,
    CASE o.kind WHEN 'multiplier' THEN 'multiplier' ELSE 'usage' END AS cause,
    CASE o.kind
        WHEN 'multiplier' THEN min(trim_zeros(o.multiplier)) FILTER (o.multiplier <> r.multiplier)
        WHEN 'usage' THEN trim_zeros(min(o.usage) FILTER (o.register = 'total')) ELSE
            trim_zeros(min(w.billed_kwh))
    END AS billed_value,
    CASE o.kind
        WHEN 'multiplier' THEN min(trim_zeros(r.multiplier)) FILTER (o.multiplier <> r.multiplier)
        WHEN 'usage' THEN trim_zeros(min(t.kwh) FILTER (o.register = 'total')) ELSE
            trim_zeros(min(w.expected_kwh))
    END AS expected_value,
    o.kind AS registers
FROM other_register AS o JOIN wrong_bill AS w USING (bill_id)
LEFT JOIN
    own_register AS r
    ON
        r.bill_id = o.bill_id
        AND r.point_id = o.point_id
        AND r.meter_id = o.meter_id
        AND r.register = o.register
LEFT JOIN
    turned AS t
    ON
        t.bill_id = o.bill_id
        AND t.point_id = o.point_id
        AND t.meter_id = o.meter_id
        AND t.register = o.register
WHERE o.kind IN ('multiplier', 'usage', 'bill') GROUP BY o.bill_id, o.kind
HAVING
    o.kind = 'bill'
    OR bool_or(o.multiplier <> r.multiplier)
    OR bool_or(o.kind = 'usage' AND o.usage <> t.kwh);

-- Power factor.
INSERT INTO hypothesis BY NAME
SELECT
    w.bill_id,
    40 AS rank,
    'power_factor_standard' AS cause,
    k.standard::VARCHAR AS billed_value,
    coalesce(w.power_factor_standard::VARCHAR, 'none') AS expected_value,
    k.standard, FALSE AS no_standard
FROM wrong_bill AS w
JOIN
    (SELECT DISTINCT standard FROM power_factor_knot) AS k
    ON k.standard IS DISTINCT FROM w.power_factor_standard
UNION ALL BY NAME
SELECT
    bill_id,
    41 AS rank,
    'power_factor_standard' AS cause,
    'none' AS billed_value,
    power_factor_standard::VARCHAR AS expected_value,
    TRUE AS no_standard
FROM wrong_bill WHERE power_factor_standard IS NOT NULL
UNION ALL BY NAME
SELECT
    bill_id,
    42 AS rank,
    'power_factor_evaluation' AS cause,
    e.evaluation AS billed_value,
    w.power_factor_evaluation AS expected_value,
    e.evaluation
FROM wrong_bill AS w, (VALUES ('both'), ('reward_only'), ('penalty_only')) AS e (evaluation)
WHERE w.power_factor_standard IS NOT NULL AND e.evaluation <> w.power_factor_evaluation;

-- Basic charge: another mode, other days, another rule of demand.
INSERT INTO hypothesis BY NAME
SELECT
    w.bill_id,
    50 AS rank,
    'basic_charge_mode' AS cause,
    m.mode AS billed_value,
    w.basic_mode AS expected_value,
    m.mode AS basic_mode
FROM wrong_bill AS w, (VALUES ('none'), ('capacity'), ('actual_demand'), ('contract_demand')) AS m (mode)
WHERE
    m.mode <> w.basic_mode
    AND (m.mode = 'none' OR EXISTS (
        FROM
            tariff_component AS c WHERE
            c.tariff_code = w.main_tariff
            AND c.component = CASE m.mode WHEN 'capacity' THEN 'capacity' ELSE 'demand' END
    ))
UNION ALL BY NAME
SELECT
    r.bill_id,
    51 AS rank,
    r.cause,
    r.way AS billed_value,
    w.basic_mode || CASE WHEN r.discounted THEN '+discount' ELSE '' END AS expected_value,
    r.component AS basic_component, r.amount AS basic_amount
FROM (
    -- of ways that give the same, the first by name stands for all
    SELECT x.bill_id, x.component, x.cause, x.amount, e.amount AS expected, e.discounted, min(x.way) AS way
    FROM basic_charge AS x LEFT JOIN (
        SELECT
            l.bill_id, l.component, l.amount,
            coalesce(bool_and(b.way LIKE '%+discount') FILTER (b.cause = 'demand_rule'), FALSE) AS discounted
        FROM (
            SELECT bill_id, component, sum(amount) AS amount
            FROM expected_line
            WHERE bill_id IN (SELECT bill_id FROM wrong_bill)
            GROUP BY ALL
        ) AS l
        JOIN basic_charge AS b ON b.bill_id = l.bill_id AND b.component = l.component AND b.amount = l.amount
        GROUP BY ALL
    ) AS e ON e.bill_id = x.bill_id AND e.component = x.component
    WHERE x.amount > 0 GROUP BY ALL
) AS r JOIN wrong_bill AS w USING (bill_id)
WHERE r.amount IS DISTINCT FROM r.expected;

INSERT INTO hypothesis BY NAME
SELECT
    bill_id,
    45 AS rank,
    CASE WHEN surcharged THEN 'surcharge_missed' ELSE 'surcharge_undue' END AS cause,
    (NOT surcharged)::VARCHAR AS billed_value,
    surcharged::VARCHAR AS expected_value, NOT surcharged AS surcharged
FROM wrong_bill;

-- Losses and deductions: left out, or as the bill has them. A bill that names the right ones and does not
-- count them is wrong in its own sum of kWh.
INSERT INTO hypothesis BY NAME
SELECT
    bill_id,
    15 AS rank,
    CASE
        WHEN w.billed_loss_kwh = w.expected_loss_kwh AND w.billed_kwh <> w.expected_kwh THEN 'usage' ELSE
            'loss'
    END AS cause,
    v.loss AS billed_value,
    trim_zeros(w.expected_loss_kwh) AS expected_value,
    v.loss
FROM wrong_bill AS w, (VALUES ('none'), ('no_transformer_loss'), ('no_line_loss')) AS v (loss)
WHERE w.expected_loss_kwh <> 0
UNION ALL BY NAME
SELECT
    bill_id,
    14 AS rank,
    'loss' AS cause,
    trim_zeros(w.billed_loss_kwh) AS billed_value,
    trim_zeros(w.expected_loss_kwh) AS expected_value,
    'none' AS loss,
    'loss' AS registers
FROM wrong_bill AS w WHERE w.roots = 1 AND w.billed_loss_kwh <> w.expected_loss_kwh
UNION ALL BY NAME
SELECT
    bill_id,
    17 AS rank,
    CASE
        WHEN
            w.billed_deducted_kwh = w.expected_deducted_kwh
            AND w.expected_deducted_kwh <> 0
            AND w.billed_kwh <> w.expected_kwh
            THEN 'usage'
        ELSE 'deduction'
    END AS cause,
    v.children AS billed_value,
    trim_zeros(w.expected_deducted_kwh) AS expected_value,
    v.children
FROM wrong_bill AS w, (VALUES ('not_deducted'), ('not_divided')) AS v (children) WHERE w.children > 0
UNION ALL BY NAME
SELECT
    bill_id,
    16 AS rank,
    'deduction' AS cause,
    trim_zeros(w.billed_deducted_kwh) AS billed_value,
    trim_zeros(w.expected_deducted_kwh) AS expected_value,
    'as_billed' AS children
FROM wrong_bill AS w WHERE w.roots = 1 AND w.billed_deducted_kwh <> w.expected_deducted_kwh
UNION ALL BY NAME
SELECT
    p.bill_id,
    18 AS rank,
    'deduction' AS cause,
    'without ' || p.point_id AS billed_value,
    trim_zeros(w.expected_deducted_kwh) AS expected_value,
    '=' || p.point_id AS children
FROM wrong_bill AS w
JOIN rating_point AS p USING (bill_id)
WHERE w.children > 1 AND p.parent_point_id IS NOT NULL;
