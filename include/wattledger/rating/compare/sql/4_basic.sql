-- What the basic charge comes to by rules that people take for the right one. Its days and shares as in docs/rating.md, 7.
CREATE OR REPLACE TABLE capacity_span AS
WITH within AS (
    SELECT c.*, w.basic_mode, w.day, (w.period_end_on - w.period_start_on + 1)::INTEGER AS period_days, c.from_on >= w.period_start_on AS begins, c.to_on <= w.period_end_on AS ends,
        greatest(coalesce(c.from_on, w.period_start_on), w.period_start_on) AS first_on, least(coalesce(c.to_on, w.period_end_on), w.period_end_on) AS last_on,
        coalesce(c.from_on, w.period_start_on) <= w.period_start_on AS at_start, coalesce(c.to_on, w.period_end_on) >= w.period_end_on AS at_end
    FROM rating_capacity c JOIN wrong_bill w USING (bill_id) WHERE w.basic_mode <> 'none'
)
SELECT bill_id, basic_mode, item, kva::DECIMAL(20, 3) AS kva, state, period_days, coalesce(begins, false) AS begins, coalesce(ends, false) AS ends,
    first_on, last_on, (last_on - first_on + 1)::INTEGER AS days, at_start, at_end,
    (CASE WHEN state IN ('running', 'hot_standby') THEN 1
        WHEN state <> 'suspended' THEN 0
        WHEN coalesce(to_on - from_on + 1, 9999) < param_on('rating.suspension_min_days', day) THEN 1
        WHEN new_customer THEN param_on('rating.suspended_share_new_customer', day)
        ELSE param_on('rating.suspended_share', day) END)::DECIMAL(9, 4) AS share
FROM within;

-- The price is the one that was due, or the catalogue's where nothing was: as it stands, and with the discount for high use.
CREATE OR REPLACE TABLE basic_bill AS
WITH priced AS (
    SELECT w.*, r.component, round_to(r.price, r.decimals) AS full_price,
        round_to(r.price * param_on('rating.demand_discount_factor', w.day), r.decimals) AS low_price,
        param_text_on('rating.part_month', w.day) AS part_month, (w.period_end_on - w.period_start_on + 1)::INTEGER AS period_days
    FROM wrong_bill w JOIN tariff_rate r ON r.tariff_code = w.main_tariff
        AND r.component = CASE w.basic_mode WHEN 'capacity' THEN 'capacity' ELSE 'demand' END AND w.day BETWEEN r.valid_from AND r.valid_to
        AND coalesce(r.month, month(w.day)) = month(w.day) AND coalesce(r.voltage, w.voltage) = w.voltage
    WHERE w.basic_mode <> 'none'
), part AS (
    SELECT bill_id FROM capacity_span WHERE period_days < 28 AND days > 0 AND state <> 'removed' GROUP BY bill_id HAVING bool_and(begins) OR bool_and(ends)
)
SELECT b.*, coalesce(l.price, b.full_price) AS price,
    CASE WHEN p.bill_id IS NULL THEN b.period_days ELSE day(last_day(b.period_end_on)) END::INTEGER AS calendar_days,
    CASE WHEN b.part_month = 'thirtieths' THEN 30 ELSE calendar_days END::INTEGER AS base_days,
    CASE WHEN p.bill_id IS NULL THEN b.period_days ELSE base_days END::INTEGER AS whole_days  -- that count as a whole month
FROM priced b LEFT JOIN part p ON p.bill_id = b.bill_id
    LEFT JOIN expected_line l ON l.bill_id = b.bill_id AND l.component = b.component AND l.tariff_code = b.main_tariff;

-- The days for which demand is billed: those of the largest share of any item, by each way to count a month.
CREATE OR REPLACE TABLE demand_part AS
WITH day AS (
    SELECT bill_id, day, max(share) AS share FROM (
        SELECT bill_id, share, unnest(generate_series(first_on, last_on, INTERVAL 1 DAY)) AS day FROM capacity_span
        WHERE basic_mode <> 'capacity' AND days > 0
    ) GROUP BY bill_id, day
), counted AS (
    SELECT b.bill_id, b.base_days, b.calendar_days, b.whole_days, d.share, count(*) AS days FROM day d JOIN basic_bill b USING (bill_id) GROUP BY ALL
), based AS (
    SELECT bill_id, base_days AS n, 'right' AS rule, share, days, whole_days FROM counted
    UNION ALL
    SELECT bill_id, CASE WHEN base_days = 30 THEN calendar_days ELSE 30 END, CASE WHEN base_days = 30 THEN 'calendar_days' ELSE 'thirtieths' END,
        share, days, whole_days FROM counted
)
SELECT bill_id, rule, n, least(sum(share * CASE WHEN days = whole_days THEN n ELSE least(days, n) END), n)::DECIMAL(12, 4) AS days
FROM based GROUP BY bill_id, rule, n;

