-- The bills of the period that stand: neither taken back nor a credit note. {months} is what
-- bill.months_count counts as where it says nothing.
CREATE OR REPLACE TABLE lake_bill AS
WITH standing AS (
    SELECT b.*, date_trunc('month', b.billing_month)::DATE AS month
    FROM bill AS b
    WHERE
        coalesce(b.bill_kind, 'normal') IN ('normal', 'reissue')
        AND NOT EXISTS (FROM bill_history AS h WHERE h.bill_kind = 'reversal' AND h.reissue_of = b.bill_id)
        -- another commodity is rated only where the catalogue knows its tariff
        AND (
            coalesce(b.commodity, 'electricity') = 'electricity'
            OR b.tariff_code IN (SELECT tariff_code FROM tariff)
        )
)

SELECT
    s.bill_id,
    s.account_id,
    s.month,
    s.meter_id,
    s.statement_id,
    s.tariff_code,
    s.tariff_version,
    s.issued_on,
    s.usage_kwh,
    s.tier_kwh_before,
    s.loss_kwh,
    s.deducted_kwh,
    coalesce(s.months_count, {months})::INTEGER AS months_count,
    coalesce(s.period_start_on, least(s.month, s.period_end_on)) AS period_start_on,
    coalesce(s.period_end_on, greatest(last_day(s.month), s.period_start_on)) AS period_end_on,
    a.tariff_code AS account_tariff_code,
    -- a month's readings belong to its one bill, or to the bills of their meters;
    -- of a month with two prices nobody can say so
    CASE
        WHEN NOT {metered} THEN 'billed'
        WHEN count(*) OVER w = 1 THEN 'account'
        WHEN count(*) OVER w = count(DISTINCT s.meter_id) OVER w THEN 'meter'
        ELSE 'billed'
    END AS energy_from
FROM standing AS s LEFT JOIN customer_account AS a ON a.account_id = s.account_id
WINDOW w AS (PARTITION BY s.account_id, s.month);
