-- Metered against billed energy of Electric Brew, in plain SQL on the files, written apart from the package.
-- Views rd, bl, sc: readings, bills, solar credits. Result: the table fin, a row per bill period.
create table per as
select account_id, invoice_id, min(period_start) ps, max(period_end) pe, sum(kwh_delivered) billed, max(kwh_supplied) supplied,
    row_number() over (partition by account_id order by min(period_start)) k
from bl group by account_id, invoice_id;

create table conv as
select account_id, case when count(distinct minute(interval_start)) = 1 then 24 else 8 end h from rd group by 1;

create table m as
select p.*,
    sum(r.kwh) filter (r.interval_start >= ps and r.interval_start < pe + 1) naive,
    sum(r.kwh) filter (r.interval_start >= ps - 1 + to_hours(c.h) and r.interval_start < pe + to_hours(c.h)) metered,
    sum(r.kwh) filter (r.interval_start >= pe + to_hours(c.h) and r.interval_start < pe + 1 + to_hours(c.h)) next_day
from per p join conv c using (account_id)
    join rd r on r.account_id = p.account_id and r.interval_start >= ps - 3 and r.interval_start < pe + 4
group by all;

create table crd as
select m.*, s.kwh credit, (select max(period_end) from sc) last_credit
from m left join sc s on s.account_id = m.account_id and s.period_end between m.pe - 5 and m.pe + 2;

-- The bank bill by bill, by recursion.
create table net as
with recursive b as (
    select *, least(coalesce(credit, 0), metered)::decimal(38, 6) used, greatest(coalesce(credit, 0) - metered, 0)::decimal(38, 6) bank
    from crd where k = 1
    union all
    select c.*, least(b.bank + coalesce(c.credit, 0), c.metered)::decimal(38, 6),
        greatest(b.bank + coalesce(c.credit, 0) - c.metered, 0)::decimal(38, 6)
    from crd c join b on c.account_id = b.account_id and c.k = b.k + 1
)
select *, metered - used - billed rest from b;

create table fin as
with beside as (
    select *, lead(rest) over w nrest, lag(rest) over w prest, lag(next_day) over w pday
    from net window w as (partition by account_id order by k)
)
select *, case
    -- Told apart by the supplier's kWh, which the package does not look at.
    when supplied > 0 and credit > 0 and supplied - billed = credit then 'credit_taken_twice'
    when ps > last_credit and rest > 0.01 * metered then 'credit_missing'
    when abs(rest) > 0.01 * metered and abs(rest + nrest) <= 0.1 * abs(rest) and abs(rest + next_day) <= 0.25 * next_day
        then 'read_one_day_late'
    when abs(rest) > 0.01 * metered and abs(rest + prest) <= 0.1 * abs(prest) and abs(rest - pday) <= 0.25 * pday
        then 'read_one_day_late'
    when abs(rest) <= 1 then 'rounding' when abs(rest) <= 0.01 * metered then 'read_minute' else 'unexplained' end cause
from beside;
