-- missing_component: a charge of the tariff is not on the bill; arithmetic: a line is not its quantity
-- times its price; rounding: fens on every line; unexplained: none of the ways in which bills go wrong
-- leads to these lines. Usage is here where its kWh are within BIL-02's tolerance, as of a register of
-- demand or of reactive energy.
SELECT r.*, b.tariff_code, b.period_start_on, b.period_end_on
FROM bill_difference AS r JOIN bill AS b ON b.bill_id = r.bill_id
WHERE
    r.cause IN ('missing_component', 'rounding', 'arithmetic', 'unexplained')
    OR (r.cause = 'usage' AND abs(coalesce(r.kwh, 0)) <= param('BIL-02.tolerance_kwh'));
