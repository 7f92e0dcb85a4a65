-- The levels of a bill are not what the tiers of its tariff take of its kWh, in turn: nothing is tiered but tariff 10 from
-- 1988 (50 kWh a month, the rest) and 11 from July 2005 (300, the rest), and both from 2014 (200, 100, 200, the rest).
WITH tiered AS (
  SELECT *, CASE WHEN tariff NOT IN (10, 11) THEN [] WHEN year(on_day) >= 2014 THEN [200, 100, 200] WHEN tariff = 11 AND on_day >= '2005-07-01' THEN [300]
    WHEN tariff = 10 AND year(on_day) >= 1988 THEN [50] ELSE [] END AS tiers
  FROM invoice, period WHERE on_day BETWEEN first_day AND last_day
), first_taken AS (
  SELECT *, CASE WHEN len(tiers) = 0 THEN billed_kwh ELSE least(billed_kwh, tiers[1] * months) END AS x1 FROM tiered WHERE len(tiers) = 0 OR months > 0
), second_taken AS (
  SELECT *, CASE WHEN len(tiers) < 2 THEN billed_kwh - x1 ELSE least(billed_kwh - x1, tiers[2] * months) END AS x2 FROM first_taken
), third_taken AS (
  SELECT *, CASE WHEN len(tiers) < 3 THEN 0 ELSE least(billed_kwh - x1 - x2, tiers[3] * months) END AS x3 FROM second_taken
)
SELECT meter, on_day, NULL AS kwh FROM third_taken
WHERE [l1, l2, l3, l4] <> [x1, x2, x3, billed_kwh - x1 - x2 - x3]
