-- A voucher on a day after all that is paid, under a number made up after that of another day.
INSERT INTO ledger_entry BY NAME
SELECT
    'XS' || voucher_no || item AS entry_id,
    'XS' || voucher_no AS voucher_no,
    getvariable('month') + 26 AS posted_on,
    org_id, code AS account_code, item AS ledger_item, debit AS debit_amount, credit AS credit_amount
FROM victim, (VALUES ('1012', 'other', 500, 0), ('1122', 'receipt', 0, 500)) AS l (code, item, debit, credit);
