-- Both sides by account, month and meter, as {to}: the rows of {readings} and of {bills} of one commodity,
-- each taken for {month}. {reading_meter} and {bill_meter} say which meter a row is of; '' for all of an
-- account's together.
CREATE TABLE scratch.{to}_met AS
WITH readings AS (
    SELECT
        account_id, {month} AS month, {reading_meter} AS meter_id, min(usage_point_id) AS usage_point_id,
        sum(usage_kwh)::DECIMAL(18, 4) AS kwh, count(*) AS readings
    FROM {readings} AS r
    WHERE
        commodity = '{commodity}'
        AND reading_type = 'total'
        AND usage_kwh IS NOT NULL
        AND coalesce(reading_source, '') <> 'reversed'
        AND NOT EXISTS (
            FROM usage_point AS p WHERE p.usage_point_id = r.usage_point_id AND p.purpose = 'check'
        )
    GROUP BY ALL
),

bills AS (
    SELECT
        account_id, {month} AS month, {bill_meter} AS meter_id, count(*) AS bills,
        sum(usage_kwh - coalesce(loss_kwh, 0) + coalesce(deducted_kwh, 0))::DECIMAL(18, 4) AS kwh,
        coalesce(sum(loss_kwh), 0)::DECIMAL(18, 4) AS loss_kwh,
        coalesce(sum(deducted_kwh), 0)::DECIMAL(18, 4) AS deducted_kwh
    FROM {bills}
    WHERE commodity = '{commodity}' AND usage_kwh IS NOT NULL AND coalesce(bill_kind, '') <> 'credit'
    GROUP BY ALL
)

SELECT
    account_id, month, meter_id, usage_point_id, readings, bills, r.kwh AS read_kwh, b.kwh AS billed_kwh,
    loss_kwh, deducted_kwh
FROM readings AS r FULL JOIN bills AS b USING (account_id, month, meter_id);

-- What found no other side by its own meter: where it belongs instead. '' is the account's rest.
CREATE TABLE scratch.{to}_rest AS
WITH loose AS (
    FROM scratch.{to}_met WHERE readings IS NULL OR bills IS NULL
),

neighbour AS (
    SELECT account_id, month, usage_point_id, min(meter_id) AS billed_meter FROM scratch.{to}_met
    WHERE readings IS NOT NULL AND bills IS NOT NULL AND account_id IN (SELECT account_id FROM loose)
    GROUP BY account_id, month, usage_point_id
)

SELECT
    account_id, month, coalesce(billed_meter, '') AS meter_id,
    sum(readings) AS readings, sum(bills) AS bills, sum(read_kwh) AS read_kwh, sum(billed_kwh) AS billed_kwh,
    sum(loss_kwh) AS loss_kwh, sum(deducted_kwh) AS deducted_kwh
FROM loose LEFT JOIN neighbour USING (account_id, month, usage_point_id) GROUP BY ALL;

CREATE VIEW scratch."{to}" AS
WITH slot AS (
    SELECT
        m.account_id, m.month, m.meter_id, m.readings + coalesce(r.readings, 0) AS readings, m.bills,
        m.read_kwh + coalesce(r.read_kwh, 0) AS left_value, m.billed_kwh AS right_value,
        m.loss_kwh, m.deducted_kwh
    FROM scratch.{to}_met AS m LEFT JOIN scratch.{to}_rest AS r USING (account_id, month, meter_id)
    WHERE m.readings IS NOT NULL AND m.bills IS NOT NULL
    UNION ALL
    SELECT account_id, month, '', readings, bills, read_kwh, billed_kwh, loss_kwh, deducted_kwh
    FROM scratch.{to}_rest WHERE meter_id = ''
)

SELECT *, coalesce(left_value, 0) - coalesce(right_value, 0) AS difference FROM slot;
