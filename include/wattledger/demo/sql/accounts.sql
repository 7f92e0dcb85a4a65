-- Who is supplied: accounts, routes, staff. Their points, meters and transformers: points.sql.
-- `acct` holds what the generator must know about an account; the other tables are as the contracts say.

CREATE TABLE acct AS
WITH one AS (
    SELECT
        i::INTEGER AS i, (i * (SELECT count(*) FROM county) // getvariable('customers'))::INTEGER AS c,
        draw(i, 'class', 1000) AS k
    FROM range(getvariable('customers')) AS t (i)
),

classed AS (
    SELECT
        i,
        c,
        CASE WHEN k < 30 THEN 'hv' WHEN k < 180 THEN 'lv_nonresidential' ELSE 'lv_residential' END AS class,
        draw(i, 'closed', 1000) < 8 AS closed
    FROM one
),

routed AS (
    SELECT
        *, (row_number() OVER (PARTITION BY c, class = 'hv', closed ORDER BY i) - 1)::INTEGER AS n,
        count(*) OVER (PARTITION BY c, class = 'hv', closed) AS all_n,
        CASE WHEN class = 'hv' THEN 40 ELSE 160 END AS route_size
    FROM classed
),

placed AS (
    SELECT
        *, (n // route_size)::INTEGER AS route_no, (n % route_size)::INTEGER AS place_in_route,
        least(route_size, all_n - n // route_size * route_size) AS accounts_in_route
    FROM routed
),

rated AS (
    SELECT
        *, CASE class
            WHEN
                'hv'
                THEN [100, 160, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000][1 + draw(i, 'kva', 12)]
            WHEN 'lv_nonresidential' THEN [15, 30, 50, 80, 99][1 + draw(i, 'kva', 5)]
            ELSE [8, 8, 8, 12][1 + draw(i, 'kva', 4)]
        END AS kva
    FROM placed
),

used_for AS (
    SELECT
        *, CASE class
            WHEN 'hv' THEN kva < 315 AND draw(i, 'pumping', 100) < 12
            WHEN 'lv_nonresidential' THEN draw(i, 'pumping', 100) < 6 ELSE FALSE
        END AS pumping
    FROM rated
),

sized AS (
    SELECT
        *,
        NOT pumping
        AND (class = 'hv' OR draw(i, 'tou', 100) < CASE class WHEN 'lv_nonresidential' THEN 60 ELSE 20 END)
            AS tou
    FROM used_for
),

tariffed AS (
    SELECT
        *, CASE
            WHEN pumping THEN 'A1'
            WHEN class = 'hv' THEN CASE WHEN kva >= 315 THEN 'I2T' ELSE 'I1T' END
            WHEN class = 'lv_nonresidential' THEN CASE WHEN tou THEN 'C1T' ELSE 'C1' END
            WHEN tou THEN 'R1T'
            ELSE 'R1'
        END AS tariff_code
    FROM sized
)

SELECT
    i, c, org_id, place, class, closed, route_no, place_in_route, accounts_in_route, tou, pumping, kva,
    (10000000 + i)::TEXT || '01' AS account_id,
    CASE
        WHEN closed THEN NULL ELSE
            org_id || CASE WHEN class = 'hv' THEN 'H' ELSE 'L' END || lpad(route_no::TEXT, 4, '0')
    END AS route_id,
    CASE
        WHEN
            class = 'hv'
            THEN CASE WHEN kva <= 250 THEN 5 WHEN kva <= 630 THEN 10 WHEN kva <= 1250 THEN 15 ELSE 30 END
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
    CASE
        WHEN class = 'lv_residential' AND NOT tou AND NOT vacant AND NOT closed AND accounts_in_route >= 60
            THEN
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
    CASE
        WHEN class = 'hv' AND kva <= 630 AND draw(i, 'hv_lv', 100) < 40 THEN 'hv_lv' WHEN
            class = 'hv'
            THEN 'hv_hv'
        ELSE 'lv_lv'
    END AS metering_mode,
    tariff_code,
    -- A home behind a works' meter, which pays by itself; an office block with a meter and a tariff of its
    -- own.
    class = 'hv' AND NOT pumping AND draw(i, 'deducted', 100) < 6 AS has_deduction,
    tariff_code = 'I2T' AND NOT has_deduction AND draw(i, 'second', 100) < 6 AS second,
    -- A shop with a dwelling behind its meter: so many kWh, or such a part of them, at the residential price.
    CASE
        WHEN tariff_code IN ('C1', 'C1T')
            THEN
                CASE
                    WHEN draw(i, 'part', 1000) < 30 THEN 'fixed_ratio' WHEN
                        draw(i, 'part', 1000) < 50
                        THEN 'fixed_kwh'
                END
    END AS behind,
    tariff_code IN ('R1', 'R1T', 'C1', 'C1T')
    AND NOT vacant
    AND story IS NULL
    AND draw(i, 'roof', 1000) < 25 AS roof,
    CASE WHEN tariff_code IN ('R1', 'R1T') THEN CASE
        WHEN draw(i, 'many', 100) < 12 THEN 5 + draw(i, 'persons', 3)
        ELSE 1 + draw(i, 'persons', 4)
    END END AS persons,
    tariff_code IN ('C1', 'C1T', 'I1T', 'I2T') AND draw(i, 'surcharged', 100) < 3 AS surcharged,
    CASE
        WHEN tariff_code <> 'I2T' THEN 'none' WHEN draw(i, 'basic', 100) < 50 THEN 'capacity'
        WHEN draw(i, 'basic', 100) < 75 THEN 'actual_demand' ELSE 'contract_demand'
    END AS basic_mode,
    CASE
        WHEN
            basic_mode = 'contract_demand'
            THEN 5 * greatest(1, monthly_kwh * (210 + draw(i, 'contract', 60)) // 500000)
    END AS contract_kw,
    CASE
        WHEN class = 'hv' THEN CASE WHEN pumping THEN 0.80 WHEN kva > 160 THEN 0.90 ELSE 0.85 END
    END::DECIMAL(3, 2) AS pf_standard,
    CASE
        WHEN class <> 'hv' THEN NULL WHEN draw(i, 'evaluation', 100) < 10 THEN 'penalty_only'
        WHEN draw(i, 'evaluation', 100) < 18 THEN 'reward_only' ELSE 'both'
    END AS pf_evaluation,
    CASE
        WHEN metering_mode = 'hv_lv' THEN CASE WHEN draw(i, 'loss', 2) = 0 THEN 'percent' ELSE 'formula' END
    END AS loss_method,
    CASE WHEN metering_mode = 'hv_lv' AND draw(i, 'line', 100) < 25 THEN 0.8 ELSE 0 END::DECIMAL(8, 4)
        AS line_loss,
    -- What becomes of one of a works' two transformers in the audited month.
    CASE WHEN tariff_code = 'I2T' AND kva >= 800 THEN CASE
        WHEN draw(i, 'transformer', 100) < 12 THEN 'suspended'
        WHEN draw(i, 'transformer', 100) < 22 THEN 'suspended_briefly' WHEN
            draw(i, 'transformer', 100) < 32
            THEN 'new'
    END END AS capacity_story,
    -- Nothing on the bill but the tariff's own.
    NOT has_deduction AND NOT second AND behind IS NULL AND NOT roof AND NOT surcharged AS plain,
    (getvariable('month') - INTERVAL 2 YEAR - to_days(draw(i, 'opened', 6000)))::DATE AS opened_on
FROM tariffed JOIN county USING (c);

-- Who lives behind which works' meter.
CREATE TABLE tenant AS
WITH works AS (
    SELECT i, c, row_number() OVER (PARTITION BY c ORDER BY i) AS n
    FROM acct
    WHERE has_deduction AND NOT closed
),

home AS (
    SELECT i, c, row_number() OVER (PARTITION BY c ORDER BY monthly_kwh DESC, i ASC) AS n FROM acct
    WHERE
        tariff_code = 'R1'
        AND plain
        AND NOT closed
        AND NOT vacant
        AND NOT switched
        AND story IS NULL
        AND place_in_route % 20 <> 7
)

SELECT home.i, works.i AS works FROM home JOIN works USING (c, n);
UPDATE acct SET plain = FALSE WHERE i IN (SELECT i FROM tenant);
UPDATE acct SET has_deduction = i IN (SELECT works FROM tenant) WHERE has_deduction;

CREATE TABLE route AS
SELECT
    route_id,
    any_value(org_id) AS org_id,
    any_value(c) AS c,
    any_value(class = 'hv') AS hv,
    any_value(route_no) AS route_no,
    count(*) AS accounts, bool_or(switched) AS switched,
    CASE
        WHEN any_value(class = 'hv') THEN 18 + any_value(route_no) % 3 ELSE 1 + any_value(route_no) * 7 % 16
    END AS scheduled_day
FROM acct WHERE route_id IS NOT NULL GROUP BY route_id ORDER BY route_id;

-- How a customer pays: whatever his bill comes to, and however wrong it is.
CREATE MACRO pays_at_all(i) AS draw(i, 'pays', 1000) >= 30;
CREATE MACRO pays_late(i, class) AS class = 'lv_nonresidential' AND draw(i, 'late', 100) < 4;
CREATE MACRO pays_by(i, class) AS CASE class
    WHEN 'hv' THEN 'transfer'
    WHEN 'lv_nonresidential' THEN ['online', 'online', 'cash', 'pos', 'transfer'][1 + draw(i, 'method', 5)]
    ELSE ['online', 'online', 'online', 'online', 'cash', 'cash', 'pos', 'transfer'][1 + draw(i, 'method', 8)]
END;
-- A slip of the cashier: charged, reversed, charged again.
CREATE MACRO slips(i, class) AS pays_by(i, class) = 'cash' AND draw(i, 'slip', 1000) < 12;
CREATE MACRO asks_for_invoice(account_id, method) AS method IN ('transfer', 'pos')
OR draw(account_id, 'invoice', 100) < 20;

CREATE TABLE staff AS
WITH needed AS (
    SELECT
        c, any_value(org_id) AS org_id, 1 + max(CASE WHEN NOT hv THEN route_no // 4 END) AS lv_readers,
        1 + coalesce(max(CASE WHEN hv THEN route_no // 4 END), 0) AS hv_readers, count(*) AS routes
    FROM route GROUP BY c
),

post AS (
    SELECT
        c, org_id, unnest([
            { role: 'reader', base: 1000, n: lv_readers }, { role: 'reader', base: 3000, n: hv_readers },
            { role: 'biller', base: 4000, n: 2 }, { role: 'collector', base: 4100, n: 2 },
            { role: 'cashier', base: 5000, n: 2 + routes // 10 }, { role: 'reconciler', base: 8000, n: 1 },
            { role: 'auditor', base: 8100, n: 2 }, { role: 'meter_fitter', base: 8200, n: 3 },
            { role: 'manager', base: 8300, n: 1 }
        ]) AS p
    FROM needed
)

SELECT
    'E' || lpad((c + 1)::TEXT, 2, '0') || (p.base + k)::TEXT AS staff_id, org_id, NULL::TEXT AS staff_name,
    p.role AS role, TRUE AS full_time, TRUE AS active
FROM post, unnest(range(p.n)) AS t (k)
ORDER BY staff_id;
UPDATE staff SET staff_name = person(staff_id);

CREATE MACRO staff_no(c, number) AS 'E' || lpad((c + 1)::TEXT, 2, '0') || (number)::TEXT;
CREATE TABLE cashiers AS
SELECT org_id, count(*)::INTEGER AS cashiers FROM staff WHERE role = 'cashier' GROUP BY org_id;

CREATE TABLE reading_route AS
SELECT
    route_id AS reading_route_id, org_id, CASE WHEN hv THEN 'hv' ELSE 'lv' END AS route_class,
    staff_no(c, CASE WHEN hv THEN 3000 ELSE 1000 END + route_no // 4) AS reader_staff_id,
    (
        getvariable('month') - to_months(2 + draw(route_id, 'since', 14)) + to_days(draw(route_id, 'day', 28))
    )::DATE
        AS reader_since_on,
    staff_no(c, 4000 + route_no % 2) AS biller_staff_id,
    staff_no(c, 4100 + route_no % 2) AS collector_staff_id,
    scheduled_day
FROM route;

CREATE TABLE customer_account AS
SELECT
    account_id,
    CASE class
        WHEN
            'hv'
            THEN place || '第' || (i % 997 + 1) || CASE WHEN pumping THEN '排灌站' ELSE trade(i, 'industry') END
        WHEN 'lv_nonresidential' THEN surname(i) || '记' || trade(i, 'shop')
        ELSE person(i)
    END || dirt(i) AS account_name,
    place || street(i) || (1 + draw(i, 'house', 300)) || '号' AS service_address,
    org_id, class AS account_class,
    CASE
        WHEN class = 'lv_residential' THEN 'residential' WHEN tariff_code = 'I2T' THEN 'large_industrial'
        WHEN tariff_code = 'A1' THEN 'agricultural' ELSE 'general_commercial'
    END AS tariff_category,
    tariff_code, CASE
        WHEN pumping
            THEN
                '0514'
        ELSE
            CASE class
                WHEN 'lv_residential' THEN '9910' WHEN 'hv' THEN '31' || lpad((i % 40)::TEXT, 2, '0')
                ELSE '52' || lpad((i % 30)::TEXT, 2, '0')
            END
    END AS industry_code,
    CASE WHEN class = 'hv' THEN '10kV' WHEN kva > 12 THEN '380V' ELSE '220V' END AS supply_voltage,
    kva::DECIMAL(14, 3) AS contract_capacity_kva, kva::DECIMAL(14, 3) AS running_capacity_kva,
    basic_mode AS basic_charge_mode,
    contract_kw::DECIMAL(14, 4) AS contract_demand_kw,
    pf_standard AS power_factor_standard,
    pf_evaluation AS power_factor_evaluation, surcharged, persons AS household_persons,
    CASE WHEN closed THEN 'closed' ELSE 'normal' END AS account_status,
    opened_on, (opened_on + to_days(3 + draw(i, 'energized', 20)))::DATE AS energized_on,
    CASE WHEN closed THEN (getvariable('month') - to_days(120 + draw(i, 'closed_on', 400)))::DATE END
        AS closed_on,
    route_id AS reading_route_id, place AS region
FROM acct ORDER BY i;
