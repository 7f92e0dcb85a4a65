WITH printed AS (
    SELECT
        org_id,
        left(cast(printed_on AS VARCHAR), 7) AS month,
        count(*) AS invoices,
        count(*) FILTER (invoice_status = 'voided') AS voided_invoices,
        sum(invoice_amount) FILTER (invoice_status = 'voided') AS voided_amount
    FROM invoice AS r GROUP BY org_id, left(cast(printed_on AS VARCHAR), 7)
)

SELECT *, cast(voided_invoices * 1000.0 / invoices AS DECIMAL(9, 3)) AS voided_per_mille FROM printed
WHERE voided_invoices > 0 AND voided_invoices >= invoices * param('LED-11.void_rate');
