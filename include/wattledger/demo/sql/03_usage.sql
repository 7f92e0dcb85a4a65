-- How far the meters went: a row per account and month, in hundredths of a dial unit, so that everything is exact.

CREATE TABLE monthly AS
WITH true_use AS (
    SELECT i, m, month, ct * pt AS factor,
        CASE WHEN vacant THEN 0
            -- Directly connected meters advance by whole kWh, the others by hundredths of their dial.
            WHEN ct * pt = 1 THEN monthly_kwh * (88 + draw(i * 4 + m, 'swing', 25)) // 100 * 100
            ELSE monthly_kwh * (88 + draw(i * 4 + m, 'swing', 25)) // (ct * pt)
        END AS used
    FROM acct, month WHERE NOT closed
), wide AS (
    SELECT i, factor, max(used) FILTER (m = 0) AS u0, max(used) FILTER (m = 1) AS u1, max(used) FILTER (m = 2) AS u2
    FROM true_use GROUP BY i, factor
), billed AS (
    -- An estimate is the month before once more; the next reading settles it.
    SELECT i, factor, story, class, tou, unnest([
        {m: 0, used: u0},
        {m: 1, used: CASE WHEN story = 'estimated_before' THEN u0 ELSE u1 END},
        {m: 2, used: CASE story WHEN 'estimated_before' THEN u1 + u2 - u0 WHEN 'estimated_now' THEN u1 ELSE u2 END}
    ], recursive := true)
    FROM wide JOIN acct USING (i)
)
SELECT *,
    CASE WHEN tou AND class <> 'lv_residential' THEN used * (80 + draw(i, 'sharp', 60)) // 1000 ELSE 0 END AS sharp,
    CASE WHEN tou THEN used * (300 + draw(i, 'peak', 100)) // 1000 ELSE 0 END AS peak,
    CASE WHEN tou AND class <> 'lv_residential' THEN used * (150 + draw(i, 'valley', 100)) // 1000 ELSE 0 END AS valley_1,
    CASE WHEN class = 'hv' THEN used * (220 + draw(i * 4 + m, 'reactive', 300)) // 1000 ELSE 0 END AS reactive
FROM billed;
