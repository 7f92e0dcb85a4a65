-- Other registers that a bill may have been worked out from: the multiplier or usage that billing had, the
-- bill's own kWh, times of use mixed up.
CREATE OR REPLACE TABLE own_register AS
SELECT r.* FROM rating_register AS r JOIN wrong_bill USING (bill_id);

CREATE OR REPLACE TABLE billed_register AS
FROM rating_billed_register WHERE bill_id IN (SELECT bill_id FROM wrong_bill);

CREATE OR REPLACE TABLE turned AS
SELECT
    r.*,
    coalesce(r.usage, round((r.reading - r.previous_reading + CASE
        WHEN r.reading < r.previous_reading AND r.dial_digits IS NOT NULL
            THEN power(10, r.dial_digits)::DECIMAL(18, 4)
        ELSE 0
    END)::DECIMAL(24, 4) * r.multiplier, 4))::DECIMAL(18, 4) AS kwh
FROM own_register AS r WHERE r.register NOT IN ('demand', 'reactive', 'reactive_reverse', 'feed_in');

-- The energy of the only root point, to be replaced as a whole.
CREATE OR REPLACE TABLE root_energy AS
SELECT
    w.bill_id,
    p.point_id,
    coalesce(sum(t.kwh) FILTER (t.register = 'total'), sum(t.kwh), 0)::DECIMAL(18, 4) AS energy
FROM wrong_bill AS w JOIN rating_point AS p ON p.bill_id = w.bill_id AND p.parent_point_id IS NULL
LEFT JOIN turned AS t ON t.bill_id = p.bill_id AND t.point_id = p.point_id
WHERE w.roots = 1 GROUP BY w.bill_id, p.point_id;

CREATE OR REPLACE TABLE billed_time AS
WITH timed AS (
    SELECT bill_id, component, tou, sum(quantity) AS quantity
    FROM wrong_line
    WHERE tou IS NOT NULL AND quantity IS NOT NULL
    GROUP BY ALL
),

fullest AS (
    SELECT bill_id, arg_max(component, (n, component)) AS component
    FROM (SELECT bill_id, component, count(*) AS n FROM timed GROUP BY ALL)
    GROUP BY bill_id
)

SELECT bill_id, tou, quantity FROM timed JOIN fullest USING (bill_id, component);

CREATE OR REPLACE TABLE other_register AS
SELECT 'multiplier' AS kind, o.* REPLACE (l.multiplier AS multiplier)
FROM own_register AS o
JOIN billed_register AS l USING (bill_id, point_id, meter_id, register)
WHERE o.usage IS NULL AND l.multiplier IS NOT NULL
UNION ALL
SELECT 'usage', o.* REPLACE (l.usage AS usage)
FROM own_register AS o
JOIN billed_register AS l USING (bill_id, point_id, meter_id, register)
WHERE l.usage IS NOT NULL
UNION ALL
SELECT 'swapped', o.* REPLACE (CASE o.register WHEN 'peak' THEN 'valley' ELSE 'peak' END AS register)
FROM own_register AS o
WHERE o.register IN ('peak', 'valley');
-- What a kind does not change stays.
INSERT INTO other_register
SELECT k.kind, o.*
FROM (SELECT DISTINCT bill_id, kind FROM other_register) AS k
JOIN own_register AS o ON o.bill_id = k.bill_id
WHERE NOT EXISTS (
    FROM
        other_register AS x
    WHERE
        x.kind = k.kind AND x.bill_id = o.bill_id AND x.point_id = o.point_id AND x.meter_id = o.meter_id
        AND (x.register = o.register OR (k.kind = 'swapped' AND o.register IN ('peak', 'valley')))
);

-- Energy replaced as a whole: the total, and where there are times of use, the time that took it.
INSERT INTO other_register
SELECT 'flat', e.bill_id, e.point_id, '', unnest(['total', 'flat']), NULL, NULL, NULL, 1, e.energy
FROM root_energy AS e
JOIN wrong_bill AS w USING (bill_id)
WHERE w.tou_scheme IN (SELECT tou_scheme FROM tou_period WHERE tou = 'flat')
UNION ALL
SELECT
    'bill', e.bill_id, e.point_id, '', 'total', NULL, NULL, NULL, 1,
    w.billed_kwh
    - coalesce(w.billed_loss_kwh, w.expected_loss_kwh)
    + coalesce(w.billed_deducted_kwh, w.expected_deducted_kwh)
FROM root_energy AS e
JOIN wrong_bill AS w USING (bill_id)
WHERE w.billed_kwh IS NOT NULL AND w.billed_kwh <> w.expected_kwh
UNION ALL
SELECT 'bill', e.bill_id, e.point_id, '', t.tou, NULL, NULL, NULL, 1, t.quantity
FROM root_energy AS e
JOIN wrong_bill AS w USING (bill_id)
JOIN billed_time AS t USING (bill_id)
WHERE w.billed_kwh IS NOT NULL AND w.billed_kwh <> w.expected_kwh
UNION ALL
SELECT 'loss', e.bill_id, e.point_id, '', 'total', NULL, NULL, NULL, 1, e.energy + w.billed_loss_kwh
FROM root_energy AS e JOIN wrong_bill AS w USING (bill_id) WHERE w.billed_loss_kwh <> w.expected_loss_kwh;
INSERT INTO other_register
SELECT k.kind, o.*
FROM (SELECT DISTINCT bill_id, point_id, kind FROM other_register WHERE kind IN ('flat', 'bill', 'loss')) AS k
JOIN own_register AS o ON o.bill_id = k.bill_id
WHERE
    o.point_id <> k.point_id
    OR o.register IN ('demand', 'reactive', 'reactive_reverse', 'feed_in')
    OR (k.kind = 'loss' AND o.register <> 'total');
