SELECT r.*, date_diff('day', r.deposited_on, coalesce(r.bank_arrived_on, p.period_end)) AS days_in_transit
FROM bank_deposit AS r CROSS JOIN audit_period AS p
WHERE
    r.deposit_status <> 'bounced'
    AND date_diff('day', r.deposited_on, coalesce(r.bank_arrived_on, p.period_end))
    > param('LED-05.days_in_transit');
