-- What is tried of a batch: each hypothesis with an id of its own, and what is kept of those that were rated.
CREATE OR REPLACE TABLE single_hypothesis AS
SELECT
    *,
    bill_id
    || '|'
    || row_number()
        OVER (PARTITION BY bill_id ORDER BY rank, cause, billed_value, basic_amount, priced_on)
        AS variant_id
FROM hypothesis;

CREATE OR REPLACE TABLE own AS SELECT bill_id, bill_id AS variant_id FROM wrong_bill;
CREATE OR REPLACE TABLE candidate_of (
    variant_id VARCHAR, first_id VARCHAR, second_id VARCHAR, causes INTEGER, rank INTEGER
);
CREATE OR REPLACE TABLE variant_usage (variant_id VARCHAR, usage_kwh DECIMAL(18, 4));
CREATE OR REPLACE TABLE candidate_line (
    bill_id VARCHAR,
    variant_id VARCHAR,
    component VARCHAR,
    tou VARCHAR,
    tier INTEGER,
    expected DECIMAL(18, 2),
    billed DECIMAL(18, 2),
    d DECIMAL(18, 2),
    class VARCHAR,
    billed_quantity DECIMAL(18, 4),
    billed_price DECIMAL(18, 8),
    quantity DECIMAL(18, 4),
    price DECIMAL(18, 8)
);
