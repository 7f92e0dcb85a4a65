-- Exact arithmetic where DuckDB's own would be floating point: decimal / decimal is DOUBLE there.
-- Products are DECIMAL(38), quotients HUGEINT; both raise an error rather than overflow.

-- num / den, half up on the magnitude; den above 0.
CREATE OR REPLACE TEMP MACRO half_up(num, den) AS
    sign(num) * (abs(num) // den + CASE WHEN abs(num) % den * 2 >= den THEN 1 ELSE 0 END);

-- A DECIMAL of four places as an integer of its units, and back.
CREATE OR REPLACE TEMP MACRO units4(x) AS ((x)::DECIMAL(38, 4) * 10000)::HUGEINT;
CREATE OR REPLACE TEMP MACRO from4(n) AS ((n)::DECIMAL(38, 0) * 0.0001)::DECIMAL(18, 4);

-- x rounded to as many places as a rate says.
CREATE OR REPLACE TEMP MACRO round_to(x, places) AS CASE places
    WHEN 8 THEN round(x, 8)::DECIMAL(18, 8) WHEN 7 THEN round(x, 7)::DECIMAL(18, 8)
    WHEN 6 THEN round(x, 6)::DECIMAL(18, 8) WHEN 5 THEN round(x, 5)::DECIMAL(18, 8)
    WHEN 4 THEN round(x, 4)::DECIMAL(18, 8) WHEN 3 THEN round(x, 3)::DECIMAL(18, 8)
    WHEN 2 THEN round(x, 2)::DECIMAL(18, 8) WHEN 1 THEN round(x, 1)::DECIMAL(18, 8)
    ELSE round(x, 0)::DECIMAL(18, 8) END;

-- The kWh of a tier that fall on a time of use.
CREATE OR REPLACE TEMP MACRO share_of(tier_kwh, tou_kwh, u) AS
    from4(half_up(units4(tier_kwh) * units4(tou_kwh) * sign(u), abs(units4(u))));

-- One of five columns by its number.
CREATE OR REPLACE TEMP MACRO nth(n, a, b, c, d, e) AS
    CASE n WHEN 1 THEN a WHEN 2 THEN b WHEN 3 THEN c WHEN 4 THEN d WHEN 5 THEN e END;

-- x where it is small enough for all that follows, else NULL.
CREATE OR REPLACE TEMP MACRO bounded(x) AS CASE WHEN x BETWEEN -100000000000 AND 100000000000 THEN x::DECIMAL(18, 4) END;
