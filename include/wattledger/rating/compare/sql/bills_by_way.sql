-- The bills of wrong_bill that have a basic charge, once more for each way, as inputs with the prefix way_.
CREATE OR REPLACE TABLE way_bill AS
SELECT
    w.bill_id,
    w.bill_id || '|' || row_number() OVER (PARTITION BY w.bill_id ORDER BY y.way, s.moves_start) AS way_id,
    w.day,
    y.*,
    s.moves_start
FROM wrong_bill AS w
JOIN way AS y ON y.component = CASE w.basic_mode WHEN 'capacity' THEN 'capacity' ELSE 'demand' END
-- in a bill of less than a month, which may be an account's first or last,
-- a day more or less may be one of the period
JOIN
    (VALUES (FALSE), (TRUE)) AS s (moves_start)
    ON NOT s.moves_start OR (y.more_days IS NOT NULL AND w.period_end_on - w.period_start_on < 27)
WHERE w.basic_mode <> 'none'
-- what cannot be exceeded must be there
AND (
    coalesce(y.over_share, 1) < 1000
    OR w.contract_demand_kw > 0
    OR (y.floor_share IS NULL AND w.capacity_kva > 0)
);

CREATE OR REPLACE TABLE way_rating_bill AS
SELECT
    y.way_id AS bill_id, b.* EXCLUDE (bill_id) REPLACE (
        y.day AS priced_on, coalesce(y.basic_mode, b.basic_mode) AS basic_mode, NULL AS power_factor_standard,
        CASE WHEN y.moves_start THEN b.period_start_on - y.more_days ELSE b.period_start_on END
            AS period_start_on
    )
FROM way_bill AS y JOIN rating_bill AS b ON b.bill_id = y.bill_id;

CREATE OR REPLACE TABLE way_rating_basic_rule AS
SELECT
    way_id AS bill_id,
    part_month,
    suspension_min_days,
    suspended_share,
    suspended_share AS suspended_share_new_customer,
    over_share,
    floor_share,
    floor_on, discount_kwh_per_kva
FROM way_bill;

CREATE OR REPLACE TABLE way_rating_capacity AS
WITH span AS (
    SELECT
        y.way_id,
        y.spans,
        y.more_days,
        y.moves_start,
        c.* EXCLUDE (bill_id),
        b.period_start_on,
        b.period_end_on,
        coalesce(c.from_on > b.period_start_on, FALSE) AS begins,
        coalesce(c.to_on < b.period_end_on, FALSE) AS ends,
        -- how long the item is there, in whatever state
        min(coalesce(c.from_on, DATE '0001-01-01')) FILTER (c.state <> 'removed') OVER item AS item_from_on,
        max(coalesce(c.to_on, DATE '9999-12-31')) FILTER (c.state <> 'removed') OVER item AS item_to_on
    FROM way_bill AS y
    JOIN rating_bill AS b ON b.bill_id = y.bill_id
    JOIN rating_capacity AS c ON c.bill_id = y.bill_id
    WINDOW item AS (PARTITION BY y.way_id, c.item)
)

SELECT
    way_id AS bill_id, item, kva, state,
    CASE
        WHEN spans = 'last_day' AND begins THEN least(item_from_on, period_start_on)
        WHEN moves_start AND from_on >= period_start_on THEN from_on - more_days
        WHEN NOT moves_start AND begins THEN from_on - coalesce(more_days, 0)
        ELSE from_on
    END AS from_on,
    CASE
        WHEN spans = 'first_day' AND ends THEN greatest(item_to_on, period_end_on)
        WHEN NOT moves_start AND ends AND NOT begins THEN to_on + coalesce(more_days, 0)
        ELSE to_on
    END AS to_on, new_customer
FROM span WHERE spans IS NULL OR (spans = 'first_day' AND NOT begins) OR (spans = 'last_day' AND NOT ends)
UNION ALL
SELECT way_id, item, max(kva), 'running', NULL, NULL, FALSE FROM span
WHERE spans = 'whole' AND state IN ('running', 'hot_standby', 'suspended') GROUP BY way_id, item
UNION ALL
SELECT y.way_id, 'contract', w.capacity_kva, 'running', NULL, NULL, FALSE
FROM way_bill AS y
JOIN wrong_bill AS w ON w.bill_id = y.bill_id
WHERE y.spans = 'contract' AND w.capacity_kva > 0;

CREATE OR REPLACE TABLE way_rating_point AS
SELECT y.way_id AS bill_id, p.* EXCLUDE (bill_id)
FROM way_bill AS y
JOIN rating_point AS p ON p.bill_id = y.bill_id;

CREATE OR REPLACE TABLE way_rating_register AS
SELECT y.way_id AS bill_id, r.* EXCLUDE (bill_id)
FROM way_bill AS y
JOIN own_register AS r ON r.bill_id = y.bill_id;

CREATE OR REPLACE TABLE way_rating_extra AS SELECT * FROM rating_extra WHERE FALSE;
