-- Electricity read is off the mean a month of the up to three readings before it, at least two, by more than half of that
-- and by more than 500 kWh. Indexes that fell, and readings over more than 24 months, are not there for this rule.
WITH usual AS (
  SELECT meter, on_day, read_kwh AS kwh, coalesce(nullif(months, 0), 1) AS months,
    row_number() OVER (PARTITION BY meter ORDER BY on_day, old_index, new_index, name) AS n
  FROM invoice, period WHERE energy = 'ELEC' AND tariff <> 9 AND new_index >= old_index AND coalesce(months, 1) <= 24
    AND on_day BETWEEN history_from AND last_day
), beside AS (
  SELECT now.meter, now.on_day, now.n, any_value(now.kwh) AS kwh,
    (sum(before.kwh) * any_value(now.months) / sum(before.months))::DECIMAL(18,4) AS usual_kwh
  FROM usual AS now JOIN period ON now.on_day >= first_day
    JOIN usual AS before ON before.meter = now.meter AND before.n BETWEEN now.n - 3 AND now.n - 1
  GROUP BY now.meter, now.on_day, now.n HAVING count(*) >= 2
)
SELECT meter, on_day, NULL AS kwh FROM beside
WHERE abs(kwh - usual_kwh) > 500 AND abs(kwh - usual_kwh) > usual_kwh / 2
