-- Who is supplied: accounts, routes, staff, usage points, meters.
-- `acct` holds what the generator must know about an account; the other tables are as the contracts say.

CREATE TABLE acct AS
WITH one AS (
    SELECT i::INTEGER AS i, (i * (SELECT count(*) FROM county) // getvariable('customers'))::INTEGER AS c,
        draw(i, 'class', 1000) AS k
    FROM range(getvariable('customers')) AS t (i)
), classed AS (
    SELECT i, c, CASE WHEN k < 30 THEN 'hv' WHEN k < 180 THEN 'lv_nonresidential' ELSE 'lv_residential' END AS class,
        draw(i, 'closed', 1000) < 8 AS closed
    FROM one
), routed AS (
    SELECT *, (row_number() OVER (PARTITION BY c, class = 'hv', closed ORDER BY i) - 1)::INTEGER AS n,
        count(*) OVER (PARTITION BY c, class = 'hv', closed) AS all_n,
        CASE WHEN class = 'hv' THEN 40 ELSE 160 END AS route_size
    FROM classed
), placed AS (
    SELECT *, (n // route_size)::INTEGER AS route_no, (n % route_size)::INTEGER AS place_in_route,
        least(route_size, all_n - n // route_size * route_size) AS accounts_in_route
    FROM routed
), sized AS (
    SELECT *,
        class = 'hv' OR draw(i, 'tou', 100) < CASE class WHEN 'lv_nonresidential' THEN 60 ELSE 20 END AS tou,
        CASE class
            WHEN 'hv' THEN [100, 160, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000][1 + draw(i, 'kva', 12)]
            WHEN 'lv_nonresidential' THEN [15, 30, 50, 80, 99][1 + draw(i, 'kva', 5)]
            ELSE [8, 8, 8, 12][1 + draw(i, 'kva', 4)]
        END AS kva
    FROM placed
)
SELECT i, c, org_id, place, class, closed, route_no, place_in_route, accounts_in_route, tou, kva,
    (10000000 + i)::TEXT || '01' AS account_id,
    CASE WHEN closed THEN NULL ELSE org_id || CASE WHEN class = 'hv' THEN 'H' ELSE 'L' END || lpad(route_no::TEXT, 4, '0')
    END AS route_id,
    CASE
        WHEN class = 'hv' THEN CASE WHEN kva <= 250 THEN 5 WHEN kva <= 630 THEN 10 WHEN kva <= 1250 THEN 15 ELSE 30 END
        WHEN class = 'lv_nonresidential' AND kva >= 50 THEN 30
        ELSE 1
    END AS ct,
    CASE WHEN class = 'hv' THEN 100 ELSE 1 END AS pt,
    CASE
        WHEN class = 'hv' THEN 'terminal'
        WHEN draw(org_id || route_no, 'method', 100) < 15 THEN 'manual'
        ELSE 'remote'
    END AS method,
    -- A route that went over to remote reading in the month before: first cycles are checked on site.
    class <> 'hv' AND method = 'remote' AND draw(org_id || route_no, 'switched', 100) < 4 AS switched,
    -- Vacant for months; read as zero, and looked at on site.
    class = 'lv_residential' AND NOT tou AND draw(i, 'zero', 1000) < 12 AS vacant,
    CASE WHEN class = 'lv_residential' AND NOT tou AND NOT vacant AND NOT closed AND accounts_in_route >= 60 THEN
        CASE place_in_route
            WHEN 5 THEN CASE WHEN route_no % 2 = 0 THEN 'estimated_before' ELSE 'estimated_now' END
            WHEN 11 THEN 'meter_change'
            WHEN 17 THEN 'roll_over'
            ELSE CASE WHEN draw(i, 'reissued', 10000) < 6 THEN 'reissued' END
        END
    END AS story,
    CASE class
        WHEN 'hv' THEN kva * (120 + draw(i, 'hours', 180))
        WHEN 'lv_nonresidential' THEN kva * (40 + draw(i, 'hours', 80))
        ELSE 60 + draw(i, 'base', 240) + CASE WHEN draw(i, 'large', 100) < 8 THEN 300 ELSE 0 END
    END AS monthly_kwh,
    CASE WHEN class = 'hv' AND kva <= 630 AND draw(i, 'hv_lv', 100) < 40 THEN 'hv_lv' WHEN class = 'hv' THEN 'hv_hv'
        ELSE 'lv_lv' END AS metering_mode,
    class = 'hv' AND draw(i, 'deducted', 100) < 4 AS has_deduction,
    CASE
        WHEN class = 'hv' AND kva >= 315 THEN 'I2T'
        WHEN class = 'hv' THEN 'I1T'
        WHEN class = 'lv_nonresidential' THEN CASE WHEN tou THEN 'C1T' ELSE 'C1' END
        ELSE CASE WHEN tou THEN 'R1T' ELSE 'R1' END
    END AS tariff_code,
    (getvariable('month') - INTERVAL 2 YEAR - to_days(draw(i, 'opened', 6000)))::DATE AS opened_on
FROM sized JOIN county USING (c);

CREATE TABLE route AS
SELECT route_id, any_value(org_id) AS org_id, any_value(c) AS c, any_value(class = 'hv') AS hv, any_value(route_no) AS route_no,
    CASE WHEN any_value(class = 'hv') THEN 18 + any_value(route_no) % 3 ELSE 1 + any_value(route_no) * 7 % 16 END AS scheduled_day
FROM acct WHERE route_id IS NOT NULL GROUP BY route_id ORDER BY route_id;

CREATE TABLE staff AS
WITH needed AS (
    SELECT c, any_value(org_id) AS org_id, 1 + max(CASE WHEN NOT hv THEN route_no // 4 END) AS lv_readers,
        1 + coalesce(max(CASE WHEN hv THEN route_no // 4 END), 0) AS hv_readers, count(*) AS routes
    FROM route GROUP BY c
), post AS (
    SELECT c, org_id, unnest([
        {role: 'reader', base: 1000, n: lv_readers}, {role: 'reader', base: 3000, n: hv_readers},
        {role: 'biller', base: 4000, n: 2}, {role: 'collector', base: 4100, n: 2},
        {role: 'cashier', base: 5000, n: 2 + routes // 10}, {role: 'reconciler', base: 8000, n: 1},
        {role: 'auditor', base: 8100, n: 2}, {role: 'meter_fitter', base: 8200, n: 3},
        {role: 'manager', base: 8300, n: 1}]) AS p
    FROM needed
)
SELECT 'E' || lpad((c + 1)::TEXT, 2, '0') || (p.base + k)::TEXT AS staff_id, org_id, NULL::TEXT AS staff_name,
    p.role AS role, TRUE AS full_time, TRUE AS active
FROM post, unnest(range(p.n)) AS t (k)
ORDER BY staff_id;
UPDATE staff SET staff_name = person(staff_id);

CREATE MACRO staff_no(c, number) AS 'E' || lpad((c + 1)::TEXT, 2, '0') || (number)::TEXT;
CREATE TABLE cashiers AS
SELECT org_id, count(*)::INTEGER AS cashiers FROM staff WHERE role = 'cashier' GROUP BY org_id;

CREATE TABLE reading_route AS
SELECT route_id AS reading_route_id, org_id, CASE WHEN hv THEN 'hv' ELSE 'lv' END AS route_class,
    staff_no(c, CASE WHEN hv THEN 3000 ELSE 1000 END + route_no // 4) AS reader_staff_id,
    (getvariable('month') - to_months(2 + draw(route_id, 'since', 14)) + to_days(draw(route_id, 'day', 28)))::DATE
        AS reader_since_on,
    staff_no(c, 4000 + route_no % 2) AS biller_staff_id, staff_no(c, 4100 + route_no % 2) AS collector_staff_id,
    scheduled_day
FROM route;

CREATE TABLE customer_account AS
SELECT account_id,
    CASE class
        WHEN 'hv' THEN place || '第' || (i % 997 + 1) || trade(i, 'industry')
        WHEN 'lv_nonresidential' THEN surname(i) || '记' || trade(i, 'shop')
        ELSE person(i)
    END || dirt(i) AS account_name,
    place || street(i) || (1 + draw(i, 'house', 300)) || '号' AS service_address,
    org_id, class AS account_class,
    CASE WHEN class = 'lv_residential' THEN 'residential' WHEN tariff_code = 'I2T' THEN 'large_industrial'
        ELSE 'general_commercial' END AS tariff_category,
    CASE class WHEN 'lv_residential' THEN '9910' WHEN 'hv' THEN '31' || lpad((i % 40)::TEXT, 2, '0')
        ELSE '52' || lpad((i % 30)::TEXT, 2, '0') END AS industry_code,
    CASE WHEN class = 'hv' THEN '10kV' WHEN kva > 12 THEN '380V' ELSE '220V' END AS supply_voltage,
    kva::DECIMAL(14, 3) AS contract_capacity_kva, kva::DECIMAL(14, 3) AS running_capacity_kva,
    CASE WHEN closed THEN 'closed' ELSE 'normal' END AS account_status,
    opened_on, (opened_on + to_days(3 + draw(i, 'energized', 20)))::DATE AS energized_on,
    CASE WHEN closed THEN (getvariable('month') - to_days(120 + draw(i, 'closed_on', 400)))::DATE END AS closed_on,
    route_id AS reading_route_id, place AS region
FROM acct ORDER BY i;

CREATE TABLE usage_point AS
SELECT 'MP' || account_id AS usage_point_id, account_id, 'settlement' AS purpose, metering_mode, 'metered' AS usage_calculation,
    CASE WHEN closed THEN 'removed' ELSE 'in_use' END AS usage_point_status,
    (opened_on + to_days(3 + draw(i, 'energized', 20)))::DATE AS started_on
FROM acct ORDER BY i;

-- The day on which a meter was changed, five days before the audited month's reading.
CREATE TABLE meter_change AS
SELECT i, (getvariable('month') + to_days(scheduled_day - 6))::DATE AS changed_on
FROM acct JOIN route USING (route_id) WHERE story = 'meter_change';

CREATE TABLE meter AS
WITH fitted AS (
    SELECT i, 'M' || (2000000000 + i * 10)::TEXT AS meter_id, coalesce(changed_on, closed_on) AS removed_on,
        energized_on AS installed_on, 1 AS generation
    FROM acct JOIN customer_account USING (account_id) LEFT JOIN meter_change USING (i)
    UNION ALL
    SELECT i, 'M' || (2000000001 + i * 10)::TEXT, NULL, changed_on, 2 FROM meter_change
)
SELECT meter_id, 'SN' || (7000000000 + i * 10 + generation)::TEXT AS serial_no, 'MP' || account_id AS usage_point_id, account_id,
    CASE WHEN removed_on IS NULL THEN 'running' ELSE 'removed' END AS meter_status,
    (ct * pt)::DECIMAL(14, 4) AS multiplier, ct::DECIMAL(14, 4) AS ct_ratio, pt::DECIMAL(14, 4) AS pt_ratio,
    CASE WHEN story = 'roll_over' THEN 5 ELSE 6 END AS dial_digits, installed_on, removed_on
FROM fitted JOIN acct USING (i)
UNION ALL
-- Meters in the store: no point, no account.
SELECT 'M' || (1000000000 + k)::TEXT, 'SN' || (1000000000 + k)::TEXT, NULL, NULL, 'in_stock', 1, 1, 1, 6, NULL, NULL
FROM range(20 + getvariable('customers') // 500) AS t (k)
ORDER BY meter_id;
