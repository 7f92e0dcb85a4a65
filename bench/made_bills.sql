-- Bills first to last of a made-up utility, twelve of an account, January to December 2025; read by
-- made_bills.py. Every number is a function of the seed and the bill's or account's number,
-- so that a part can be made by itself.
CREATE OR REPLACE MACRO pick(number, what, below) AS (
    hash(number, what, getvariable('seed')) % below
)::BIGINT;
CREATE OR REPLACE MACRO of(number, what, percent) AS pick(number, what, 1000) < percent * 10;
-- Hundredths of kWh of a household in a month: 40 to 500 kWh a month by account,
-- and 60 to 160 % of that by month.
CREATE OR REPLACE MACRO household(account, month) AS
(4000 + pick(account, 'kwh', 240) * pick(account, 'skew', 200))
* (60 + pick(account * 12 + month, 'kwh', 101))
// 100;

CREATE OR REPLACE TEMP TABLE made AS
WITH counted AS (
    SELECT range AS i, range // 12 AS a, range % 12 AS m, pick(range // 12, 'kind', 100) AS kind
    FROM range(getvariable('first')::BIGINT, getvariable('last')::BIGINT)
),

told AS (
    SELECT
        *, CASE
            WHEN kind < 45 THEN 'B-MONTH' WHEN kind < 65 THEN 'B-YEAR' WHEN kind < 85 THEN 'B-TOU'
            WHEN kind < 95 THEN 'B-COM' ELSE 'B-IND'
        END AS tariff,
        DATE '2025-01-01' + to_months(m::INTEGER) AS month_on,
        CASE WHEN kind >= 95 THEN 315 + pick(a, 'kva', 20) * 100 ELSE 0 END AS kva
    FROM counted
)

SELECT
    i, a, m, tariff, kva, month_on::DATE AS month_on, last_day(month_on) AS last_on,
    'B' || lpad(i::VARCHAR, 9, '0') AS bill_id,
    'A' || lpad(a::VARCHAR, 8, '0') AS account_id,
    'P' || lpad(a::VARCHAR, 8, '0') AS point_id,
    CASE tariff
        WHEN 'B-COM' THEN 1 + pick(a, 'ct', 4) * 10 WHEN 'B-IND' THEN 100 + pick(a, 'ct', 10) * 100 ELSE 1
    END AS multiplier,
    -- hundredths of a dial unit that the total register turned
    CASE tariff
        WHEN 'B-COM' THEN 20000 + pick(i, 'turn', 100000) WHEN
            'B-IND'
            THEN kva * (80 + pick(i, 'turn', 300)) * 100 // multiplier
        ELSE household(a, m)
    END AS turn,
    35 + pick(i, 'peak', 15) AS peak_percent, 20 + pick(i, 'valley', 15) AS valley_percent,
    tariff = 'B-COM' AND pick(a, 'high', 4) = 0 OR tariff = 'B-IND' AND pick(a, 'high', 10) > 0 AS at_10kv,
    CASE WHEN tariff = 'B-IND' THEN pick(a, 'mode', 10) END AS mode
FROM told;

CREATE OR REPLACE TEMP TABLE rating_bill AS
SELECT
    bill_id,
    month_on AS period_start_on,
    last_on AS period_end_on,
    month_on AS billing_month,
    last_on + 1 AS issued_on,
    1 AS months_count,
    NULL::DATE AS priced_on,
    CASE
        WHEN at_10kv THEN '10kV' WHEN tariff = 'B-IND' THEN '35kV' WHEN tariff = 'B-COM' THEN '380V' ELSE
            '220V'
    END AS voltage,
    CASE
        WHEN mode < 6 THEN 'capacity' WHEN mode < 8 THEN 'contract_demand' WHEN
            mode < 10
            THEN 'actual_demand'
        ELSE 'none'
    END AS basic_mode,
    kva::DECIMAL(14, 3) AS capacity_kva,
    (CASE WHEN mode IN (6, 7) THEN kva * 0.95 ELSE 0 END)::DECIMAL(14, 4) AS contract_demand_kw,
    CASE WHEN tariff = 'B-IND' THEN 0.90::DECIMAL(3, 2) END AS power_factor_standard,
    'both' AS power_factor_evaluation,
    CASE
        WHEN
            tariff = 'B-YEAR'
            THEN coalesce(list_sum(list_transform(range(m), LAMBDA x: household(a, x))), 0) / 100
        ELSE 0
    END::DECIMAL(18, 4) AS kwh_before,
    CASE
        WHEN NOT kind_of_household THEN 0 WHEN of(a, 'large', 8) THEN 5 ELSE 1 + pick(a, 'persons', 4)
    END::INTEGER AS persons,
    tariff = 'B-COM' AND of(a, 'surcharged', 1) AS surcharged
