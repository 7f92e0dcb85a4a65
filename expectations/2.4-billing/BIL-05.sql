-- The waiver ratio by clerk (3 sigma), which the catalogue names too, needs the clerk of each waiver,
-- which no data set holds.
SELECT * FROM receivable AS r WHERE late_payment_waived_amount > 0 AND waiver_approved_by IS NULL;
