-- From the receivable to the bank: payments, allocations, deposits, vouchers, invoices. All within the
-- audited month.

CREATE TABLE paid AS
WITH part AS (
    SELECT
        *, CASE WHEN waived THEN 0 ELSE damages END AS collected, unnest(CASE
            WHEN in_parts
                THEN
                    [
                        {
                            part: 1,
                            kind: 'charge',
                            sign: 1,
                            amount: trunc(bill_amount * 0.5, 2),
                            day: 0,
                            minute: 0
                        },
                        {
                            part: 2,
                            kind: 'charge',
                            sign: 1,
                            amount: bill_amount - trunc(bill_amount * 0.5, 2),
                            day: 0,
                            minute: 60
                        }
                    ]
            WHEN slip
                THEN
                    [
                        { part: 1, kind: 'charge', sign: 1, amount: bill_amount, day: 0, minute: 0 },
                        {
                            part: 2,
                            kind: 'reversal',
                            sign: -1,
                            amount: -bill_amount,
                            day: slip_days,
                            minute: 3
                        },
                        { part: 3, kind: 'charge', sign: 1, amount: bill_amount, day: slip_days, minute: 5 }
                    ]
            ELSE [{ part: 1, kind: 'charge', sign: 1, amount: bill_amount, day: 0, minute: 0 }]
        END, recursive := TRUE)
    FROM due WHERE pays
)

SELECT
    * REPLACE ((paid_on + day)::DATE AS paid_on),
    strftime(paid_on, '%Y%m%d') || lpad(i::TEXT, 8, '0') || part AS serial,
    amount + collected * sign AS with_damages, settle_method NOT IN ('online', 'transfer') AS at_counter,
    (paid_on + day + to_minutes(510 + draw(i, 'minute', 400) + minute))::TIMESTAMP AS charged_at,
    -- By this an invoice has its number: a reversal makes it no later.
    (paid_on + to_minutes(510 + draw(i, 'minute', 400)))::TIMESTAMP AS first_charged_at,
    -- Cash is banked the same day, everything else arrives the next.
    'D' || strftime(
        paid_on + day, '%Y%m%d') || org_id || CASE settle_method
        WHEN 'cash' THEN 'C' || lpad(till::TEXT, 3, '0')
        WHEN 'pos' THEN 'P' || lpad(till::TEXT, 3, '0') WHEN 'online' THEN 'N' ELSE 'T'
    END AS deposit_id
FROM part;

CREATE TABLE payment AS
SELECT
    'P' || serial AS payment_id,
    deposit_id,
    account_id,
    org_id,
    charged_at,
    kind AS payment_kind,
    with_damages::DECIMAL(18, 2) AS payment_amount,
    settle_method, CASE WHEN at_counter THEN staff_no(c, 5000 + till) END AS cashier_staff_id,
    CASE WHEN kind = 'reversal' THEN 'P' || left(serial, -1) || (part - 1) END AS reversed_payment_id
FROM paid ORDER BY charged_at, payment_id;

CREATE TABLE receipt_allocation AS
SELECT
    'S' || serial AS receipt_id,
    receivable_id,
    'P' || serial AS payment_id,
    account_id,
    paid_on AS received_on,
    amount::DECIMAL(18, 2) AS received_amount, (with_damages - amount)::DECIMAL(18, 2) AS penalty_amount
FROM paid ORDER BY paid_on, receipt_id;

CREATE TABLE receivable AS
SELECT
    receivable_id,
    billing_month AS receivable_month,
    bill_id,
    account_id,
    org_id,
    bill_amount AS receivable_amount,
    CASE WHEN pays THEN bill_amount ELSE 0 END::DECIMAL(18, 2) AS received_amount,
    CASE WHEN pays OR bill_amount = 0 THEN 'settled' ELSE 'open' END AS settle_status, late_from_on,
    damages AS late_payment_amount,
    CASE WHEN waived THEN damages ELSE 0 END::DECIMAL(18, 2) AS late_payment_waived_amount,
    CASE WHEN waived THEN staff_no(c, 8300) END AS waiver_approved_by,
    NULL::TEXT AS write_off_approved_by,
    issued_on AS released_on
FROM due ORDER BY receivable_id;

