-- Whether the amount or a line is wrong is known where the bill was rated: its amount is then what is at
-- stake.
SELECT
    r.*, coalesce(l.lines_amount, 0) AS lines_amount, coalesce(l.bill_lines, 0) AS bill_lines,
    e.amount AS expected_amount
FROM bill AS r LEFT JOIN (
    SELECT bill_id, sum(line_amount) AS lines_amount, count(*) AS bill_lines FROM bill_line GROUP BY bill_id
) AS l ON l.bill_id = r.bill_id
LEFT JOIN expected_bill AS e ON e.bill_id = r.bill_id AND e.status = 'rated'
WHERE abs(r.bill_amount - coalesce(l.lines_amount, 0)) > param('BIL-03.tolerance_yuan');
