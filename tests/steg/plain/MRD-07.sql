-- The index fell, and not by running over: either more than half of the dial (as many digits as the old index has) would
-- have gone by, or the reading's kWh are not what went by.
WITH fallen AS (
  SELECT *, ('1' || repeat('0', length(old_index::VARCHAR)))::BIGINT AS dial FROM invoice, period
  WHERE new_index < old_index AND on_day BETWEEN first_day AND last_day
), judged AS (
  SELECT *, dial - old_index + new_index AS gone_by, (dial - old_index + new_index) / dial <= 0.5 AS may_be FROM fallen
)
SELECT meter, on_day, CASE WHEN energy = 'GAZ' OR tariff = 9 THEN NULL WHEN may_be THEN gone_by * factor - read_kwh
  ELSE (old_index - new_index) * factor END AS kwh
FROM judged WHERE NOT may_be OR abs(read_kwh - gone_by * factor) > 1
