-- The victims of a kind: of the candidates in its pool, one per unit before any unit has two.
CREATE TABLE "victim_{kind}" AS
WITH in_turn AS (
    SELECT
        *,
        row_number()
            OVER (PARTITION BY org_id ORDER BY draw(victim_key, '{kind}', 1000000007), victim_key)
            AS turn
    FROM ({candidates})
)

SELECT * EXCLUDE (turn) FROM in_turn ORDER BY turn, draw(org_id, '{kind}', 1000000007), org_id LIMIT {count};
