-- The one rounding: half up on the magnitude. DuckDB's round() does it to a DECIMAL, exactly; half_up to a
-- quotient of integers, since decimal / decimal is DOUBLE. Products are DECIMAL(38), quotients HUGEINT; both
-- raise an error rather than overflow.

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
    ELSE round(x, 0)::DECIMAL(18, 8)
END;

-- The kWh of a tier at the time of use t, of u kWh with q1 to q5 by time; the balance has what is left.
-- Below 10^5 kWh all of it fits 64 bits, which is many times as fast.
CREATE OR REPLACE TEMP MACRO small(x) AS ((x) * 10000)::BIGINT;
CREATE OR REPLACE TEMP MACRO share_of(
    tier_kwh, tou_kwh, u) AS CASE
    WHEN tier_kwh = 0 OR tou_kwh = 0 THEN 0
    WHEN greatest(abs(tier_kwh), abs(tou_kwh), abs(u)) < 100000
        THEN
            (
                half_up(small(tier_kwh) * small(tou_kwh) * sign(u)::BIGINT, abs(small(u)))::BIGINT * 0.0001
            )::DECIMAL(18, 4)
    ELSE from4(half_up(units4(tier_kwh) * units4(tou_kwh) * sign(u), abs(units4(u))))
END;
CREATE OR REPLACE TEMP MACRO at_time(
    tier_kwh, t, balance, u, q1, q2, q3, q4, q5) AS CASE
    WHEN u = 0 THEN 0
    WHEN
        t <> balance
        THEN
            share_of(
                tier_kwh, CASE t WHEN 1 THEN q1 WHEN 2 THEN q2 WHEN 3 THEN q3 WHEN 4 THEN q4 ELSE q5 END, u
            )
    ELSE
        tier_kwh - CASE WHEN q1 IS NULL OR balance = 1 THEN 0 ELSE share_of(tier_kwh, q1, u) END
        - CASE WHEN q2 IS NULL OR balance = 2 THEN 0 ELSE share_of(tier_kwh, q2, u) END
        - CASE WHEN q3 IS NULL OR balance = 3 THEN 0 ELSE share_of(tier_kwh, q3, u) END
        - CASE WHEN q4 IS NULL OR balance = 4 THEN 0 ELSE share_of(tier_kwh, q4, u) END
        - CASE WHEN q5 IS NULL OR balance = 5 THEN 0 ELSE share_of(tier_kwh, q5, u) END
END;

-- The whole kWh of kwh that belong to a time with q of the u kWh together.
CREATE OR REPLACE TEMP MACRO whole_share(
    kwh, q, u) AS CASE
    WHEN u = 0 OR kwh = 0 OR q = 0 THEN 0
    ELSE half_up(units4(kwh) * units4(q) * sign(u), abs(units4(u)) * 10000)::DECIMAL(18, 4)
END;

-- x units of 1/10000 as a DECIMAL where it is small enough for all that follows, else NULL.
CREATE OR REPLACE TEMP MACRO bounded4(x) AS CASE
    WHEN x BETWEEN -1000000000000000 AND 1000000000000000 THEN from4(x)
END;
