-- It may be right, so nothing is at stake before somebody looked.
SELECT * FROM billing_adjustment AS r
WHERE cause <> 'policy' AND abs(adjustment_amount) > param('BIL-06.adjustment_yuan');
