-- Ways of working out the basic charge that people take for the right one: each as what it changes of the
-- rule (rating_basic_rule), of the mode, or of the spans of capacity. NULL: nothing.
CREATE TABLE way (
    component VARCHAR, cause VARCHAR, way VARCHAR,
    spans VARCHAR,  -- whole, none, contract, first_day, last_day; NULL: as they are
    more_days INTEGER,  -- that each part of the month is counted longer
    basic_mode VARCHAR,
    part_month VARCHAR,
    suspension_min_days INTEGER,
    suspended_share DECIMAL(2, 1),
    over_share INTEGER,
    floor_share INTEGER, floor_on VARCHAR, discount_kwh_per_kva INTEGER
);
INSERT INTO way BY NAME
SELECT 'capacity' AS component, 'basic_charge_days' AS cause, way, spans, more_days FROM (
    VALUES
    ('whole_month', 'whole', NULL),
    ('contract_capacity', 'contract', NULL),
    ('as_on_the_first_day', 'first_day', NULL),
    ('as_on_the_last_day', 'last_day', NULL), ('a_day_more', NULL, 1), ('a_day_less', NULL, -1)
) AS spanned (way, spans, more_days);
INSERT INTO way BY NAME
SELECT 'capacity' AS component, 'basic_charge_days' AS cause, way, 0 AS suspension_min_days, suspended_share
FROM (
    VALUES
    ('suspension_ignored', 1), ('suspension_half', 0.5), ('suspension_given', 0)
) AS shared (way, suspended_share);
INSERT INTO way BY NAME
SELECT component, 'basic_charge_days' AS cause, part_month AS way, part_month
FROM (VALUES ('capacity'), ('demand')) AS known (component),
    (VALUES ('calendar_days'), ('thirtieths')) AS counted (part_month);
INSERT INTO way BY NAME
SELECT 'demand' AS component, 'basic_charge_days' AS cause, 'whole_month' AS way, 'none' AS spans;
-- No demand is above a thousand times the contract,
-- and no use as high as a thousand million kWh per kVA; every use is above 0.
INSERT INTO way BY NAME
SELECT
    'demand' AS component,
    'demand_rule' AS cause,
    way || discounted AS way,
    basic_mode,
    over_share,
    floor_share,
    floor_on,
    discount_kwh_per_kva
FROM (
    VALUES
    ('measured', 'actual_demand', NULL, NULL, 'contract'),
    ('measured_with_floor', 'actual_demand', NULL, NULL, 'measured'),
    ('contract', 'contract_demand', 1000, 0, NULL),
    ('contract_with_floor', 'contract_demand', 1000, NULL, NULL),
    ('double_without_floor', 'contract_demand', NULL, 0, NULL),
    ('double_above_contract', 'contract_demand', 1, 0, NULL),
    ('double_with_floor', 'contract_demand', NULL, NULL, NULL)
) AS ruled (way, basic_mode, over_share, floor_share, floor_on),
    (VALUES ('', 1000000000), ('+discount', 0)) AS priced (discounted, discount_kwh_per_kva);
