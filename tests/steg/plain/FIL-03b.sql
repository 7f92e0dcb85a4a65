-- The coefficient is not above 0.
SELECT meter, on_day, CASE WHEN energy = 'ELEC' THEN new_index - old_index - read_kwh END AS kwh FROM invoice, period
WHERE factor <= 0 AND tariff <> 9 AND on_day BETWEEN first_day AND last_day
