-- What the SQL engine reads and writes: the same facts as cases.bill.BillCase and catalogue.model.Catalogue,
-- as tables. Relations that hold bills may be views; a name can have a prefix (see sql_engine.rate_bills).

-- The catalogue. Days are never NULL (0001-01-01, 9999-12-31); NULL in voltage, tou,
-- tier or month means: any.
CREATE TABLE tariff (
    tariff_code VARCHAR,
    valid_from DATE,
    valid_to DATE,
    category VARCHAR,
    tou_scheme VARCHAR,
    tier_scheme VARCHAR,
    priced_by VARCHAR
);
CREATE TABLE tariff_component (
    tariff_code VARCHAR,
    valid_from DATE,
    valid_to DATE,
    seq INTEGER,
    component VARCHAR,
    in_power_factor_base BOOLEAN
);
-- A row per tariff, voltage, time of use, tier and month of the year that the rate names; rate_no is its
-- place in Catalogue.rates.
CREATE TABLE tariff_rate (
    rate_no INTEGER,
    tariff_code VARCHAR,
    component VARCHAR,
    valid_from DATE,
    valid_to DATE,
    month INTEGER,
    per VARCHAR,
    voltage VARCHAR,
    tou VARCHAR,
    tier INTEGER,
    price DECIMAL(18, 8),
    floats BOOLEAN,
    surcharged BOOLEAN,
    credit BOOLEAN,
    decimals INTEGER
);
CREATE TABLE tariff_rate_of (rate_no INTEGER, component VARCHAR);
CREATE TABLE tou_period (tou_scheme VARCHAR, tou VARCHAR, is_balance BOOLEAN);
CREATE TABLE tou_ratio (
    tou_scheme VARCHAR, valid_from DATE, valid_to DATE, month INTEGER, tou VARCHAR, ratio DECIMAL(12, 6)
);
-- up_to_kwh is NULL for the last tier.
CREATE TABLE tier_limit (
    tier_scheme VARCHAR,
    valid_from DATE,
    valid_to DATE,
    month INTEGER,
    cycle VARCHAR,
    cycle_months INTEGER,
    tier INTEGER,
    up_to_kwh DECIMAL(18, 4)
);
CREATE TABLE tier_household (
    tier_scheme VARCHAR,
    valid_from DATE,
    valid_to DATE,
    month INTEGER,
    persons INTEGER,
    raise_kwh_per_month DECIMAL(18, 4)
);
CREATE TABLE power_factor_knot (
    standard DECIMAL(3, 2), valid_from DATE, valid_to DATE, factor DECIMAL(3, 2), percent DECIMAL(8, 4)
);
-- With it: table parameter (name, value, text_value, valid_from, valid_to, rank), as
-- parameters.create_parameters makes it.

-- The bills to be rated.
CREATE TABLE rating_bill (
    bill_id VARCHAR,
    period_start_on DATE,
    period_end_on DATE,
    billing_month DATE,
    issued_on DATE,
    months_count INTEGER,
    priced_on DATE,
    voltage VARCHAR, basic_mode VARCHAR, capacity_kva DECIMAL(14, 3), contract_demand_kw DECIMAL(14, 4),
    power_factor_standard DECIMAL(3, 2),
    power_factor_evaluation VARCHAR,
    kwh_before DECIMAL(18, 4),
    persons INTEGER,
    surcharged BOOLEAN
);
CREATE TABLE rating_point (
    bill_id VARCHAR,
    point_id VARCHAR,
    parent_point_id VARCHAR,
    tariff_code VARCHAR,
    calculation VARCHAR,
    fixed_kwh DECIMAL(18, 4),
    fixed_ratio DECIMAL(9, 6),
    loss_method VARCHAR,
    loss_percent DECIMAL(8, 4),
    no_load_kw DECIMAL(12, 4),
    load_loss_kw DECIMAL(12, 4),
    rated_kva DECIMAL(14, 3),
    no_load_current_percent DECIMAL(8, 4),
    impedance_percent DECIMAL(8, 4),
    loss_hours INTEGER,
    line_loss_percent DECIMAL(8, 4),
    no_load_kwh DECIMAL(14, 4),
    load_loss_percent DECIMAL(8, 4),
    no_load_kvarh DECIMAL(14, 4),
    load_loss_factor DECIMAL(12, 4),
    loss_days INTEGER
);
CREATE TABLE rating_register (
    bill_id VARCHAR,
    point_id VARCHAR,
    meter_id VARCHAR,
    register VARCHAR,
    previous_reading DECIMAL(18, 4),
    reading DECIMAL(18, 4),
    dial_digits INTEGER,
    multiplier DECIMAL(14, 4), usage DECIMAL(18, 4)
);
CREATE TABLE rating_capacity (
    bill_id VARCHAR,
    item VARCHAR,
    kva DECIMAL(14, 3),
    state VARCHAR,
    from_on DATE,
    to_on DATE,
    new_customer BOOLEAN
);
CREATE TABLE rating_extra (bill_id VARCHAR, component VARCHAR, amount DECIMAL(18, 2));
-- The basic charge of a bill by another rule than the parameters of its day; NULL: as they say.
-- Only the comparison has any.
CREATE TABLE rating_basic_rule (
    bill_id VARCHAR,
    part_month VARCHAR,
    suspension_min_days DECIMAL(28, 8),
    suspended_share DECIMAL(28, 8),
    suspended_share_new_customer DECIMAL(28, 8),
    over_share DECIMAL(28, 8),
    floor_share DECIMAL(28, 8),
    floor_on VARCHAR,
    discount_kwh_per_kva DECIMAL(28, 8)
);
-- What billing made of a register, for the comparison; bills that came without have nothing else to try.
CREATE TABLE rating_billed_register (
    bill_id VARCHAR,
    point_id VARCHAR,
    meter_id VARCHAR,
    register VARCHAR,
    multiplier DECIMAL(14, 4),
    usage DECIMAL(18, 4)
);
-- Bills that lack what rating needs, and why; none of the other tables has them.
CREATE TABLE rating_refused (bill_id VARCHAR, reason VARCHAR);

-- What they should have been, expected_line and expected_bill, is declared in contracts/published.
