-- One finding per record and field. A field that is empty in every record is one that the source does not
-- map, and is not held against the accounts.
WITH active AS (
    SELECT * FROM customer_account AS r WHERE account_status <> 'closed'
),

kept AS (
    SELECT
        count(account_name) > 0 AS account_name,
        count(service_address) > 0 AS service_address,
        count(supply_voltage) > 0 AS supply_voltage,
        count(tariff_category) > 0 AS tariff_category, count(industry_code) > 0 AS industry_code,
        count(contract_capacity_kva) > 0 AS contract_capacity_kva
    FROM active
),

running AS (
    SELECT * FROM meter WHERE meter_status = 'running' AND account_id IS NOT NULL
),

kept_of_meter AS (
    SELECT count(serial_no) > 0 AS serial_no, count(multiplier) > 0 AS multiplier FROM running
),

found AS (
    SELECT
        a.account_id AS record_id, a.account_id, unnest([
            CASE WHEN k.account_name AND coalesce(trim(a.account_name), '') = '' THEN 'account_name' END,
            CASE
                WHEN k.service_address AND coalesce(trim(a.service_address), '') = '' THEN 'service_address'
            END,
            CASE
                WHEN k.supply_voltage AND coalesce(trim(a.supply_voltage), '') = '' THEN 'supply_voltage'
            END,
            CASE
                WHEN k.tariff_category AND coalesce(trim(a.tariff_category), '') = '' THEN 'tariff_category'
            END,
            CASE WHEN k.industry_code AND coalesce(trim(a.industry_code), '') = '' THEN 'industry_code' END,
            CASE
                WHEN k.contract_capacity_kva AND a.contract_capacity_kva IS NULL THEN 'contract_capacity_kva'
            END
        ]) AS missing_field
    FROM active AS a CROSS JOIN kept AS k
    UNION ALL
    SELECT a.account_id, a.account_id, 'usage_point_id'
    FROM active AS a
    ANTI JOIN usage_point AS u ON u.account_id = a.account_id
    WHERE EXISTS (SELECT 1 FROM usage_point)
    UNION ALL
    SELECT
        m.meter_id, m.account_id, unnest([
            CASE WHEN k.serial_no AND coalesce(trim(m.serial_no), '') = '' THEN 'serial_no' END,
            CASE WHEN k.multiplier AND m.multiplier IS NULL THEN 'multiplier' END
        ])
    FROM running AS m CROSS JOIN kept_of_meter AS k
)

SELECT f.*, c.account_name, c.account_class, c.org_id
FROM found AS f
LEFT JOIN customer_account AS c ON c.account_id = f.account_id
WHERE f.missing_field IS NOT NULL;
