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
)

SELECT
    $link, org_id, 'EVALUATED', NULL, $measure, coalesce(sum(compared), 0), coalesce(sum(agreeing), 0),
    coalesce(sum(left_total), 0), coalesce(sum(right_total), 0),
    coalesce(sum(left_total) - sum(right_total), 0)
FROM summed GROUP BY org_id ORDER BY org_id NULLS FIRST;
