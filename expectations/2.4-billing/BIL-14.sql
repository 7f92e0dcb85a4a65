-- What is explained is no finding: the hour of the reading, a credit taken once, fractions of a kWh. A credit
-- without a record, a reading of another day and intervals that are missing leave open what is to be booked.
SELECT
    r.*, r.evidence ->> '$.starts_on' AS starts_on, r.evidence ->> '$.ends_on' AS ends_on,
    r.evidence ->> '$.metered_kwh' AS metered_kwh, r.evidence ->> '$.credit_kwh' AS credit_kwh,
    r.evidence ->> '$.used_kwh' AS used_kwh, r.evidence ->> '$.billed_kwh' AS billed_kwh,
    r.difference AS difference_kwh
FROM interval_bill_break AS r
WHERE
    r.cause IN (
        'credit_taken_twice', 'credit_missing', 'read_one_day_late', 'missing_intervals', 'missing_period',
        'unexplained'
    );
