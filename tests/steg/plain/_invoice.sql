-- The invoices, straightened: what sources/steg.yaml says of the extract, put another way. {client} and {invoice} are its files.
-- An invoice that is there twice, equal in every column, is there once here.

CREATE TABLE client AS SELECT * FROM '{client}';

CREATE TABLE invoice AS
WITH raw AS (
  SELECT *, consommation_level_1 AS l1, consommation_level_2 AS l2, consommation_level_3 AS l3, consommation_level_4 AS l4,
    (new_index - old_index) * counter_coefficient = consommation_level_1 + consommation_level_2 + consommation_level_3 + consommation_level_4 AS agrees,
    -- a date whose day is up to 12 has day and month exchanged
    CASE WHEN substr(invoice_date, 9, 2) <= '12' THEN substr(invoice_date, 1, 5) || substr(invoice_date, 9, 2) || '-' || substr(invoice_date, 6, 2)
      ELSE invoice_date END::DATE AS on_day
  FROM '{invoice}'
), cut AS (
  SELECT *, length(counter_statue) > 1 AS cut_number, length(counter_statue) = 1 AND l1 BETWEEN 1 AND 9 AND (months_number > 60 AND NOT agrees
    OR (months_number > 60 OR NOT agrees) AND l2 > 0 AND least(
      abs(floor((months_number - new_index) * (counter_coefficient + l1 / 10)) - (l2 + l3 + l4 + old_index)),
      abs(floor((months_number - new_index + 100000) * (counter_coefficient + l1 / 10)) - (l2 + l3 + l4 + old_index))) <= 1) AS cut_coefficient
  FROM raw
), straight AS (
  SELECT client_id, on_day, tarif_type AS tariff, counter_type AS energy, counter_number::VARCHAR AS counter, counter_statue AS state, counter_code AS code,
    reading_remarque AS remark, counter_coefficient::DECIMAL(12,1) AS factor, l1, l2, l3, l4, old_index, new_index, months_number AS months
  FROM cut WHERE NOT cut_number AND NOT cut_coefficient
  UNION ALL
  SELECT client_id, on_day, tarif_type, counter_type, counter_number || counter_statue, counter_code::VARCHAR, reading_remarque,
    counter_coefficient, l1, l2, l3, l4, old_index, new_index, months_number, NULL FROM cut WHERE cut_number
  UNION ALL
  SELECT client_id, on_day, tarif_type, counter_type, counter_number::VARCHAR, counter_statue, counter_code, reading_remarque,
    (counter_coefficient || '.' || l1)::DECIMAL(12,1), l2, l3, l4, old_index, new_index, months_number, NULL FROM cut WHERE cut_coefficient
), dial AS (
  -- a dial is a client's counter under one tariff, and has at least 3 digits; one that fell ran on from 0, unless it would
  -- have run over more than half of its way;
  -- readings of one dial on one day with equal indexes come in the order of their names, which says nothing
  SELECT DISTINCT *, md5(concat_ws('/', tariff, energy, counter, state, code, remark, factor, l1, l2, l3, l4, old_index, new_index, months)) AS name,
    ('1' || repeat('0', greatest(3, length(old_index::VARCHAR))))::BIGINT AS way,
    client_id || ' ' || energy || ' ' || counter || ' ' || tariff AS meter, l1 + l2 + l3 + l4 AS billed_kwh,
    factor * CASE WHEN new_index < old_index AND way + new_index - old_index <= way / 2 THEN way + new_index - old_index
      ELSE new_index - old_index END AS read_kwh
  FROM straight
)
SELECT * FROM dial;
