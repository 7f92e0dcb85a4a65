-- What a client was billed in a month, of electricity or gas, is off what was read by more than 1 kWh. What tariff 9 fed in
-- on the same counter and day comes off, as far as it goes.
WITH fed_in AS (
  SELECT client_id, counter, on_day, sum((new_index - old_index) * factor) AS kwh FROM invoice WHERE tariff = 9 GROUP BY ALL
), due AS (
  SELECT i.*, read_kwh - CASE WHEN tariff IN (10, 11) AND f.kwh > 0 AND read_kwh > 0 THEN least(f.kwh, read_kwh) ELSE 0 END AS due_kwh
  FROM invoice AS i LEFT JOIN fed_in AS f USING (client_id, counter, on_day), period
  WHERE tariff <> 9 AND on_day BETWEEN first_day AND last_day
)
SELECT client_id, year(on_day), month(on_day), energy, CASE WHEN energy = 'ELEC' THEN sum(due_kwh) - sum(billed_kwh) END AS kwh
FROM due GROUP BY client_id, year(on_day), month(on_day), energy HAVING abs(sum(due_kwh) - sum(billed_kwh)) > 1
