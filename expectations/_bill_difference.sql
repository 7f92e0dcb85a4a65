-- Bills that are not what their tariff makes them, one row for each cause that rating found.
-- A rule of this family takes the rows of its own causes.
SELECT r.*, b.tariff_code, b.period_start_on, b.period_end_on
FROM bill_difference AS r JOIN bill AS b ON b.bill_id = r.bill_id;
