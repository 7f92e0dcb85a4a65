-- Step 1: each point's tariff and the day whose rates hold. Points that are priced alike share a number k; b
-- numbers the bills and p the points: rowid, since row_number() would keep all but one thread idle.

CREATE OR REPLACE TEMP TABLE scratch_bill AS
SELECT
    bill_id, period_start_on, period_end_on,
    coalesce(billing_month, date_trunc('month', period_end_on)::DATE) AS billing_month,
    coalesce(issued_on, period_end_on + 1) AS issued_on,
    (period_end_on - period_start_on + 1)::INTEGER AS period_days,
    coalesce(months_count, 1) AS months_count, priced_on, coalesce(voltage, '') AS voltage,
    coalesce(basic_mode, 'none') AS basic_mode, coalesce(capacity_kva, 0) AS capacity_kva,
    coalesce(contract_demand_kw, 0) AS contract_demand_kw,
    power_factor_standard, coalesce(power_factor_evaluation, 'both') AS power_factor_evaluation,
    coalesce(kwh_before, 0) AS kwh_before,
    coalesce(persons, 0) AS persons,
    coalesce(surcharged, FALSE) AS surcharged
FROM batch_bill;

-- Is a tariff priced alike in all its versions? Where it is not,
-- the latest version that holds on its own day decides.
CREATE OR REPLACE TEMP TABLE scratch_code AS
SELECT tariff_code, CASE WHEN count(DISTINCT priced_by) = 1 THEN min(priced_by) ELSE 'mixed' END AS priced_by
FROM tariff GROUP BY tariff_code;
CREATE OR REPLACE TEMP TABLE scratch_mixed AS
SELECT tariff_code, list({ 'by': priced_by, 'a': valid_from, 'z': valid_to } ORDER BY valid_from) AS versions
FROM tariff SEMI JOIN (FROM scratch_code WHERE priced_by = 'mixed') USING (tariff_code) GROUP BY tariff_code;

CREATE OR REPLACE TEMP MACRO day_by(way, billing_month, period_start_on, period_end_on, issued_on) AS CASE way
    WHEN 'billing_month' THEN billing_month WHEN 'period_start' THEN period_start_on
    WHEN 'period_end' THEN period_end_on WHEN 'days' THEN period_end_on WHEN 'issued_on' THEN issued_on
END;

-- Whether readings come to whole kWh, by the period's last day.
CREATE OR REPLACE TEMP TABLE scratch_read AS
SELECT day, coalesce(param_text_on('rating.energy_rounding', day) = 'whole_kwh', FALSE) AS whole_kwh
FROM (SELECT DISTINCT period_end_on AS day FROM scratch_bill);

-- from_on is the first day of what is priced day by day; otherwise a day that never was.
CREATE OR REPLACE TEMP TABLE scratch_given AS
WITH found AS (
    SELECT
        p.*,
        b.rowid::INTEGER AS b,
        b.voltage,
        b.surcharged,
        b.priced_on,
        b.billing_month,
        b.period_start_on,
        b.period_end_on,
        b.issued_on, coalesce(p.tariff_code, '') AS code,
        x.whole_kwh,
        CASE
            WHEN b.priced_on IS NOT NULL THEN 'given'
            WHEN c.priced_by <> 'mixed' THEN c.priced_by
            ELSE
                list_filter(m.versions, LAMBDA v: day_by(
                    v.by, b.billing_month, b.period_start_on, b.period_end_on, b.issued_on
                ) BETWEEN v.a AND v.z)[-1].by
        END AS way
    FROM batch_point AS p
    JOIN scratch_bill AS b ON b.bill_id = p.bill_id
    JOIN scratch_read AS x ON x.day = b.period_end_on
    LEFT JOIN scratch_code AS c ON c.tariff_code = p.tariff_code
    LEFT JOIN scratch_mixed AS m ON m.tariff_code = p.tariff_code
)

SELECT
    b, bill_id, point_id, coalesce(parent_point_id, '') AS parent, code,
    coalesce(calculation, CASE WHEN parent_point_id <> '' THEN 'submeter' ELSE 'metered' END) AS calculation,
    loss_method IS NOT NULL OR coalesce(line_loss_percent, 0) <> 0 AS lossy,
    CASE
        WHEN
            calculation LIKE 'fixed%' OR loss_method IS NOT NULL OR coalesce(line_loss_percent, 0) <> 0
            THEN {
                'fixed_kwh': fixed_kwh,
                'fixed_ratio': fixed_ratio,
                'method': loss_method,
                'percent': loss_percent,
                'line_percent': line_loss_percent,
                'no_load_kw': no_load_kw,
                'load_loss_kw': load_loss_kw,
                'rated_kva': rated_kva,
                'hours': loss_hours,
                'no_load_current_percent': no_load_current_percent, 'impedance_percent': impedance_percent,
                'no_load_kwh': no_load_kwh, 'load_loss_percent': load_loss_percent,
                'no_load_kvarh': no_load_kvarh, 'load_loss_factor': load_loss_factor, 'days': loss_days
            }
    END AS special,
    voltage, surcharged, whole_kwh,
    CASE WHEN code = '' THEN NULL WHEN way = 'given' THEN priced_on ELSE coalesce(
        day_by(way, billing_month, period_start_on, period_end_on, issued_on), DATE 'infinity'
    ) END AS day,
    CASE WHEN code = '' THEN NULL WHEN way = 'days' THEN period_start_on ELSE DATE '0001-01-01' END AS from_on
