-- The index fell, and not by running over: either more than half of the dial (as many digits as the old index has) would
-- have gone by, or the reading's kWh are not what went by. At stake is what went by and was not billed, where it may have run
-- over; the turn of a dial, where the fall was billed as one; else nobody knows. Two bills of a dial and day are not looked at.
WITH counted AS (
  SELECT *, CASE WHEN tariff = 9 OR count(*) OVER (PARTITION BY meter, on_day) > 1 THEN read_kwh ELSE billed_kwh END AS charged_kwh FROM invoice
), fallen AS (
  SELECT *, ('1' || repeat('0', length(old_index::VARCHAR)))::BIGINT AS dial FROM counted, period
  WHERE new_index < old_index AND on_day BETWEEN first_day AND last_day
), judged AS (
  SELECT *, dial - old_index + new_index AS gone_by, (dial - old_index + new_index) / dial <= 0.5 AS may_be,
    list_max(list_filter([1000, 10000, 100000, 1000000, 10000000, 100000000],
      lambda turn: abs(charged_kwh - (new_index - old_index + turn) * factor) <= 1)) AS turned
  FROM fallen
)
SELECT meter, on_day, CASE WHEN energy = 'GAZ' OR tariff = 9 THEN NULL WHEN may_be THEN gone_by * factor - charged_kwh
  ELSE -turned * factor END AS kwh
FROM judged WHERE NOT may_be OR abs(read_kwh - gone_by * factor) > 1
