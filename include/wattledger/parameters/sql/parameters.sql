-- The dated parameters, and what holds of one on a day: of all values that span it, that of the highest rank.
CREATE TABLE parameter (
    name VARCHAR, value DECIMAL(28, 8), text_value VARCHAR, valid_from DATE, valid_to DATE, rank INTEGER
);

CREATE MACRO param_on(wanted, on_day) AS (
    SELECT arg_max(value, rank) FROM parameter
    WHERE
        name = wanted
        AND on_day BETWEEN coalesce(valid_from, DATE '0001-01-01') AND coalesce(valid_to, DATE '9999-12-31')
);

-- The same for a parameter whose values are words.
CREATE MACRO param_text_on(wanted, on_day) AS (
    SELECT arg_max(text_value, rank) FROM parameter
    WHERE
        name = wanted
        AND on_day BETWEEN coalesce(valid_from, DATE '0001-01-01') AND coalesce(valid_to, DATE '9999-12-31')
);
