-- A bill that cannot be calculated again: it does not say how many months it is for. Tariff 9 is fed in, and no bill.
SELECT meter, on_day, NULL AS kwh FROM invoice, period WHERE on_day BETWEEN first_day AND last_day AND tariff <> 9 AND coalesce(months, 0) < 1
