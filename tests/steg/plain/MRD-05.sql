-- A dial that stood still at three readings of electricity in a row, or more, the last of them in the period. There is
-- no field check in the extract, so no unit reaches its share of checks.
WITH numbered AS (
  SELECT meter, client_id, on_day, new_index = old_index AS still,
    row_number() OVER (PARTITION BY meter ORDER BY on_day, old_index, new_index, name) AS n,
    row_number() OVER (PARTITION BY meter, new_index = old_index ORDER BY on_day, old_index, new_index, name) AS n_of_kind
  FROM invoice, period WHERE energy = 'ELEC' AND tariff <> 9 AND on_day BETWEEN history_from AND last_day
)
SELECT meter, min(on_day) AS since, NULL AS kwh FROM numbered, period WHERE still
GROUP BY meter, n - n_of_kind, first_day HAVING count(*) >= 3 AND max(on_day) >= first_day
