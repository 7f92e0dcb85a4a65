-- A dial does not start where it ended the time before. Something was landed of every month, so every gap is judged.
WITH numbered AS (
  SELECT meter, energy, tariff, on_day, old_index, new_index, factor,
    row_number() OVER (PARTITION BY meter ORDER BY on_day, old_index, new_index) AS n
  FROM invoice, period WHERE on_day BETWEEN history_from AND last_day
)
SELECT now.meter, now.on_day, CASE WHEN now.energy = 'ELEC' AND now.tariff <> 9 THEN (now.old_index - before.new_index) * now.factor END AS kwh
FROM numbered AS now JOIN numbered AS before ON before.meter = now.meter AND before.n = now.n - 1 JOIN period ON now.on_day >= first_day
WHERE now.old_index <> before.new_index