CREATE TABLE bank_deposit AS
SELECT
    deposit_id,
    org_id,
    max(cashier_staff_id) AS cashier_staff_id,
    CASE WHEN max(settle_method) = 'cash' THEN 'cash' ELSE 'non_cash' END AS deposit_kind,
    sum(payment_amount)::DECIMAL(18, 2) AS deposit_amount,
    (max(charged_at)::DATE + CASE WHEN max(settle_method) = 'cash' THEN 0 ELSE 1 END)::DATE AS deposited_on,
    (max(charged_at)::DATE + 1)::DATE AS bank_arrived_on, 'booked' AS deposit_status
FROM payment GROUP BY deposit_id, org_id ORDER BY deposit_id;

-- The general ledger, a voucher per unit and day for sales and for receipts, a voucher per deposit for the
-- bank.
CREATE TABLE voucher_line AS
SELECT
    'Y' || strftime(released_on, '%Y%m%d') || org_id AS voucher_no, released_on AS posted_on, org_id,
    'AR-' || org_id || strftime(released_on, '-%Y%m%d') AS source_ref, unnest([
        { line: 1, code: '1122', item: 'receivable', debit: sum(receivable_amount), credit: 0 },
        { line: 2, code: '6001', item: 'other', debit: 0, credit: sum(receivable_amount) }
    ], recursive := TRUE)
FROM receivable GROUP BY released_on, org_id
UNION ALL
SELECT
    'S' || strftime(received_on, '%Y%m%d') || org_id,
    received_on,
    org_id,
    'RC-' || org_id || strftime(received_on, '-%Y%m%d'),
    unnest([
        { line: 1, code: '1012', item: 'other', debit: sum(received_amount + penalty_amount), credit: 0 },
        { line: 2, code: '1122', item: 'receipt', debit: 0, credit: sum(received_amount) },
        { line: 3, code: '6301', item: 'late_payment', debit: 0, credit: sum(penalty_amount) }
    ], recursive := TRUE)
FROM receipt_allocation JOIN customer_account USING (account_id) GROUP BY received_on, org_id
UNION ALL
SELECT
    'Z' || deposit_id, bank_arrived_on, org_id, deposit_id, unnest([
        { line: 1, code: '1002', item: 'bank', debit: deposit_amount, credit: 0 },
        { line: 2, code: '1012', item: 'other', debit: 0, credit: deposit_amount }
    ], recursive := TRUE)
FROM bank_deposit;

CREATE TABLE ledger_entry AS
SELECT
    voucher_no || '-' || line AS entry_id,
    voucher_no,
    posted_on,
    org_id,
    code AS account_code,
    item AS ledger_item,
    debit::DECIMAL(18, 2) AS debit_amount, credit::DECIMAL(18, 2) AS credit_amount, source_ref
FROM voucher_line WHERE item <> 'late_payment' OR credit <> 0
ORDER BY posted_on, entry_id;

CREATE TABLE invoice AS
WITH asked AS (
    SELECT
        'P' || serial AS payment_id,
        account_id,
        org_id,
        charged_at,
        with_damages::DECIMAL(18, 2) AS payment_amount,
        c,
        row_number() OVER (PARTITION BY org_id ORDER BY first_charged_at, serial) AS n
    FROM paid
    WHERE kind = 'charge' AND asks_for_invoice(account_id, settle_method) AND NOT (slip AND part = 1)
)

SELECT
    'F' || org_id || '-' || (30100000 + n) AS invoice_id,
    org_id,
    '0510' || lpad((c + 1)::TEXT, 2, '0') || strftime(getvariable('month'), '%y%m') AS invoice_batch,
    30100000 + n AS invoice_no,
    account_id,
    payment_id,
    charged_at::DATE AS printed_on,
    payment_amount AS invoice_amount,
    'issued' AS invoice_status, NULL::DATE AS voided_on
FROM asked ORDER BY org_id, n;

-- What came in from customers on whom no fault is ever planted: a day or a deposit is chosen by this for a
-- fault of its own, so that it is the same one whatever else goes wrong.
CREATE TABLE sound_money AS
SELECT org_id, paid_on, deposit_id, sum(with_damages) AS amount, sum(with_damages - amount) AS damages
FROM paid ANTI JOIN kept USING (i) GROUP BY ALL;
