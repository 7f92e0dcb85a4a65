-- A dial does not start where it ended the time before, and the time before was the cycle before: as many months ago as
-- are billed now, or, where those are not known, with something landed of every month since.
WITH numbered AS (
  SELECT *, row_number() OVER (PARTITION BY meter ORDER BY on_day, old_index, new_index, name) AS n, year(on_day) * 12 + month(on_day) AS month_no
  FROM invoice, period WHERE on_day BETWEEN history_from AND last_day
), seen AS (
  SELECT month_no, count(*) OVER (ORDER BY month_no) AS position FROM (SELECT DISTINCT month_no FROM numbered)
)
SELECT now.meter, now.on_day, CASE WHEN now.energy = 'ELEC' AND now.tariff <> 9 THEN (now.old_index - before.new_index) * now.factor END AS kwh
FROM numbered AS now JOIN numbered AS before ON before.meter = now.meter AND before.n = now.n - 1
  JOIN seen AS here ON here.month_no = now.month_no JOIN seen AS there ON there.month_no = before.month_no
WHERE now.on_day >= now.first_day AND now.old_index <> before.new_index
  AND coalesce(now.months, here.position - there.position) = now.month_no - before.month_no
