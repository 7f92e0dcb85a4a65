-- One finding per run of missing numbers, in the period in which the number after the gap was printed;
-- numbers printed up to the end of the period fill a gap.
WITH numbered AS (
    SELECT
        h.org_id, coalesce(h.invoice_batch, '-') AS batch_no, h.invoice_no, h.printed_on,
        lag(h.invoice_no) OVER (PARTITION BY h.org_id, h.invoice_batch ORDER BY h.invoice_no) AS number_before
    FROM invoice_history AS h WHERE h.invoice_no IS NOT NULL
)

SELECT
    org_id, batch_no, number_before + 1 AS missing_from, invoice_no - 1 AS missing_to,
    invoice_no - number_before - 1 AS missing_invoices, printed_on AS next_printed_on
FROM numbered WHERE invoice_no - number_before > 1 AND printed_on >= (SELECT min(printed_on) FROM invoice);
