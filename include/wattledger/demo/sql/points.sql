-- Where it is metered: usage points, meters, transformers and their losses.

-- Part '' is the account's own point, B a second one, F what is behind it unmetered.
CREATE TABLE place AS
SELECT i, '' AS part, 'M' || (2000000000 + i * 10)::TEXT AS meter_id, ct, pt FROM acct
UNION ALL
SELECT i, 'B', 'M' || (3000000000 + i * 10)::TEXT, 20, 1 FROM acct WHERE second
UNION ALL
SELECT i, 'F', NULL, NULL, NULL FROM acct WHERE behind IS NOT NULL;

CREATE TABLE usage_point AS
SELECT
    'MP' || account_id || p.part AS usage_point_id, account_id,
    'settlement' AS purpose, CASE WHEN p.part = 'B' THEN 'lv_lv' ELSE metering_mode END AS metering_mode,
    CASE WHEN p.part = 'F' THEN a.behind WHEN works IS NOT NULL THEN 'submeter' ELSE 'metered' END
        AS usage_calculation,
    CASE WHEN closed THEN 'removed' ELSE 'in_use' END AS usage_point_status,
    (opened_on + to_days(3 + draw(i, 'energized', 20)))::DATE AS started_on,
    CASE p.part WHEN '' THEN tariff_code WHEN 'B' THEN 'C1T' WHEN 'F' THEN 'R2' END AS tariff_code,
    CASE
        WHEN p.part = 'F' THEN 'MP' || account_id WHEN
            works IS NOT NULL
            THEN 'MP' || (10000000 + works)::TEXT || '01'
    END AS parent_usage_point_id,
    CASE WHEN p.part = 'F' AND a.behind = 'fixed_kwh' THEN 40 + 10 * draw(i, 'fixed', 12) END::DECIMAL(
        18, 4
    ) AS fixed_kwh,
    CASE WHEN p.part = 'F' AND a.behind = 'fixed_ratio' THEN 0.05 * (1 + draw(i, 'fixed', 5)) END::DECIMAL(
        9, 6
    ) AS fixed_ratio,
    CASE WHEN p.part = '' THEN loss_method END AS loss_method,
    CASE WHEN p.part = '' AND loss_method = 'percent' THEN 1.5 END::DECIMAL(8, 4) AS loss_percent,
    CASE WHEN p.part = '' AND loss_method = 'formula' THEN 0.12 + kva * 0.0016 END::DECIMAL(12, 4)
        AS no_load_kw,
    CASE WHEN p.part = '' AND loss_method = 'formula' THEN 0.4 + kva * 0.0105 END::DECIMAL(12, 4)
        AS load_loss_kw,
    CASE WHEN p.part = '' AND loss_method = 'formula' THEN kva END::DECIMAL(14, 3) AS rated_kva,
    CASE WHEN p.part = '' AND loss_method = 'formula' THEN 1.2 END::DECIMAL(8, 4) AS no_load_current_percent,
    CASE
        WHEN p.part = '' AND loss_method = 'formula' THEN CASE WHEN kva < 630 THEN 4 ELSE 4.5 END
    END::DECIMAL(8, 4) AS impedance_percent,
    CASE WHEN p.part = '' AND loss_method = 'formula' THEN 720 END AS loss_hours,
    CASE WHEN p.part = '' AND line_loss > 0 THEN line_loss END::DECIMAL(8, 4) AS line_loss_percent
FROM place AS p JOIN acct AS a USING (i) LEFT JOIN tenant USING (i) ORDER BY i, p.part;

-- Works of 800 kVA and more have two transformers of one size.
CREATE TABLE capacity_state AS
WITH item AS (
    SELECT
        i, account_id, opened_on, capacity_story AS story, 'T' || n AS item,
        CASE WHEN kva >= 800 THEN kva // 2 ELSE kva END::DECIMAL(14, 3) AS capacity_kva,
        CASE WHEN n = 2 THEN CASE capacity_story
            WHEN 'new' THEN getvariable('month') + draw(i, 'event', 12)
            WHEN 'suspended' THEN getvariable('month') - 6 + draw(i, 'event', 8)
            WHEN 'suspended_briefly' THEN getvariable('month') - 6 + draw(i, 'event', 8)
        END END AS event_on
    FROM acct, range(1, 3) AS t (n) WHERE tariff_code = 'I2T' AND (n = 1 OR kva >= 800)
),

dated AS (
    -- One suspension in three goes on.
    SELECT
        *, CASE
            WHEN story = 'suspended_briefly' THEN event_on + 7 + draw(i, 'days', 6)
            WHEN draw(i, 'open', 3) > 0 THEN event_on + 16 + draw(i, 'days', 20)
        END AS ends_on
    FROM item
)

SELECT
    account_id, item, capacity_kva, 'running' AS state,
    CASE WHEN story = 'new' AND item = 'T2' THEN event_on ELSE opened_on END AS from_on,
    CASE WHEN story <> 'new' THEN event_on - 1 END AS to_on, FALSE AS new_customer
FROM dated
UNION ALL
SELECT account_id, item, capacity_kva, 'suspended', event_on, ends_on, FALSE
FROM dated
WHERE story <> 'new' AND event_on IS NOT NULL
UNION ALL
SELECT account_id, item, capacity_kva, 'running', ends_on + 1, NULL, FALSE
FROM dated
WHERE story <> 'new' AND event_on IS NOT NULL AND ends_on IS NOT NULL
ORDER BY account_id, item, from_on;

-- The day on which a meter was changed, five days before the audited month's reading.
CREATE TABLE meter_change AS
SELECT i, (getvariable('month') + to_days(scheduled_day - 6))::DATE AS changed_on
FROM acct JOIN route USING (route_id) WHERE story = 'meter_change';

CREATE TABLE meter AS
WITH fitted AS (
    SELECT
        i,
        p.part,
        p.meter_id,
        p.ct,
        p.pt,
        coalesce(changed_on, closed_on) AS removed_on,
        energized_on AS installed_on,
        1 AS generation
    FROM place AS p
    JOIN acct USING (i)
    JOIN customer_account USING (account_id)
    LEFT JOIN meter_change USING (i)
    WHERE p.meter_id IS NOT NULL
    UNION ALL
    SELECT i, '', 'M' || (2000000001 + i * 10)::TEXT, ct, pt, NULL, changed_on, 2
    FROM meter_change
    JOIN acct USING (i)
)

SELECT
    f.meter_id,
    'SN' || (7000000000 + i * 10 + generation + CASE f.part WHEN 'B' THEN 5 ELSE 0 END)::TEXT AS serial_no,
    'MP' || account_id || f.part AS usage_point_id, account_id,
    CASE WHEN removed_on IS NULL THEN 'running' ELSE 'removed' END AS meter_status,
    (f.ct * f.pt)::DECIMAL(14, 4) AS multiplier,
    f.ct::DECIMAL(14, 4) AS ct_ratio,
    f.pt::DECIMAL(14, 4) AS pt_ratio,
    CASE WHEN story = 'roll_over' THEN 5 ELSE 6 END AS dial_digits, installed_on, removed_on
FROM fitted AS f JOIN acct USING (i)
UNION ALL
-- Meters in the store: no point, no account.
SELECT
    'M' || (1000000000 + k)::TEXT,
    'SN' || (1000000000 + k)::TEXT,
    NULL,
    NULL,
    'in_stock',
    1,
    1,
    1,
    6,
    NULL,
    NULL
FROM range(20 + getvariable('customers') // 500) AS t (k)
ORDER BY meter_id;