CREATE OR REPLACE TABLE basic_rule AS
WITH item AS (
    SELECT c.*, b.base_days, b.calendar_days, b.whole_days FROM capacity_span c JOIN basic_bill b USING (bill_id) WHERE b.basic_mode = 'capacity'
), supposed AS (
    SELECT bill_id, item, kva, base_days AS n, unnest([
        {rule: 'whole_month', share: (state IN ('running', 'hot_standby', 'suspended'))::INTEGER::DECIMAL(9, 4), days: whole_days},
        {rule: 'suspension_ignored', share: CASE WHEN state = 'suspended' THEN 1 ELSE share END, days: days},
        {rule: 'suspension_given', share: CASE WHEN state = 'suspended' THEN 0 ELSE share END, days: days},
        {rule: 'suspension_half', share: CASE WHEN state = 'suspended' THEN 0.5 ELSE share END, days: days},
        {rule: 'as_on_the_first_day', share: share, days: CASE WHEN at_start THEN period_days ELSE 0 END},
        {rule: 'as_on_the_last_day', share: share, days: CASE WHEN at_end THEN period_days ELSE 0 END},
        {rule: 'a_day_more', share: share, days: least(days + 1, whole_days)},
        {rule: 'a_day_less', share: share, days: CASE WHEN days < whole_days THEN days - 1 ELSE days END}
    ], recursive := true), whole_days FROM item
    UNION ALL
    SELECT bill_id, item, kva, CASE WHEN base_days = 30 THEN calendar_days ELSE 30 END,
        CASE WHEN base_days = 30 THEN 'calendar_days' ELSE 'thirtieths' END, share, days, whole_days
    FROM item
    UNION ALL
    SELECT bill_id, '', capacity_kva, base_days, 'contract_capacity', 1, whole_days, whole_days FROM basic_bill WHERE basic_mode = 'capacity'
), counted AS (  -- of one item, all states together come to no more than the month
    SELECT bill_id, rule, n, CASE WHEN sum(share * d) > n THEN max(kva) * n ELSE sum(kva * share * d) END AS kva_days
    FROM (SELECT *, CASE WHEN days = whole_days THEN n ELSE days END::INTEGER AS d FROM supposed) GROUP BY bill_id, rule, n, item
), ruled AS (
    SELECT bill_id, rule, n, sum(kva_days) AS sum FROM counted GROUP BY bill_id, rule, n
), measured AS (
    SELECT bill_id, sum(kw) AS kw FROM (
        SELECT bill_id, point_id, max(coalesce(usage, round(reading * multiplier, 4))) AS kw
        FROM own_register JOIN rating_point p USING (bill_id, point_id) WHERE register = 'demand' AND p.parent_point_id IS NULL GROUP BY ALL
    ) GROUP BY bill_id
), demand AS (
    SELECT b.*, coalesce(p.days, 1) AS days, coalesce(p.n, 1) AS n, coalesce(m.kw, 0) AS kw, round(param_on('rating.demand_floor_share', b.day) * b.capacity_kva, 4) AS floor_kw,
        param_on('rating.demand_over_share', b.day) AS over_share
    FROM basic_bill b LEFT JOIN measured m USING (bill_id) LEFT JOIN demand_part p ON p.bill_id = b.bill_id AND p.rule = 'right'
    WHERE b.basic_mode IN ('actual_demand', 'contract_demand')
), quantity AS (
    SELECT bill_id, months_count, days, n, price, full_price, low_price, CASE WHEN basic_mode = 'contract_demand' THEN 'double_with_floor'
            WHEN param_text_on('rating.demand_floor_on', day) = 'measured' THEN 'measured_with_floor' ELSE 'measured' END AS right_rule, unnest([
        {rule: 'measured', kw: kw},
        {rule: 'contract', kw: contract_demand_kw},
        {rule: 'contract_with_floor', kw: greatest(contract_demand_kw, floor_kw)},
        {rule: 'measured_with_floor', kw: greatest(kw, floor_kw)},
        {rule: 'greater_of_both', kw: greatest(contract_demand_kw, kw)},
        {rule: 'double_without_floor', kw: CASE WHEN kw > over_share * contract_demand_kw THEN 2 * kw - over_share * contract_demand_kw ELSE contract_demand_kw END},
        {rule: 'double_above_contract', kw: CASE WHEN kw > contract_demand_kw THEN 2 * kw - contract_demand_kw ELSE contract_demand_kw END},
        {rule: 'double_with_floor', kw: CASE WHEN kw > over_share * greatest(contract_demand_kw, floor_kw)
            THEN 2 * kw - over_share * greatest(contract_demand_kw, floor_kw) ELSE greatest(contract_demand_kw, floor_kw) END}
    ]) AS q FROM demand
), demanded AS (
    SELECT bill_id, 'demand_rule' AS cause, q.rule AS rule, q.kw AS kw, full_price AS price, months_count, days, n FROM quantity
    UNION ALL
    SELECT bill_id, 'demand_rule', q.rule || '+discount', q.kw, low_price, months_count, days, n FROM quantity
    UNION ALL
    SELECT bill_id, 'basic_charge_days', 'whole_month', q.kw, price, months_count, 1, 1 FROM quantity WHERE q.rule = right_rule AND days <> n
    UNION ALL
    SELECT q.bill_id, 'basic_charge_days', p.rule, q.q.kw, q.price, q.months_count, p.days, p.n
    FROM quantity q JOIN demand_part p ON p.bill_id = q.bill_id AND p.rule <> 'right' WHERE q.q.rule = q.right_rule AND q.days <> q.n
)
SELECT b.bill_id, b.component, 'basic_charge_days' AS cause, r.rule,
    (half_up((b.price * 100000000)::HUGEINT * (r.sum::DECIMAL(30, 5) * 100000)::HUGEINT * b.months_count, r.n::HUGEINT * 100000000000) * 0.01)::DECIMAL(18, 2) AS amount
FROM ruled r JOIN basic_bill b USING (bill_id)
UNION ALL
SELECT bill_id, 'demand', cause, rule, (half_up((round(kw, 4)::DECIMAL(24, 4) * 10000)::HUGEINT * (price * 100000000)::HUGEINT * (days * 10000)::HUGEINT
    * months_count, n::HUGEINT * 100000000000000) * 0.01)::DECIMAL(18, 2)
FROM demanded WHERE price IS NOT NULL;
