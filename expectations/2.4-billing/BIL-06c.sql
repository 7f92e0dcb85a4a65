-- The catalogue lists the pair biller / approver of adjustment in section 8, without a number of its own.
SELECT * FROM billing_adjustment AS r WHERE approved_by IS NULL OR approved_by = entered_by;
