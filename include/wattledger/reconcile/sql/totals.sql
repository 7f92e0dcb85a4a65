-- A link's totals: a row for the company, and one for each unit with all units below it.
-- UNION, not UNION ALL: a unit that is its own ancestor by mistake does not go round for ever.
INSERT INTO reconciliation
WITH RECURSIVE own AS (
    SELECT
        org_id, count(*) AS compared, count(*) FILTER (agrees) AS agreeing,
        coalesce(sum(left_value), 0) AS left_total, coalesce(sum(right_value), 0) AS right_total
    FROM scratch.pair GROUP BY org_id
),

known AS (
    SELECT org_id FROM unit
    UNION
    SELECT org_id FROM own WHERE org_id IS NOT NULL
),

below AS (
    SELECT org_id, org_id AS part FROM known
    UNION
    SELECT b.org_id, u.org_id FROM below AS b JOIN organisation_unit AS u ON u.parent_org_id = b.part
),

summed AS (
    SELECT NULL AS org_id, own.* EXCLUDE (org_id) FROM own
    UNION ALL
    SELECT b.org_id, own.* EXCLUDE (org_id) FROM below AS b LEFT JOIN own ON own.org_id = b.part
    UNION ALL
    SELECT NULL, 0, 0, 0, 0
),

total AS (
    SELECT
        org_id, coalesce(sum(compared), 0) AS compared, coalesce(sum(agreeing), 0) AS agreeing,
        coalesce(sum(left_total), 0) AS left_total, coalesce(sum(right_total), 0) AS right_total
    FROM summed GROUP BY org_id
),

-- What could not be compared, by reason.
apart AS (
    SELECT
        org_id, code, count(*) AS keys, sum(coalesce(left_value, 0) - coalesce(right_value, 0)) AS difference
    FROM scratch.not_judged GROUP BY org_id, code
),

apart_of AS (
    SELECT NULL::VARCHAR AS org_id, code, keys, difference FROM apart
    UNION ALL
    SELECT b.org_id, a.code, a.keys, a.difference FROM below AS b JOIN apart AS a ON a.org_id = b.part
),

reason AS (
    SELECT org_id, code, sum(keys)::BIGINT AS keys, sum(difference)::DECIMAL(18, 4) AS difference
    FROM apart_of GROUP BY org_id, code
),

unjudged AS (
    SELECT
        org_id, sum(keys)::BIGINT AS keys, sum(difference)::DECIMAL(18, 4) AS difference,
        string_agg(code, '; ' ORDER BY code) AS codes,
        to_json(
            list({ code: code, rows: keys, difference: difference::VARCHAR } ORDER BY keys DESC, code ASC)
        )
            AS reasons
    FROM reason GROUP BY org_id
)

SELECT
    $link, t.org_id,
    CASE WHEN t.compared = 0 AND u.keys > 0 THEN 'NOT_EVALUATED' ELSE 'EVALUATED' END,
    CASE WHEN t.compared = 0 AND u.keys > 0 THEN u.codes END,
    $measure, t.compared, t.agreeing, t.left_total, t.right_total, t.left_total - t.right_total,
    coalesce(u.keys, 0), coalesce(u.difference, 0), coalesce(u.reasons::VARCHAR, '[]')
FROM total AS t LEFT JOIN unjudged AS u ON u.org_id IS NOT DISTINCT FROM t.org_id
ORDER BY t.org_id NULLS FIRST;
