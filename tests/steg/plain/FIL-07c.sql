-- One dial read for several clients in a month: a dial is a client's here, because the utility's numbers are not unique.
SELECT meter, year(on_day), month(on_day), NULL AS kwh FROM invoice, period WHERE on_day BETWEEN first_day AND last_day
GROUP BY ALL HAVING count(DISTINCT client_id) > 1
