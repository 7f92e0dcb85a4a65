-- The points of each bill: those of the account's readings,
-- and the points whose energy is a part of theirs, whoever pays for it.
CREATE OR REPLACE TABLE lake_point AS
WITH own AS (
    SELECT DISTINCT b.bill_id, b.account_id, b.month, r.point_id
    FROM lake_bill AS b JOIN lake_register AS r ON r.account_id = b.account_id AND r.month = b.month
    WHERE b.energy_from = 'account' OR (b.energy_from = 'meter' AND r.meter_id = b.meter_id)
    UNION
    -- a fixed number of kWh has no meter
    SELECT b.bill_id, b.account_id, b.month, p.usage_point_id
    FROM lake_bill AS b JOIN usage_point AS p ON p.account_id = b.account_id
    WHERE
        b.energy_from = 'account'
        AND p.usage_calculation = 'fixed_kwh'
        AND coalesce(p.usage_point_status, 'in_use') = 'in_use'
),

related AS (
    SELECT
        o.*,
        p.parent_usage_point_id IN (SELECT i.point_id FROM own AS i WHERE i.bill_id = o.bill_id) AS has_parent
    FROM own AS o LEFT JOIN usage_point AS p ON p.usage_point_id = o.point_id
),

root AS (
    SELECT bill_id, account_id, month, point_id FROM related WHERE NOT coalesce(has_parent, FALSE)
),

placed AS (
    SELECT bill_id, account_id, month, point_id, NULL AS parent_point_id FROM root
    UNION ALL
    SELECT r.bill_id, r.account_id, r.month, c.usage_point_id, r.point_id
    FROM root AS r JOIN usage_point AS c ON c.parent_usage_point_id = r.point_id
    WHERE
        c.usage_calculation IN ('submeter', 'fixed_kwh', 'fixed_ratio')
        AND coalesce(c.usage_point_status, 'in_use') = 'in_use'
        AND coalesce(c.purpose, 'settlement') = 'settlement'
)

SELECT
    d.bill_id, d.month, d.point_id, d.parent_point_id,
    -- a part of this energy that another account pays for is only taken off
    CASE
        WHEN
            p.account_id IS NULL OR p.account_id = d.account_id
            THEN coalesce(p.tariff_code, b.account_tariff_code, b.tariff_code)
    END AS tariff_code,
    CASE WHEN d.parent_point_id IS NULL THEN 'metered' ELSE p.usage_calculation END AS calculation,
    p.usage_calculation = 'fixed_kwh' AND d.parent_point_id IS NULL AS fixed_root,
    coalesce(p.fixed_kwh, 0) AS fixed_kwh,
    coalesce(p.fixed_ratio, 0) AS fixed_ratio,
    p.loss_method,
    coalesce(p.loss_percent, 0) AS loss_percent,
    coalesce(p.no_load_kw, 0) AS no_load_kw,
    coalesce(p.load_loss_kw, 0) AS load_loss_kw,
    coalesce(p.rated_kva, 0) AS rated_kva,
    coalesce(p.no_load_current_percent, 0) AS no_load_current_percent,
    coalesce(p.impedance_percent, 0) AS impedance_percent,
    coalesce(p.loss_hours, 720)::INTEGER AS loss_hours, coalesce(p.line_loss_percent, 0) AS line_loss_percent,
    coalesce(p.no_load_kwh, 0) AS no_load_kwh, coalesce(p.load_loss_percent, 0) AS load_loss_percent,
    coalesce(p.no_load_kvarh, 0) AS no_load_kvarh, coalesce(p.load_loss_factor, 0) AS load_loss_factor,
    p.loss_days::INTEGER AS loss_days
FROM placed AS d
JOIN lake_bill AS b ON b.bill_id = d.bill_id
LEFT JOIN usage_point AS p ON p.usage_point_id = d.point_id
UNION ALL
SELECT
    bill_id,
    month,
    'billed',
    NULL,
    coalesce(account_tariff_code, tariff_code),
    'metered',
    FALSE,
    0,
    0,
    NULL,
    0,
    0,
    0,
    0,
    0,
    0,
    720,
    0,
    0,
    0,
    0,
    0,
    NULL
FROM lake_bill WHERE energy_from = 'billed';

INSERT INTO rating_point
SELECT
    bill_id,
    point_id,
    parent_point_id,
    tariff_code,
    calculation,
    fixed_kwh,
    fixed_ratio,
    CASE WHEN parent_point_id IS NULL THEN loss_method END,
    loss_percent,
    no_load_kw,
    load_loss_kw,
    rated_kva,
    no_load_current_percent,
    impedance_percent,
    loss_hours,
    line_loss_percent,
    no_load_kwh,
    load_loss_percent,
    no_load_kvarh,
    load_loss_factor,
    loss_days
FROM lake_point;

CREATE OR REPLACE VIEW lake_point_register AS
SELECT p.bill_id, r.*
FROM lake_point AS p JOIN lake_bill AS b ON b.bill_id = p.bill_id
JOIN lake_register AS r
    ON
        r.point_id = p.point_id AND r.month = p.month
        AND (b.energy_from = 'account' OR p.parent_point_id IS NOT NULL OR r.meter_id = b.meter_id)
WHERE p.calculation IN ('metered', 'submeter');

INSERT INTO rating_register
SELECT
    bill_id,
    point_id,
    meter_id,
    register,
    CASE WHEN NOT usage_only THEN previous_reading END,
    CASE WHEN NOT usage_only THEN reading END,
    dial_digits, multiplier, CASE WHEN usage_only THEN billed_usage END
FROM lake_point_register
UNION ALL
SELECT bill_id, point_id, '', 'total', NULL, NULL, NULL, 1, fixed_kwh FROM lake_point WHERE fixed_root
UNION ALL
SELECT bill_id, 'billed', coalesce(meter_id, ''), 'total', NULL, NULL, NULL, 1, usage_kwh FROM lake_bill
WHERE energy_from = 'billed' AND usage_kwh IS NOT NULL;

-- Asked for a few bills only: no need to fill the table.
DROP TABLE rating_billed_register;
CREATE VIEW rating_billed_register AS
SELECT bill_id, point_id, meter_id, register, billed_multiplier AS multiplier, billed_usage AS usage
FROM lake_point_register;
