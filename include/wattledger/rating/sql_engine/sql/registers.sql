-- Step 2: what each register counted, summed over the meters of a point.

-- A register without a reading (rank 11), and one beyond what the arithmetic can hold (rank 10), are no zero.
CREATE OR REPLACE TEMP TABLE scratch_register AS
WITH turned AS (
    SELECT
        p.p, p.b, p.whole_kwh, r.register, r.multiplier, r.usage, r.reading,
        CASE
            WHEN r.usage IS NOT NULL OR r.register = 'demand' THEN NULL
            WHEN r.reading < r.previous_reading AND r.dial_digits IS NOT NULL
                THEN r.reading - r.previous_reading + list_extract([
                    10,
                    100,
                    1000,
                    10000,
                    100000,
                    1000000,
                    10000000,
                    100000000,
                    1000000000,
                    10000000000,
                    100000000000,
                    1000000000000
                ], r.dial_digits)
            ELSE r.reading - r.previous_reading
        END AS turn
    FROM batch_register AS r
    JOIN scratch_point AS p ON p.bill_id = r.bill_id AND p.point_id = r.point_id
)

SELECT
    p, b, register, coalesce(multiplier, 1) AS unit, CASE
        WHEN usage IS NOT NULL THEN usage
        WHEN
            whole_kwh AND register <> 'demand'
            THEN try_cast(round(turn::DECIMAL(38, 4) * coalesce(multiplier, 1), 0) AS DECIMAL(18, 4))
        WHEN
            multiplier = 1
            THEN try_cast(CASE WHEN register = 'demand' THEN reading ELSE turn END AS DECIMAL(18, 4))
        ELSE try_cast(round(
            CASE WHEN register = 'demand' THEN reading ELSE turn END::DECIMAL(38, 4)
            * coalesce(multiplier, 1), 4
        ) AS DECIMAL(18, 4
        ))
    END AS usage,
    usage IS NULL AND coalesce(turn, CASE WHEN register = 'demand' THEN reading END) IS NULL AS missing
FROM turned;
INSERT INTO scratch_fault
SELECT b, CASE WHEN missing THEN 11 ELSE 10 END FROM scratch_register
WHERE usage IS NULL OR usage NOT BETWEEN -1e11::DECIMAL(18, 4) AND 1e11::DECIMAL(18, 4);
-- so that no later step overflows on a bill that is not rated anyway
DELETE FROM scratch_register
WHERE usage IS NULL OR usage NOT BETWEEN -1e11::DECIMAL(18, 4) AND 1e11::DECIMAL(18, 4);

CREATE OR REPLACE TEMP TABLE scratch_total AS
SELECT p, sum(usage)::DECIMAL(18, 4) AS kwh, sum(unit) AS units
FROM scratch_register WHERE register = 'total' GROUP BY p;

CREATE OR REPLACE TEMP TABLE scratch_other AS
SELECT
    p, sum(usage) FILTER (register = 'sharp')::DECIMAL(18, 4) AS r1,
    sum(usage) FILTER (register = 'peak')::DECIMAL(18, 4) AS r2,
    sum(usage) FILTER (register = 'flat')::DECIMAL(18, 4) AS r3,
    sum(usage) FILTER (register = 'valley')::DECIMAL(18, 4) AS r4,
    sum(usage) FILTER (register = 'deep_valley')::DECIMAL(18, 4) AS r5,
    (
        abs(coalesce(sum(usage) FILTER (register = 'reactive'), 0))
        + abs(coalesce(sum(usage) FILTER (register = 'reactive_reverse'), 0))
    )::DECIMAL(18, 4
    ) AS kvarh,
    sum(unit) FILTER (register IN ('sharp', 'peak', 'flat', 'valley', 'deep_valley')) AS units,
    max(usage) FILTER (register = 'demand') AS demand,
    sum(usage) FILTER (register = 'feed_in')::DECIMAL(18, 4) AS feed_in
FROM scratch_register WHERE register <> 'total' GROUP BY p;
DROP TABLE scratch_register;
