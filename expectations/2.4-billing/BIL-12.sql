-- `bill_repeat` says which bill repeats which: account, meter, tariff, usage and dates (or month) are the
-- same, and neither was reversed. Bills of no usage are left out: they may be of several points.
SELECT r.*, t.first_bill_id FROM bill AS r JOIN bill_repeat AS t ON t.bill_id = r.bill_id;
