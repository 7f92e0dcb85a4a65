-- Who is kept for which faults: pools of customers of one sort, each cut into shares of equal size. A kind of
-- fault takes its victims from a share that no other kind has (wattledger.demo.faults), so that no two kinds
-- meet, and none takes another's victim, whichever are planted and in whatever order.

-- For each pool, into how many shares it is cut, and how many of them are kept for faults, today's and later
-- ones. Nothing is ever planted on the customers of the other shares, or on those who are in no pool.
CREATE TABLE pool (pool TEXT, shares INTEGER, kept INTEGER);
INSERT INTO pool VALUES
('homes', 40, 28),
('homes_by_time', 12, 6),
('large_households', 2, 1),
('meter_changed', 4, 4),
('reissued', 1, 1),
('switched', 2, 1), ('unpaid', 6, 6), ('roofs', 3, 2), ('surcharged', 2, 1), ('dwellings_behind', 2, 1),
('shops', 12, 10), ('shops_by_time', 16, 12), ('pumps', 4, 2),
('works_by_capacity', 5, 5),
('works_by_demand', 2, 2),
('works_by_contract', 3, 3),
('works_of_high_load', 1, 1),
('works_of_one_part', 4, 3),
('works_behind_transformer', 3, 3),
('works_with_home', 1, 1),
('works_reward_only', 1, 1),
('works_penalty_only', 1, 1),
('works_suspended', 1, 1),
('works_suspended_briefly', 1, 1),
('works_growing', 1, 1);

-- Readers whose routes a fault takes all at once; the customers of these routes are in no pool.
CREATE TABLE kept_reader AS
SELECT r.reader_staff_id, r.org_id, max(r.scheduled_day) AS day
FROM reading_route AS r JOIN route ON route_id = reading_route_id
WHERE NOT hv AND c % 2 = 0 AND route_no // 4 % 4 = 0
GROUP BY r.reader_staff_id, r.org_id HAVING sum(accounts) > 450 AND NOT bool_or(switched);

CREATE TABLE kept_route AS
SELECT reading_route_id, draw(reading_route_id, 'kept', 2) AS share
FROM reading_route
ANTI JOIN kept_reader USING (reader_staff_id);

CREATE TABLE kept_unit AS
SELECT org_id, (row_number() OVER (ORDER BY draw(org_id, 'kept', 1000000007), org_id) - 1) % 4 AS share
FROM county;

CREATE TABLE kept AS
WITH sorted AS (
    SELECT
        i, CASE
            WHEN switched THEN CASE WHEN story IS NULL THEN 'switched' END
            WHEN
                story IS NOT NULL
                THEN CASE story WHEN 'meter_change' THEN 'meter_changed' WHEN 'reissued' THEN 'reissued' END
            WHEN
                surcharged
                THEN CASE WHEN NOT second AND NOT has_deduction AND behind IS NULL THEN 'surcharged' END
            WHEN behind IS NOT NULL THEN CASE WHEN NOT roof THEN 'dwellings_behind' END
            WHEN has_deduction THEN 'works_with_home'
            WHEN roof THEN CASE WHEN tariff_code IN ('R1', 'C1') THEN 'roofs' END
            WHEN class <> 'hv' AND NOT pays_at_all(i) THEN 'unpaid'
            WHEN class = 'lv_residential'
                THEN
                    CASE
                        WHEN persons >= 5 THEN 'large_households'
                        WHEN tariff_code = 'R1' THEN 'homes' ELSE 'homes_by_time'
                    END
            WHEN
                class = 'lv_nonresidential'
                THEN CASE tariff_code WHEN 'A1' THEN 'pumps' WHEN 'C1' THEN 'shops' ELSE 'shops_by_time' END
            WHEN pumping OR second THEN NULL
            WHEN pf_standard = 0.90 AND pf_evaluation = 'reward_only' THEN 'works_reward_only'
            WHEN
                pf_standard = 0.90 AND pf_evaluation = 'penalty_only' AND metering_mode = 'hv_hv'
                THEN 'works_penalty_only'
            WHEN capacity_story IS NOT NULL
                THEN
                    CASE
                        WHEN basic_mode = 'capacity'
                            THEN
                                CASE capacity_story
                                    WHEN 'new' THEN 'works_growing' ELSE 'works_' || capacity_story
                                END
                    END
            WHEN basic_mode IN ('none', 'capacity') AND loss_method IS NOT NULL
                THEN
                    CASE
                        WHEN line_loss = 0
                            THEN 'works_behind_transformer'
                    END
            WHEN tariff_code = 'I1T' THEN 'works_of_one_part'
            WHEN basic_mode = 'capacity' THEN 'works_by_capacity'
            WHEN basic_mode = 'contract_demand' THEN 'works_by_contract'
            WHEN monthly_kwh > 250 * kva THEN 'works_of_high_load'
            ELSE 'works_by_demand'
        END AS pool
    FROM acct
    WHERE
        NOT closed AND NOT vacant AND i NOT IN (SELECT i FROM tenant)
        AND NOT pays_late(i, class) AND NOT slips(i, class)
        -- One customer in twenty of each route is kept for what happens to the route.
        AND (class = 'hv' OR place_in_route % 20 <> 7)
        AND route_id NOT IN (
            SELECT reading_route_id FROM reading_route SEMI JOIN kept_reader USING (reader_staff_id)
        )
),

placed AS (
    SELECT i, pool, row_number() OVER (PARTITION BY pool ORDER BY draw(i, 'kept', 1000000007), i) - 1 AS place
    FROM sorted WHERE pool IS NOT NULL
)

SELECT i, pool, (place % shares)::INTEGER AS share
FROM placed
JOIN pool USING (pool)
WHERE place % shares < kept;
