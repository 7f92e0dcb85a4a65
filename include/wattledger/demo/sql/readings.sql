-- What the meters show and how it was read: a row per register and month.

CREATE TABLE register AS
WITH split AS (
    -- Two-register dwellings: what is not peak is valley. Other meters: what is left is flat.
    SELECT
        i, m, story, factor, '' AS part, unnest([
            { reading_type: 'total', code: 11, used: used },
            {
                reading_type: 'sharp',
                code: 12,
                used: CASE WHEN tou AND class <> 'lv_residential' THEN sharp END
            },
            { reading_type: 'peak', code: 13, used: CASE WHEN tou THEN peak END },
            {
                reading_type: 'valley',
                code: 14,
                used: CASE
                    WHEN tou AND class = 'lv_residential' THEN used - peak - gap WHEN tou THEN valley_1
                END
            },
            {
                reading_type: 'flat',
                code: 15,
                used: CASE
                    WHEN tou AND class <> 'lv_residential' THEN used - sharp - peak - valley_1 - deep - gap
                END
            },
            { reading_type: 'deep_valley', code: 16, used: CASE WHEN tou AND class = 'hv' THEN deep END },
            { reading_type: 'reactive', code: 21, used: reactive },
            { reading_type: 'reactive_reverse', code: 22, used: reactive_back },
            { reading_type: 'demand', code: 31, used: demand },
            { reading_type: 'reverse', code: 81, used: fed_in }
        ], recursive := TRUE)
    FROM monthly
    UNION ALL
    SELECT
        i, m, story, 20, 'B', unnest([
            { reading_type: 'total', code: 11, used: used_beside },
            { reading_type: 'peak', code: 13, used: used_beside * 4 // 10 },
            { reading_type: 'valley', code: 14, used: used_beside // 10 },
            { reading_type: 'flat', code: 15, used: used_beside - used_beside * 4 // 10 - used_beside // 10 }
        ], recursive := TRUE)
    FROM monthly WHERE second
),

counted AS (
    SELECT
        *, sum(used) OVER w AS up_to, sum(used) OVER (PARTITION BY i, part, code) AS in_all,
        CASE WHEN code = 31 THEN 0 ELSE 100 * (200 + draw(i * 100 + code, 'start' || part, 9000)) END AS start
    FROM split WHERE used IS NOT NULL
    WINDOW w AS (PARTITION BY i, part, code ORDER BY m)
)

-- A demand register is put back to zero every month; a five-digit dial may pass 99999.
SELECT
    i, m, part, reading_type, code, used, factor, story,
    CASE
        WHEN code = 31 THEN 0 WHEN
            story = 'roll_over'
            THEN (10000000 - in_all + up_to - used + 3000) % 10000000
        ELSE start + up_to - used
    END AS dial_from,
    CASE
        WHEN code = 31 THEN used WHEN story = 'roll_over' THEN (10000000 - in_all + up_to + 3000) % 10000000
        ELSE start + up_to
    END AS dial_to
FROM counted;

CREATE TABLE meter_reading AS
WITH dated AS (
    SELECT
        r.*, month.month, a.account_id, a.class, a.route_id, a.vacant, a.switched, scheduled_day, changed_on,
        CASE WHEN a.switched AND r.m = 0 THEN 'manual' ELSE a.method END AS method,
        (month.month + to_days(scheduled_day - 1))::DATE AS due_on
    FROM register AS r JOIN month USING (m) JOIN acct AS a USING (i) JOIN route USING (route_id)
    LEFT JOIN meter_change ON meter_change.i = r.i AND r.m = 2
),

parted AS (
    -- A changed meter has two rows: the old one to its last reading, the new one from zero.
    SELECT
        *,
        0 AS fitted,
        CASE WHEN changed_on IS NULL THEN used ELSE used // 200 * 100 END AS share,
        dial_from AS from_dial
    FROM dated
    UNION ALL
    SELECT *, 1, used - used // 200 * 100, 0 FROM dated WHERE changed_on IS NOT NULL
),

shown AS (
    SELECT
        *, CASE WHEN changed_on IS NULL THEN dial_to ELSE from_dial + share END AS to_dial,
        changed_on IS NOT NULL AND fitted = 0 AS is_change,
        (story = 'estimated_now' AND m = 2) OR (story = 'estimated_before' AND m = 1) AS estimated
    FROM parted
),

timed AS (
    SELECT
        *, CASE
            WHEN is_change THEN changed_on
            WHEN method = 'manual' AND draw(i * 4 + m, 'late', 100) < 5 THEN due_on + 1
            ELSE due_on
        END::DATE AS read_on
    FROM shown
)

SELECT
    strftime(month, '%Y%m')
    || lpad(i::TEXT, 8, '0')
    || code
    || part
    || CASE WHEN is_change THEN 'C' ELSE '' END AS reading_id,
    month AS billing_month, account_id, 'MP' || account_id || part AS usage_point_id,
    'M' || (CASE part WHEN '' THEN 2000000000 ELSE 3000000000 END + i * 10 + fitted)::TEXT AS meter_id,
    route_id AS reading_route_id,
    reading_type,
    (from_dial * 0.01)::DECIMAL(18, 2) AS previous_reading,
    (to_dial * 0.01)::DECIMAL(18, 2) AS reading,
    factor::DECIMAL(14, 4) AS multiplier, (share * factor * 0.01)::DECIMAL(18, 2) AS usage_kwh,
    read_on,
    read_on + CASE
        WHEN method = 'manual' OR is_change THEN to_minutes(480 + draw(i * 4 + m, 'minute', 520))
        ELSE to_minutes(5 + draw(i * 4 + m, 'minute', 50))
    END AS read_at,
    CASE WHEN NOT is_change THEN due_on END AS due_on,
    CASE WHEN estimated THEN 'estimated' ELSE 'read' END AS reading_status,
    CASE WHEN is_change THEN 'manual' ELSE method END AS reading_method,
    CASE WHEN is_change THEN 'change' ELSE 'normal' END AS reading_source,
    reader_staff_id,
    CASE WHEN vacant OR (switched AND m > 0) THEN read_on END AS field_checked_on
FROM timed JOIN reading_route ON reading_route_id = route_id
ORDER BY month, i, part, code, fitted;
