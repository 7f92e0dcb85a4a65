-- Draws from the pools of words, which are set as variables before (names.py).
CREATE MACRO pick(pool, key, purpose) AS pool[1 + draw(key, purpose, len(pool))];
CREATE MACRO surname(key) AS pick(getvariable('surnames'), key, 'surname');
CREATE MACRO person(key) AS surname(key) || pick(getvariable('given_names'), key, 'given');
CREATE MACRO street(key) AS pick(getvariable('streets'), key, 'street');
CREATE MACRO trade(key, kind) AS
CASE kind
    WHEN 'shop' THEN pick(getvariable('shops'), key, 'trade')
    ELSE pick(getvariable('industries'), key, 'trade')
END;
CREATE MACRO dirt(key) AS
CASE WHEN draw(key, 'dirty', 1000) < 4 THEN pick(getvariable('dirt'), key, 'dirt') ELSE '' END;
