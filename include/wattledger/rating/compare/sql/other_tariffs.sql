-- For bills that nothing else explains: every other tariff of the catalogue.
CREATE OR REPLACE TABLE more_hypothesis AS SELECT * FROM single_hypothesis WHERE FALSE;
INSERT INTO more_hypothesis BY NAME
SELECT
    w.bill_id,
    70 AS rank,
    'wrong_category' AS cause,
    t.tariff_code AS billed_value,
    w.main_tariff AS expected_value,
    w.main_tariff AS tariff_from, t.tariff_code AS tariff_to, w.bill_id || '|' || t.tariff_code AS variant_id
FROM unsettled AS u JOIN wrong_bill AS w USING (bill_id)
JOIN
    tariff AS t
    ON
        t.tariff_code <> w.main_tariff
        AND w.day BETWEEN t.valid_from AND t.valid_to
        AND t.tariff_code NOT LIKE '%/one_tier'
WHERE NOT EXISTS (FROM single_hypothesis AS h WHERE h.bill_id = w.bill_id AND h.tariff_to = t.tariff_code);
INSERT INTO single_hypothesis FROM more_hypothesis;
