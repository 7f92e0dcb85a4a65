-- The reading's kWh are not the advance of the dial times its factor.
SELECT meter, on_day, CASE WHEN energy = 'ELEC' THEN (new_index - old_index) * factor - read_kwh END AS kwh FROM invoice, period
WHERE on_day BETWEEN first_day AND last_day AND new_index >= old_index AND factor > 0 AND tariff <> 9
  AND abs((new_index - old_index) * factor - read_kwh) > 1
