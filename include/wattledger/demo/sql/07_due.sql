-- Who pays, when and how. HV customers pay by transfer, the large ones in two parts.
CREATE TABLE due AS
SELECT i, c, b.org_id, b.class, bill.bill_id, bill.account_id, bill.issued_on, bill.bill_amount,
    'RV' || substr(bill.bill_id, 2) AS receivable_id,
    -- Of a bill that was issued again, nothing is paid yet.
    bill_amount > 0 AND draw(i, 'pays', 1000) >= 30 AND i NOT IN (SELECT i FROM reissued) AS pays,
    CASE WHEN b.class = 'hv' THEN 'transfer'
        WHEN b.class = 'lv_nonresidential' THEN ['online', 'online', 'cash', 'pos', 'transfer'][1 + draw(i, 'method', 5)]
        ELSE ['online', 'online', 'online', 'online', 'cash', 'cash', 'pos', 'transfer'][1 + draw(i, 'method', 8)] END AS settle_method,
    -- Nobody pays after the 25th: deposits and bank arrivals then fall within the month.
    least(bill.issued_on + 1 + draw(i, 'pay_day', 8), bill.billing_month + 24)::DATE AS paid_on,
    b.class = 'hv' AND bill_amount > 100000 AND draw(i, 'parts', 100) < 50 AS in_parts,
    draw(i, 'till', cashiers) AS till
FROM billed b JOIN bill ON bill.account_id = b.account_id AND bill.billing_month = b.month JOIN cashiers ON cashiers.org_id = b.org_id
WHERE b.m = 2;
