-- Tariffs with tiers once more, as if all kWh were in the first: what a bill without its split comes to. Removed when the comparison is done.
INSERT INTO tariff_component SELECT tariff_code || '/one_tier', c.* EXCLUDE (tariff_code) FROM tariff_component c
WHERE tariff_code IN (SELECT tariff_code FROM tariff WHERE tier_scheme IS NOT NULL);
INSERT INTO tariff_rate SELECT r.* REPLACE (r.tariff_code || '/one_tier' AS tariff_code, NULL AS tier) FROM tariff_rate r
WHERE coalesce(r.tier, 1) = 1 AND r.tariff_code IN (SELECT tariff_code FROM tariff WHERE tier_scheme IS NOT NULL);
INSERT INTO tariff SELECT t.* REPLACE (t.tariff_code || '/one_tier' AS tariff_code, NULL AS tier_scheme) FROM tariff t WHERE t.tier_scheme IS NOT NULL;
