-- The second half of LED-10, recovered bad debt that was not booked, needs a bad-debt register, which is no
-- data set yet.
SELECT * FROM receivable AS r WHERE settle_status = 'written_off' AND write_off_approved_by IS NULL;
