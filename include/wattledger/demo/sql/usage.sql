-- How far the meters went: a row per account and month, in hundredths of a dial unit, so that everything is
-- exact.

CREATE TABLE monthly AS
WITH true_use AS (
    SELECT
        i, m, month, ct * pt AS factor,
        CASE
            WHEN vacant THEN 0
            -- Directly connected meters advance by whole kWh, the others by hundredths of their dial.
            WHEN ct * pt = 1 THEN monthly_kwh * (88 + draw(i * 4 + m, 'swing', 25)) // 100 * 100
            ELSE monthly_kwh * (88 + draw(i * 4 + m, 'swing', 25)) // (ct * pt)
        END AS used
    FROM acct, month WHERE NOT closed
),

wide AS (
    SELECT
        i,
        factor,
        max(used) FILTER (m = 0) AS u0,
        max(used) FILTER (m = 1) AS u1,
        max(used) FILTER (m = 2) AS u2
    FROM true_use GROUP BY i, factor
),

billed AS (
    -- An estimate is the month before once more; the next reading settles it.
    SELECT
        i, factor, story, class, tou, pumping, roof, second, unnest([
            { m: 0, used: u0 },
            { m: 1, used: CASE WHEN story = 'estimated_before' THEN u0 ELSE u1 END },
            {
                m: 2,
                used: CASE story
                    WHEN 'estimated_before' THEN u1 + u2 - u0 WHEN 'estimated_now' THEN u1 ELSE u2
                END
            }
        ], recursive := TRUE)
    FROM wide JOIN acct USING (i)
),

dated AS (
    SELECT billed.*, month(month.month) AS calendar_month FROM billed JOIN month USING (m)
)

SELECT
    *,
    -- Meters count sharp hours and deep valleys in the months that have them.
    CASE
        WHEN
            tou AND class <> 'lv_residential' AND calendar_month IN (1, 7, 8, 12)
            THEN used * (80 + draw(i, 'sharp', 60)) // 1000
        ELSE 0
    END AS sharp,
    CASE WHEN tou THEN used * (300 + draw(i, 'peak', 100)) // 1000 ELSE 0 END AS peak,
    CASE
        WHEN tou AND class <> 'lv_residential' THEN used * (150 + draw(i, 'valley', 100)) // 1000 ELSE 0
    END AS valley_1,
    CASE
        WHEN
            tou AND class = 'hv' AND calendar_month IN (3, 4, 5, 9, 10, 11)
            THEN used * (40 + draw(i, 'deep', 60)) // 1000
        ELSE 0
    END AS deep,
    -- Registers by time of use fall behind the total by less than a unit now and then.
    CASE WHEN tou AND used > 1000 AND draw(i * 4 + m, 'behind', 100) < 12 THEN CASE
        WHEN factor = 1 THEN 100
        ELSE 1 + draw(i * 4 + m, 'hundredths', 30)
    END ELSE 0 END AS gap,
    CASE WHEN class = 'hv' THEN used * (220 + draw(i * 4 + m, 'reactive', 340)) // 1000 END AS reactive,
    CASE
        WHEN
            class = 'hv' AND draw(i, 'both_ways', 100) < 15
            THEN used * (5 + draw(i * 4 + m, 'back', 40)) // 1000
    END AS reactive_back,
    CASE WHEN roof THEN used * (80 + draw(i * 4 + m, 'sun', 200)) // 100000 * 100 END AS fed_in,
    CASE WHEN class = 'hv' AND NOT pumping THEN used * (2 + draw(i * 4 + m, 'demand', 2)) // 1000 END
        AS demand,
    -- The second point, in hundredths of its own dial (20 kWh a unit).
    CASE WHEN second THEN used::BIGINT * factor * (40 + draw(i, 'beside', 40)) // 20000 END AS used_beside
FROM dated;