FROM (SELECT *, tariff IN ('B-MONTH', 'B-YEAR', 'B-TOU') AS kind_of_household FROM made);

-- The point; a part by a fixed ratio or a sub-meter behind some of the larger ones; a transformer's losses
-- for a fifth of the industry.
CREATE OR REPLACE TEMP TABLE rating_point AS
SELECT
    bill_id,
    point_id,
    NULL::VARCHAR AS parent_point_id,
    tariff AS tariff_code,
    'metered' AS calculation,
    0::DECIMAL(18, 4) AS fixed_kwh,
    0::DECIMAL(9, 6) AS fixed_ratio,
    CASE WHEN tariff = 'B-IND' AND of(a, 'loss', 20) THEN if(a % 2 = 0, 'percent', 'formula') END
        AS loss_method,
    1.5::DECIMAL(8, 4) AS loss_percent,
    0.48::DECIMAL(12, 4) AS no_load_kw,
    3.65::DECIMAL(12, 4) AS load_loss_kw,
    greatest(kva, 315)::DECIMAL(14, 3) AS rated_kva,
    1.1::DECIMAL(8, 4) AS no_load_current_percent,
    4::DECIMAL(8, 4) AS impedance_percent,
    720 AS loss_hours,
    0::DECIMAL(8, 4) AS line_loss_percent,
    0::DECIMAL(14, 4) AS no_load_kwh,
    0::DECIMAL(8, 4) AS load_loss_percent,
    0::DECIMAL(14, 4) AS no_load_kvarh,
    0::DECIMAL(12, 4) AS load_loss_factor,
    NULL::INTEGER AS loss_days
FROM made
UNION ALL BY NAME
SELECT
    bill_id,
    point_id || 'C' AS point_id,
    point_id AS parent_point_id,
    'B-FLAT' AS tariff_code,
    if(tariff = 'B-IND', 'submeter', 'fixed_ratio') AS calculation,
    if(tariff = 'B-IND', 0, 0.1)::DECIMAL(9, 6) AS fixed_ratio
FROM made WHERE tariff IN ('B-COM', 'B-IND') AND of(a, 'child', 5);

-- 1 % of the bills have a meter changed in the month, 0.5 % a register that passed zero, and times of use
-- lack up to 1 unit to the total.
CREATE OR REPLACE TEMP TABLE rating_register AS
WITH register (register, sort) AS (
    VALUES ('total', 0), ('peak', 1), ('flat', 2), ('valley', 3), ('reactive', 4), ('demand', 5)
),

turned AS (
    SELECT
        made.*,
        register,
        sort,
        CASE register
            WHEN 'total' THEN turn WHEN 'peak' THEN turn * peak_percent // 100 WHEN
                'valley'
                THEN turn * valley_percent // 100
            WHEN
                'flat'
                THEN turn - turn * peak_percent // 100 - turn * valley_percent // 100 - pick(i, 'lacks', 3)
            WHEN 'reactive' THEN turn * (20 + pick(i, 'kvarh', 50)) // 100
            WHEN 'demand' THEN kva * (85 + pick(i, 'kw', 21)) // multiplier
        END AS units
    FROM made, register
    WHERE
        CASE tariff
            WHEN 'B-IND' THEN TRUE WHEN 'B-COM' THEN sort < 4 WHEN
                'B-TOU'
                THEN register IN ('total', 'peak', 'valley')
            ELSE sort = 0
        END
),

