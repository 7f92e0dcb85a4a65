-- The ground: random draws, the three months, the organisation.
-- Variables set before: seed, customers, month (DATE, the first of the audited month).

-- A number 0 .. n-1 that depends on nothing but the seed, the key and the purpose.
CREATE MACRO draw(key, purpose, n) AS (hash(getvariable('seed'), key, purpose) % n)::INTEGER;

-- m = 2 is the audited month, 1 and 0 are the months before (history rules look at them).
CREATE TABLE month AS
SELECT m::INTEGER AS m, (getvariable('month') - to_months((2 - m)::INTEGER))::DATE AS month
FROM range(3) AS t (m);

CREATE TABLE organisation_unit AS
WITH bureau (b, zh, en) AS (
    VALUES (1, '甲州', 'Jiazhou'), (2, '乙州', 'Yizhou'), (3, '丙州', 'Bingzhou')
),

county (k, zh, en) AS (
    VALUES (1, '城区', 'City'), (2, '东县', 'East'), (3, '南县', 'South'), (4, '西县', 'West')
)

SELECT
    '99101' AS org_id, NULL AS parent_org_id, '示范省电力公司' AS org_name,
    'Demo Provincial Power Company' AS org_name_en, 'province' AS org_type
UNION ALL
SELECT '991010' || b, '99101', zh || '供电公司', en || ' Power Bureau', 'bureau' FROM bureau
UNION ALL
SELECT
    '991010' || b || '0' || k, '991010' || b, bureau.zh || county.zh || '供电公司',
    bureau.en || ' ' || county.en || ' County Company', 'county'
FROM bureau, county
ORDER BY ALL;
ALTER TABLE organisation_unit ADD COLUMN bulletin_email TEXT;
UPDATE organisation_unit SET bulletin_email = 'audit.' || org_id || '@example.com';

CREATE TABLE county AS
SELECT (row_number() OVER (ORDER BY org_id) - 1)::INTEGER AS c, org_id, replace(org_name, '供电公司', '') AS place
FROM organisation_unit WHERE org_type = 'county';
