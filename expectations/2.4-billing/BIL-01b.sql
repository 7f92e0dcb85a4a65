-- Bills without readings or usage are not listed here: the reconciliation of readings and bills shows them.
-- Where no bill at all could be rated, the rules of tariffs are not evaluated.
SELECT b.*, r.reason
FROM expected_bill AS r JOIN bill AS b ON b.bill_id = r.bill_id
WHERE r.status = 'not_rated' AND r.reason NOT IN ('no_readings', 'no_usage');
