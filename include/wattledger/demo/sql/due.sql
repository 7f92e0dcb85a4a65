-- Who pays, when and how, and who pays late. HV customers pay by transfer, the large ones in two parts.
CREATE TABLE due AS
WITH payer AS (
    SELECT
        i,
        c,
        b.org_id,
        b.class,
        bill.bill_id,
        bill.account_id,
        bill.billing_month,
        bill.issued_on,
        bill.bill_amount,
        'RV' || substr(bill.bill_id, 2) AS receivable_id,
        -- Of a bill that was issued again, nothing is paid yet.
        bill_amount > 0 AND pays_at_all(i) AND i NOT IN (SELECT i FROM reissued) AS pays,
        pays_by(i, b.class) AS settle_method,
        -- Nobody pays after the 25th: deposits and bank arrivals then fall within the month.
        least(bill.issued_on + 1 + draw(i, 'pay_day', 8), bill.billing_month + 24)::DATE AS paid_on,
        b.class = 'hv' AND metered_kwh > 150000 AND draw(i, 'parts', 100) < 50 AS in_parts,
        draw(i, 'till', cashiers) AS till,
        pays_late(i, b.class) AS is_late
    FROM billed AS b JOIN bill ON bill.account_id = b.account_id AND bill.billing_month = b.month
    JOIN cashiers ON cashiers.org_id = b.org_id
    WHERE b.m = 2
),

dated AS (
    -- Few are due within the month, and those pay late: 2 per mille a day of the year, first and last day
    -- counted.
    SELECT
        *, CASE
            WHEN pays AND is_late THEN greatest(paid_on - draw(i, 'days_late', 5), billing_month)
            ELSE billing_month + INTERVAL 1 MONTH + INTERVAL 14 DAY
        END::DATE AS late_from_on
    FROM payer
)

SELECT
    *,
    round(
        CASE WHEN pays AND is_late THEN bill_amount * (paid_on - late_from_on + 1) * 0.002 ELSE 0 END, 2
    )::DECIMAL(18, 2) AS damages,
    pays AND is_late AND draw(i, 'waived', 100) < 10 AS waived,
    -- Reversed and charged again so many days later.
    slips(i, class) AS slip, 0 AS slip_days
FROM dated;
