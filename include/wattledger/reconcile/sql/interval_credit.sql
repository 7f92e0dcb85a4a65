-- The credit of a period is the one whose own period ends within a few days of it; each credit counts once.
CREATE TABLE scratch.credit AS
WITH fitting AS (
    SELECT
        credit_id, credit_kwh, business_key, row_number() OVER (
            PARTITION BY credit_id
            ORDER BY abs(coalesce(c.period_end_on, c.credited_on) - s.ends_on), business_key
        ) AS choice
    FROM energy_credit_history
        AS c JOIN scratch.statement AS s ON s.account_id = c.account_id
    AND coalesce(c.period_end_on, c.credited_on)
    BETWEEN s.ends_on - coalesce(param('interval_bill.credit_days_before'), 0)::INTEGER
    AND s.ends_on + coalesce(param('interval_bill.credit_days_after'), 0)::INTEGER
)

SELECT business_key, sum(credit_kwh)::DECIMAL(18, 4) AS credit_kwh
FROM fitting WHERE choice = 1 GROUP BY business_key;

-- What a bill does not need is carried over. With S the running sum of credit less use, the account's bank is
-- S less the lowest S so far (or less nothing, while that is positive), which needs no recursion.
CREATE TABLE scratch.settled AS
WITH run AS (
    SELECT
        m.*, credit_kwh, sum(coalesce(credit_kwh, 0) - metered_kwh) OVER history AS surplus,
        coalesce(count(credit_kwh) OVER earlier, 0) > 0 AS credited_before
    FROM scratch.metered AS m LEFT JOIN scratch.credit USING (business_key)
    WINDOW
        history AS (PARTITION BY account_id ORDER BY ends_on, starts_on, business_key),
        earlier AS (
            PARTITION BY account_id ORDER BY ends_on, starts_on, business_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),

banked AS (
    SELECT *, surplus - least(0, min(surplus) OVER w) AS bank_out FROM run
    WINDOW w AS (PARTITION BY account_id ORDER BY ends_on, starts_on, business_key)
),

opened AS (
    SELECT *, coalesce(lag(bank_out) OVER w, 0) AS bank_in FROM banked
    WINDOW w AS (PARTITION BY account_id ORDER BY ends_on, starts_on, business_key)
)

SELECT
    * EXCLUDE (surplus), bank_in + coalesce(credit_kwh, 0) - bank_out AS used_kwh,
    metered_kwh - (bank_in + coalesce(credit_kwh, 0) - bank_out) - billed_kwh AS rest
FROM opened;
