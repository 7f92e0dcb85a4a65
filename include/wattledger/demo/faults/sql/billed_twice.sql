-- A second bill of each victim, the same in all but its number, with its lines.
INSERT INTO bill
SELECT b.* REPLACE (bill_id || 'D' AS bill_id) FROM bill AS b
WHERE bill_id IN (SELECT {bill} FROM victim) AND usage_kwh > 0;

INSERT INTO bill_line
SELECT l.* REPLACE (bill_id || 'D' AS bill_id, bill_line_id || 'D' AS bill_line_id) FROM bill_line AS l
WHERE bill_id IN (SELECT {bill} FROM victim) AND bill_id || 'D' IN (SELECT bill_id FROM bill);
