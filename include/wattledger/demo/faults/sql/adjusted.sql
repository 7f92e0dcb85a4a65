-- So many adjustments of each victim's bill, a day apart, entered by the biller and approved by somebody.
INSERT INTO billing_adjustment BY NAME
SELECT
    'RSX' || i || '-' || n AS adjustment_id, account_id, {bill} AS bill_id,
    getvariable('month') + 9 + n::INTEGER AS adjusted_on, 'reading' AS cause,
    0 AS adjustment_kwh,
    {amount} AS adjustment_amount,
    staff_no(c, 4000) AS entered_by,
    {approver} AS approved_by
FROM victim, range(1, {times} + 1) AS t (n);
