-- All that these readers read this month, on the last of their days and by hand.
UPDATE meter_reading r SET
    reading_method = 'manual',
    due_on = getvariable('month') + (day - 1)::INTEGER,
    read_on = getvariable('month') + (day - 1)::INTEGER,
    read_at = getvariable('month') + (day - 1)::INTEGER + to_minutes(480 + draw(r.account_id, 'fast', 500))
FROM victim AS v
WHERE
    v.reader_staff_id = r.reader_staff_id
    AND billing_month = getvariable('month')
    AND reading_source = 'normal';
