-- The coefficient is not above 0: what went by, at a coefficient of 1, less what was billed on that dial and day all the same.
WITH billed AS (
  SELECT *, sum(billed_kwh) OVER (PARTITION BY meter, on_day) AS day_kwh FROM invoice WHERE tariff <> 9
)
SELECT meter, on_day, CASE WHEN energy = 'ELEC' THEN new_index - old_index - day_kwh END AS kwh FROM billed, period
WHERE factor <= 0 AND on_day BETWEEN first_day AND last_day
