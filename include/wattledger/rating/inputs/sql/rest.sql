-- What else a bill hangs on: its days, the account's file, its capacity, what was approved beside. What
-- cannot be rated is set apart with the reason.
INSERT INTO rating_refused
SELECT
    b.bill_id, CASE
        WHEN NOT EXISTS (FROM tariff) THEN 'no_tariffs'
        WHEN b.period_end_on < b.period_start_on THEN 'no_period'
        WHEN b.months_count IS NULL OR b.months_count < 1 THEN 'no_months'
        WHEN b.energy_from = 'billed' AND b.usage_kwh IS NULL THEN 'no_usage'
        WHEN
            b.energy_from <> 'billed' AND NOT EXISTS (FROM rating_register AS r WHERE r.bill_id = b.bill_id)
            THEN 'no_readings'
        WHEN k.bill_id IS NOT NULL AND k.kwh_before IS NULL THEN 'no_kwh_before'
        WHEN
            EXISTS (
                FROM lake_point AS p
                WHERE p.bill_id = b.bill_id AND p.loss_method = 'formula' AND p.rated_kva <= 0
            )
            THEN 'no_rated_kva'
    END AS reason
FROM lake_bill AS b LEFT JOIN lake_before AS k ON k.bill_id = b.bill_id;
DELETE FROM rating_refused WHERE reason IS NULL;

INSERT INTO rating_bill
SELECT
    b.bill_id,
    b.period_start_on,
    b.period_end_on,
    b.month,
    coalesce(b.issued_on, b.period_end_on + 1),
    b.months_count,
    NULL,
    coalesce(a.supply_voltage, '220V'),
    coalesce(a.basic_charge_mode, 'none'),
    coalesce(a.contract_capacity_kva, 0),
    coalesce(a.contract_demand_kw, 0),
    a.power_factor_standard,
    coalesce(a.power_factor_evaluation, 'both'),
    coalesce(k.kwh_before, 0),
    coalesce(a.household_persons, 0)::INTEGER,
    coalesce(a.surcharged, FALSE)
FROM lake_bill AS b
LEFT JOIN customer_account AS a ON a.account_id = b.account_id
LEFT JOIN lake_before AS k ON k.bill_id = b.bill_id
WHERE NOT EXISTS (FROM rating_refused AS f WHERE f.bill_id = b.bill_id);
DELETE FROM rating_point WHERE bill_id IN (SELECT bill_id FROM rating_refused);
DELETE FROM rating_register WHERE bill_id IN (SELECT bill_id FROM rating_refused);

-- Without a register of its states, the contracted capacity runs from the day that the account has power to
-- the day that it is closed.
INSERT INTO rating_capacity
SELECT b.bill_id, c.item, c.capacity_kva, c.state, c.from_on, c.to_on, coalesce(c.new_customer, FALSE)
FROM rating_bill AS b
JOIN lake_bill AS l ON l.bill_id = b.bill_id
JOIN capacity_state AS c ON c.account_id = l.account_id
-- those of other days too: an account whose equipment is gone is not one of which nothing is known
WHERE c.capacity_kva > 0
UNION ALL
SELECT
    b.bill_id, 'contract', b.capacity_kva, 'running',
    CASE
        WHEN
            coalesce(a.energized_on, a.opened_on) BETWEEN b.period_start_on AND b.period_end_on
            THEN coalesce(a.energized_on, a.opened_on)
    END,
    CASE WHEN a.closed_on BETWEEN b.period_start_on AND b.period_end_on THEN a.closed_on END, FALSE
FROM rating_bill AS b
JOIN lake_bill AS l ON l.bill_id = b.bill_id
LEFT JOIN customer_account AS a ON a.account_id = l.account_id
WHERE
    b.basic_mode <> 'none' AND b.capacity_kva > 0
    AND NOT EXISTS (FROM capacity_state AS c WHERE c.account_id = l.account_id);

-- An approved adjustment counts where it was billed with the bill; else it was settled by itself.
INSERT INTO rating_extra
SELECT b.bill_id, 'adjustment', a.adjustment_amount
FROM rating_bill AS b JOIN billing_adjustment_history AS a ON a.bill_id = b.bill_id
WHERE
    a.approved_by IS NOT NULL AND a.adjustment_amount <> 0
    AND EXISTS (FROM bill_line AS l WHERE l.bill_id = b.bill_id AND l.charge_component = 'adjustment');
