-- The catalogue with each tariff that has tiers once more, as if all kWh were in the first: what a bill
-- without its split comes to. Tables of the comparison's own schema:
-- each takes the place of the one that it is made of.
CREATE TABLE tariff_component AS
FROM tariff_component
UNION ALL
SELECT tariff_code || '/one_tier', c.* EXCLUDE (tariff_code) FROM tariff_component AS c
WHERE tariff_code IN (SELECT tariff_code FROM tariff WHERE tier_scheme IS NOT NULL);

CREATE TABLE tariff_rate AS
FROM tariff_rate
UNION ALL
SELECT r.* REPLACE (r.tariff_code || '/one_tier' AS tariff_code, NULL AS tier) FROM tariff_rate AS r
WHERE
    coalesce(r.tier, 1) = 1
    AND r.tariff_code IN (SELECT tariff_code FROM tariff WHERE tier_scheme IS NOT NULL);

CREATE TABLE tariff AS
FROM tariff
UNION ALL
SELECT t.* REPLACE (t.tariff_code || '/one_tier' AS tariff_code, NULL AS tier_scheme)
FROM tariff AS t
WHERE t.tier_scheme IS NOT NULL;
