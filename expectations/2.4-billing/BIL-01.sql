-- missing_component: a charge of the tariff is not on the bill; arithmetic: a line is not its quantity
-- times its price; rounding: fens on every line; unexplained: none of the ways in which bills go wrong
-- leads to these lines. Usage is here where its kWh are within BIL-02's tolerance, as of a register of
-- demand or of reactive energy. A bill that is not the sum of its lines, or has none, is BIL-03a's.
WITH unsummed AS (
    SELECT b.bill_id FROM bill AS b LEFT JOIN bill_line AS l ON l.bill_id = b.bill_id
    WHERE EXISTS (SELECT 1 FROM bill_line)
    GROUP BY b.bill_id, b.bill_amount
    HAVING abs(b.bill_amount - coalesce(sum(l.line_amount), 0)) > param('BIL-01.tolerance_bill_yuan')
)

SELECT r.*, b.tariff_code, b.period_start_on, b.period_end_on
FROM bill_difference AS r JOIN bill AS b ON b.bill_id = r.bill_id
WHERE
    (
        r.cause IN ('missing_component', 'rounding', 'arithmetic', 'unexplained')
        OR (r.cause = 'usage' AND abs(coalesce(r.kwh, 0)) <= param('BIL-02.tolerance_kwh'))
    )
    AND NOT EXISTS (SELECT 1 FROM unsummed AS u WHERE u.bill_id = r.bill_id);
