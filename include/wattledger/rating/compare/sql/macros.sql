-- A number without the zeros at its end.
CREATE OR REPLACE TEMP MACRO trim_zeros(x) AS CASE
    WHEN contains(x::VARCHAR, '.') THEN rtrim(rtrim(x::VARCHAR, '0'), '.') ELSE x::VARCHAR
END;
