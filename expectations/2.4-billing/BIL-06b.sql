-- A refund counts as money given up by the company (+).
SELECT * FROM billing_adjustment AS r
WHERE cause <> 'policy' AND abs(adjustment_amount) > param('BIL-06.adjustment_yuan');
