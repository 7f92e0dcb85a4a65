-- The bills {bills} as the engine takes them, from the files and the readings. {usage} is what a reading
-- counts for.
INSERT INTO {prefix}rating_bill BY NAME
SELECT
    bill_id, (due_on - INTERVAL 1 MONTH + INTERVAL 1 DAY)::DATE AS period_start_on, due_on AS period_end_on,
    month AS billing_month,
    issued_on,
    1 AS months_count,
    supply_voltage AS voltage,
    basic_charge_mode AS basic_mode,
    contract_capacity_kva AS capacity_kva,
    coalesce(contract_demand_kw, 0) AS contract_demand_kw,
    power_factor_standard,
    coalesce(power_factor_evaluation, 'both') AS power_factor_evaluation, kwh_before,
    coalesce(household_persons, 0) AS persons, surcharged
FROM ({bills}) JOIN customer_account USING (account_id);

-- Whose meter stands behind another account's is that one's sub-meter, and a point of its own account like
-- any other.
INSERT INTO {prefix}rating_point BY NAME
WITH point AS (
    SELECT
        bill_id, p.* EXCLUDE (usage_calculation, parent_usage_point_id), works IS NOT NULL AS lodges,
        CASE WHEN lodges THEN 'metered' ELSE usage_calculation END AS calculation,
        CASE WHEN NOT lodges THEN parent_usage_point_id END AS parent_point_id
    FROM ({bills}) JOIN usage_point AS p USING (account_id) LEFT JOIN tenant USING (i)
    UNION ALL
    SELECT
        bill_id,
        c.* EXCLUDE (usage_calculation, parent_usage_point_id) REPLACE (NULL AS tariff_code),
        FALSE,
        'submeter',
        parent_usage_point_id
    FROM ({bills}) AS b
    JOIN
        usage_point AS c
        ON c.parent_usage_point_id = 'MP' || b.account_id AND c.usage_calculation = 'submeter'
)

SELECT
    bill_id, usage_point_id AS point_id, parent_point_id, tariff_code, calculation,
    coalesce(fixed_kwh, 0) AS fixed_kwh, coalesce(fixed_ratio, 0) AS fixed_ratio, loss_method,
    coalesce(loss_percent, 0) AS loss_percent,
    coalesce(no_load_kw, 0) AS no_load_kw,
    coalesce(load_loss_kw, 0) AS load_loss_kw,
    coalesce(rated_kva, 0) AS rated_kva, coalesce(no_load_current_percent, 0) AS no_load_current_percent,
    coalesce(impedance_percent, 0) AS impedance_percent, coalesce(loss_hours, 720) AS loss_hours,
    coalesce(line_loss_percent, 0) AS line_loss_percent
FROM point;

INSERT INTO {prefix}rating_register BY NAME
SELECT
    bill_id, point_id, r.meter_id,
    CASE reading_type WHEN 'reverse' THEN 'feed_in' ELSE reading_type END AS register,
    1 AS multiplier,
    {usage} AS usage
FROM {prefix}rating_point JOIN ({bills}) AS b USING (bill_id)
JOIN meter_reading AS r ON r.usage_point_id = point_id AND r.billing_month = b.month
LEFT JOIN meter AS t ON t.meter_id = r.meter_id;

INSERT INTO {prefix}rating_capacity BY NAME
SELECT bill_id, item, capacity_kva AS kva, state, from_on, to_on, new_customer
FROM ({bills}) JOIN capacity_state USING (account_id);

INSERT INTO {prefix}rating_extra BY NAME
SELECT bill_id, 'adjustment' AS component, amount FROM ({bills}) JOIN adjusted USING (bill_id);