parted AS (
    SELECT
        *,
        unnest(
            if(
                of(i, 'changed', 1) AND register <> 'demand',
                [units * 40 // 100, units - units * 40 // 100],
                [units]
            )
        ) AS part,
        generate_subscripts(if(of(i, 'changed', 1) AND register <> 'demand', [1, 2], [1]), 1) AS meter
    FROM turned
),

started AS (
    SELECT
        *,
        if(
            pick(i, 'zero', 1000) < 5 AND part > 100,
            99999999 - part // 2,
            1000000 + pick(a * 8 + sort, 'dial', 70000000)
        ) AS started
    FROM parted
)

SELECT
    bill_id,
    point_id,
    'M' || meter AS meter_id,
    register,
    if(register = 'demand', NULL, started / 100)::DECIMAL(18, 4) AS previous_reading,
    (if(register = 'demand', part, (started + part) % 100000000) / 100)::DECIMAL(18, 4) AS reading,
    6 AS dial_digits,
    multiplier::DECIMAL(14, 4) AS multiplier,
    NULL::DECIMAL(18, 4) AS usage
FROM started
UNION ALL BY NAME
SELECT
    bill_id,
    point_id || 'C' AS point_id,
    'S' AS meter_id,
    'total' AS register,
    1000::DECIMAL(18, 4) AS previous_reading,
    (1000 + turn * multiplier // 2000 / 100)::DECIMAL(18, 4) AS reading,
    6 AS dial_digits,
    1::DECIMAL(14, 4) AS multiplier
FROM made WHERE tariff = 'B-IND' AND of(a, 'child', 5);

-- One or two transformers; one in twenty was suspended for half of the month.
CREATE OR REPLACE TEMP TABLE rating_capacity AS
SELECT
    bill_id,
    'T1' AS item,
    (CASE WHEN a % 3 = 0 THEN kva - 100 ELSE kva END)::DECIMAL(14, 3) AS kva,
    'running' AS state,
    NULL::DATE AS from_on,
    NULL::DATE AS to_on,
    FALSE AS new_customer
FROM made WHERE mode < 6
UNION ALL BY NAME
SELECT
    bill_id,
    'T2' AS item,
    100::DECIMAL(14, 3) AS kva,
    state,
    CASE WHEN half THEN from_on END AS from_on,
    CASE WHEN half THEN to_on END AS to_on,
    FALSE AS new_customer
FROM (
    SELECT
        bill_id,
        of(i, 'suspended', 5) AS half,
        unnest(if(half, ['suspended', 'running'], ['running'])) AS state,
        unnest(if(half, [month_on, month_on + 16], [month_on])) AS from_on,
        unnest(if(half, [month_on + 15, last_on], [last_on])) AS to_on
    FROM made WHERE mode < 6 AND a % 3 = 0
);

CREATE OR REPLACE TEMP TABLE rating_extra AS
SELECT bill_id, 'adjustment' AS component, ((pick(i, 'fen', 20000) - 10000) / 100)::DECIMAL(18, 2) AS amount
FROM made
WHERE pick(i, 'adjusted', 1000) < 5;

-- One bill in a thousand was made out wrongly, for one reason; wrong_* is what it was made out from.
CREATE OR REPLACE TEMP TABLE fault AS
SELECT
    bill_id, tariff, m, CASE
        WHEN which < 3 THEN 'multiplier'
        WHEN tariff = 'B-YEAR' THEN 'tier_split'
        WHEN tariff IN ('B-MONTH', 'B-TOU') THEN 'wrong_category'
        WHEN which < 6 AND m > 0 THEN 'wrong_version'
        WHEN tariff = 'B-COM' THEN 'surcharge'
        ELSE 'power_factor_standard'
    END AS fault
FROM (SELECT *, pick(i, 'which', 10) AS which FROM made WHERE pick(i, 'fault', 1000) = 0);

CREATE OR REPLACE TEMP TABLE wrong_rating_bill AS
SELECT
    rating_bill.* REPLACE (
        if(fault = 'tier_split', 0, kwh_before) AS kwh_before,
        if(fault = 'surcharge', NOT surcharged, surcharged) AS surcharged,
        if(fault = 'power_factor_standard', 0.85, power_factor_standard)::DECIMAL(3, 2)
            AS power_factor_standard,
        if(fault = 'wrong_version', (billing_month - INTERVAL 1 MONTH)::DATE, priced_on) AS priced_on
    )
FROM rating_bill JOIN fault USING (bill_id);
CREATE OR REPLACE TEMP TABLE wrong_rating_point AS
SELECT rating_point.* REPLACE (if(fault = 'wrong_category', 'B-FLAT', tariff_code) AS tariff_code)
FROM rating_point
JOIN fault USING (bill_id);
CREATE OR REPLACE TEMP TABLE wrong_rating_register AS
SELECT
    rating_register.* REPLACE (
        if(fault = 'multiplier', multiplier * 2, multiplier)::DECIMAL(14, 4) AS multiplier
    )
FROM rating_register
JOIN fault USING (bill_id);
CREATE OR REPLACE TEMP TABLE wrong_rating_capacity AS
SELECT rating_capacity.*
FROM rating_capacity
JOIN fault USING (bill_id);
CREATE OR REPLACE TEMP TABLE wrong_rating_extra AS
SELECT rating_extra.*
FROM rating_extra
JOIN fault USING (bill_id);