FROM found;

-- Times of use are numbered as in catalogue.TOU; s1 to s5 say which the scheme has.
CREATE OR REPLACE TEMP TABLE scratch_scheme AS
SELECT
    tou_scheme, max(list_position(['sharp', 'peak', 'flat', 'valley', 'deep_valley'], tou))
    FILTER (is_balance)::INTEGER AS balance,
    bool_or(tou = 'sharp') AS s1, bool_or(tou = 'peak') AS s2, bool_or(tou = 'flat') AS s3,
    bool_or(tou = 'valley') AS s4, bool_or(tou = 'deep_valley') AS s5
FROM tou_period GROUP BY tou_scheme;

CREATE OR REPLACE TEMP TABLE scratch_use AS
WITH wanted AS (
    SELECT DISTINCT code, day, voltage, surcharged, from_on FROM scratch_given WHERE code <> ''
)

SELECT
    row_number() OVER ()::INTEGER AS k,
    w.*,
    w.from_on > DATE '0001-01-01' AS by_days,
    t.tariff_code IS NOT NULL AS known,
    coalesce(t.tou_scheme, '') AS tou_scheme, coalesce(t.tier_scheme, '') AS tier_scheme,
    s.balance, s.s1, s.s2, s.s3, s.s4, s.s5
FROM wanted AS w
LEFT JOIN tariff AS t ON t.tariff_code = w.code AND w.day BETWEEN t.valid_from AND t.valid_to
LEFT JOIN scratch_scheme AS s ON s.tou_scheme = t.tou_scheme;

CREATE OR REPLACE TEMP TABLE scratch_point AS
SELECT g.rowid::INTEGER AS p, g.* EXCLUDE (voltage, surcharged, day, from_on), u.k
FROM scratch_given AS g
LEFT JOIN scratch_use
    AS u ON u.code = g.code AND u.day = g.day AND u.voltage = g.voltage
AND u.surcharged = g.surcharged AND u.from_on = g.from_on;
DROP TABLE scratch_given;

-- What makes a bill unratable, by the place of its code in results.sql; of several the smallest counts.
CREATE OR REPLACE TEMP TABLE scratch_fault AS
SELECT b, 1 AS rank FROM scratch_point WHERE k IS NULL AND (code <> '' OR parent = '')
UNION ALL
SELECT b, 1 FROM scratch_point SEMI JOIN (FROM scratch_use WHERE NOT known) USING (k);
INSERT INTO scratch_fault
SELECT c.b, 12 FROM scratch_point AS c
LEFT JOIN scratch_point AS r ON r.b = c.b AND r.point_id = c.parent AND r.parent = ''
WHERE (c.parent <> '' AND r.p IS NULL) OR (c.calculation = 'metered') <> (c.parent = '');
INSERT INTO scratch_fault
SELECT rowid::INTEGER, 10
FROM scratch_bill
WHERE kwh_before NOT BETWEEN -1e11::DECIMAL(18, 4) AND 1e11::DECIMAL(18, 4);

-- The parameters of every day that counts.
CREATE OR REPLACE TEMP TABLE scratch_day AS
WITH wanted AS (
    SELECT day FROM scratch_use WHERE known
    UNION
    SELECT unnest(generate_series(from_on, day, INTERVAL 1 DAY))::DATE
    FROM scratch_use
    WHERE known AND by_days
)

SELECT
    day, param_text_on('rating.part_month', day) AS part_month,
    param_on('rating.suspension_min_days', day) AS suspension_min_days,
    param_on('rating.suspended_share', day) AS suspended_share,
    param_on('rating.suspended_share_new_customer', day) AS suspended_share_new,
    param_on('rating.demand_over_share', day) AS over_share,
    param_on('rating.demand_floor_share', day) AS floor_share,
    param_text_on('rating.days_division', day) = 'whole_kwh' AS whole_kwh,
    param_text_on('rating.untimed_kwh', day) = 'shares' AS shares,
    coalesce(param_text_on('rating.loss_rounding', day) = 'exact', FALSE) AS exact_losses,
    coalesce(param_text_on('rating.loss_part_month', day) = 'thirtieths', FALSE) AS loss_thirtieths,
    coalesce(param_text_on('rating.unread_kwh', day) = 'times', FALSE) AS unread_to_times,
    coalesce(param_on('MRD-09.dial_unit', day), 1) AS dial_unit,
    coalesce(param_text_on('rating.capacity_rounding', day) = 'whole_kva', FALSE) AS whole_kva,
    coalesce(param_text_on('rating.demand_rounding', day) = 'whole_kw', FALSE) AS whole_kw,
    param_text_on('rating.demand_floor_on', day) AS floor_on,
    param_on('rating.demand_discount_kwh_per_kva', day) AS discount_kwh,
    param_on('rating.demand_discount_factor', day) AS discount_factor,
    param_on('rating.surcharge_factor', day) AS surcharge_factor,
    param_on('rating.loss_curve_factor', day) AS curve_factor
FROM wanted;
