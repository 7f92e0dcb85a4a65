-- The bills as they would have been billed by each hypothesis of {hypotheses},
-- as inputs with the prefix variant_.
CREATE OR REPLACE TABLE variant_rating_bill AS
SELECT
    h.variant_id AS bill_id, b.* EXCLUDE (bill_id) REPLACE (
        coalesce(h.priced_on, b.priced_on) AS priced_on,
        coalesce(h.kwh_before, b.kwh_before) AS kwh_before,
        coalesce(h.persons, b.persons) AS persons,
        CASE WHEN h.no_standard THEN NULL ELSE coalesce(h.standard, b.power_factor_standard) END
            AS power_factor_standard,
        coalesce(h.evaluation, b.power_factor_evaluation) AS power_factor_evaluation,
        CASE WHEN h.basic_component IS NOT NULL THEN 'none' ELSE coalesce(h.basic_mode, b.basic_mode) END
            AS basic_mode,
        coalesce(h.surcharged, b.surcharged) AS surcharged
    )
FROM {hypotheses} AS h JOIN rating_bill AS b ON b.bill_id = h.bill_id;

CREATE OR REPLACE TABLE variant_rating_point AS
SELECT
    h.variant_id AS bill_id, p.* EXCLUDE (bill_id) REPLACE (
        CASE WHEN p.tariff_code = h.tariff_from THEN h.tariff_to ELSE p.tariff_code END AS tariff_code,
        CASE WHEN coalesce(h.loss, '') NOT IN ('none', 'no_transformer_loss') THEN p.loss_method END
            AS loss_method,
        CASE WHEN coalesce(h.loss, '') NOT IN ('none', 'no_line_loss') THEN p.line_loss_percent ELSE 0 END
            AS line_loss_percent
    )
FROM {hypotheses} AS h JOIN rating_point AS p ON p.bill_id = h.bill_id
WHERE
    p.parent_point_id IS NULL OR h.children IS NULL OR (h.children = 'not_divided' AND p.tariff_code IS NULL)
    OR (h.children IN ('not_deducted', 'as_billed') AND p.tariff_code IS NOT NULL)
    OR (h.children LIKE '=%' AND h.children <> '=' || p.point_id)
UNION ALL
SELECT
    h.variant_id, 'as billed', p.point_id, NULL, 'submeter', 0, 0, NULL, 0, 0, 0, 0, 0, 0, 720, 0,
    0, 0, 0, 0, NULL
FROM {hypotheses} AS h
JOIN rating_point AS p ON p.bill_id = h.bill_id AND p.parent_point_id IS NULL
WHERE h.children = 'as_billed';

CREATE OR REPLACE TABLE variant_rating_register AS
SELECT h.variant_id AS bill_id, r.* EXCLUDE (bill_id)
FROM {hypotheses} AS h JOIN own_register AS r ON r.bill_id = h.bill_id WHERE h.registers IS NULL
UNION ALL
SELECT h.variant_id, r.* EXCLUDE (kind, bill_id)
FROM {hypotheses} AS h JOIN other_register AS r ON r.bill_id = h.bill_id AND r.kind = h.registers
UNION ALL
SELECT h.variant_id, 'as billed', '', 'total', NULL, NULL, NULL, 1, w.billed_deducted_kwh
FROM {hypotheses} AS h JOIN wrong_bill AS w ON w.bill_id = h.bill_id WHERE h.children = 'as_billed';
-- Registers of a point that this hypothesis leaves out.
DELETE FROM variant_rating_register r
WHERE NOT EXISTS (FROM variant_rating_point AS p WHERE p.bill_id = r.bill_id AND p.point_id = r.point_id);

CREATE OR REPLACE TABLE variant_rating_capacity AS
SELECT h.variant_id AS bill_id, c.* EXCLUDE (bill_id)
FROM {hypotheses} AS h
JOIN rating_capacity AS c ON c.bill_id = h.bill_id
UNION ALL
SELECT h.variant_id, 'contract', b.capacity_kva, 'running', NULL, NULL, FALSE
FROM {hypotheses} AS h JOIN rating_bill AS b ON b.bill_id = h.bill_id
WHERE
    h.basic_mode = 'capacity'
    AND b.capacity_kva > 0
    AND NOT EXISTS (FROM rating_capacity AS c WHERE c.bill_id = h.bill_id);

CREATE OR REPLACE TABLE variant_rating_extra AS
SELECT h.variant_id AS bill_id, x.* EXCLUDE (bill_id)
FROM {hypotheses} AS h
JOIN rating_extra AS x ON x.bill_id = h.bill_id
UNION ALL
SELECT h.variant_id, h.basic_component, h.basic_amount
FROM {hypotheses} AS h
WHERE h.basic_component IS NOT NULL;
