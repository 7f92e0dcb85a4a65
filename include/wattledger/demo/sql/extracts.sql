-- The same facts under the names and codes of an SG186 marketing system: a view per extract.
-- Dates are YYYYMMDD, months YYYYMM, both text, as those systems store them.

CREATE MACRO ymd(d) AS strftime(d, '%Y%m%d');
CREATE MACRO ym(d) AS strftime(d, '%Y%m');
CREATE MACRO stamp(t) AS strftime(t, '%Y%m%d%H%M%S');

CREATE VIEW o_org AS
SELECT
    org_id AS ORG_NO, parent_org_id AS P_ORG_NO, org_name AS ORG_NAME, org_name_en AS ORG_NAME_EN,
    CASE org_type
        WHEN 'headquarters' THEN '01' WHEN 'province' THEN '02' WHEN 'bureau' THEN '03' ELSE '04'
    END AS ORG_TYPE,
    bulletin_email AS NOTICE_MAIL
FROM organisation_unit ORDER BY org_id;

CREATE VIEW o_staff AS
SELECT
    staff_id AS EMP_NO,
    org_id AS ORG_NO,
    staff_name AS NAME,
    role AS POS_CODE,
    CASE WHEN full_time THEN '1' ELSE '0' END AS FULL_FLAG,
    CASE WHEN active THEN '1' ELSE '0' END AS USE_FLAG
FROM staff ORDER BY staff_id;

CREATE VIEW c_cons AS
SELECT
    account_id AS CONS_NO, account_name AS CONS_NAME, service_address AS ELEC_ADDR, org_id AS ORG_NO,
    CASE account_class
        WHEN 'hv' THEN '01' WHEN 'lv_nonresidential' THEN '02' WHEN 'lv_residential' THEN '03' ELSE
            account_class
    END AS CONS_SORT_CODE,
    CASE tariff_category
        WHEN 'large_industrial' THEN '100' WHEN 'residential' THEN '200' WHEN 'agricultural' THEN '300'
        WHEN 'general_commercial' THEN '400' ELSE tariff_category
    END AS ELEC_TYPE_CODE,
    industry_code AS TRADE_CODE,
    CASE supply_voltage WHEN '10kV' THEN 'AC00101' WHEN '380V' THEN 'AC03802' WHEN '220V' THEN 'AC02202' END
        AS VOLT_CODE,
    contract_capacity_kva AS CONTRACT_CAP, running_capacity_kva AS RUN_CAP, tariff_code AS PRC_CODE,
    CASE basic_charge_mode
        WHEN 'none' THEN '0' WHEN 'capacity' THEN '1' WHEN 'actual_demand' THEN '2' ELSE '3'
    END AS BA_CALC_MODE,
    contract_demand_kw AS NEED_VALUE,
    CASE power_factor_standard WHEN 0.90 THEN '1' WHEN 0.85 THEN '2' WHEN 0.80 THEN '3' ELSE '0' END
        AS PF_STD_CODE,
    CASE power_factor_evaluation
        WHEN 'both' THEN '1' WHEN 'penalty_only' THEN '2' WHEN 'reward_only' THEN '3'
    END AS PF_EVAL_MODE,
    CASE WHEN surcharged THEN '1' ELSE '0' END AS HIGH_PRC_FLAG, household_persons AS FAMILY_NUM,
    CASE account_status
        WHEN 'normal' THEN '0' WHEN 'new' THEN '1' WHEN 'changing' THEN '2' WHEN 'closed' THEN '9'
    END AS STATUS_CODE,
    ymd(opened_on) AS BUILD_DATE, ymd(energized_on) AS PS_DATE, ymd(closed_on) AS CANCEL_DATE,
    reading_route_id AS MR_SECT_NO, region AS AREA_NAME
FROM customer_account ORDER BY account_id;

CREATE VIEW c_mp AS
SELECT
    usage_point_id AS MP_ID,
    account_id AS CONS_NO,
    CASE purpose WHEN 'settlement' THEN '01' ELSE '02' END AS MP_ATTR_CODE,
    CASE metering_mode WHEN 'hv_hv' THEN '1' WHEN 'hv_lv' THEN '2' WHEN 'lv_lv' THEN '3' END AS MEAS_MODE,
    CASE usage_calculation
        WHEN 'metered' THEN '1' WHEN 'fixed_ratio' THEN '2' WHEN 'fixed_kwh' THEN '3' WHEN 'submeter' THEN '5'
        ELSE '4'
    END AS CALC_MODE,
    tariff_code AS PRC_CODE,
    parent_usage_point_id AS P_MP_ID,
    fixed_kwh AS FIX_PQ,
    fixed_ratio AS FIX_RATIO,
    CASE loss_method WHEN 'percent' THEN '1' WHEN 'formula' THEN '2' ELSE '0' END AS TL_ALG_CODE,
    loss_percent AS TL_RATE,
    no_load_kw AS NOLOAD_LOSS,
    load_loss_kw AS LOAD_LOSS,
    rated_kva AS PLATE_CAP,
    no_load_current_percent AS NOLOAD_CUR_RATE,
    impedance_percent AS IMPEDANCE_RATE, loss_hours AS TL_HOURS, line_loss_percent AS LL_RATE,
    CASE usage_point_status
        WHEN 'planned' THEN '01' WHEN 'in_use' THEN '02' WHEN 'stopped' THEN '03' ELSE '04'
    END AS STATUS_CODE,
    ymd(started_on) AS RUN_DATE
FROM usage_point ORDER BY usage_point_id;

CREATE VIEW c_sp_trans AS
SELECT
    account_id AS CONS_NO, item AS EQUIP_NO, capacity_kva AS PLATE_CAP,
    CASE state
        WHEN 'running' THEN '01' WHEN 'hot_standby' THEN '02' WHEN 'cold_standby' THEN '03' WHEN
            'suspended'
            THEN '04'
        ELSE '05'
    END AS RUN_STATUS_CODE, ymd(from_on
    ) AS BGN_DATE, ymd(to_on
    ) AS END_DATE, CASE WHEN new_customer THEN '1' ELSE '0'
    END AS NEW_FLAG
FROM capacity_state ORDER BY account_id, item, from_on;

CREATE VIEW d_meter AS
SELECT
    meter_id AS METER_ID, serial_no AS MADE_NO, usage_point_id AS MP_ID, account_id AS CONS_NO,
    CASE meter_status
        WHEN 'in_stock' THEN '01' WHEN 'running' THEN '02' WHEN 'removed' THEN '03' WHEN 'scrapped' THEN '04'
    END AS CUR_STATUS_CODE,
    multiplier AS T_FACTOR, ct_ratio AS CT_RATIO, pt_ratio AS PT_RATIO, dial_digits::INTEGER AS DIGITS,
    installed_on AS INST_DATE, removed_on AS RMV_DATE
FROM meter ORDER BY meter_id;

CREATE VIEW r_sect AS
SELECT
    reading_route_id AS MR_SECT_NO,
    org_id AS ORG_NO,
    CASE route_class WHEN 'hv' THEN '01' ELSE '02' END AS SECT_ATTR_CODE,
    reader_staff_id AS READER_NO, ymd(reader_since_on) AS READER_BGN_DATE, biller_staff_id AS CALC_EMP_NO,
    collector_staff_id AS CR_EMP_NO, scheduled_day AS MR_DAY
FROM reading_route ORDER BY reading_route_id;

CREATE VIEW r_data AS
SELECT
    reading_id AS READ_ID,
    ym(billing_month) AS AMT_YM,
    account_id AS CONS_NO,
    usage_point_id AS MP_ID,
    meter_id AS METER_ID,
    reading_route_id AS MR_SECT_NO,
    CASE reading_type
        WHEN 'total' THEN '11' WHEN 'sharp' THEN '12' WHEN 'peak' THEN '13' WHEN 'valley' THEN '14' WHEN
            'flat'
            THEN '15'
        WHEN 'deep_valley' THEN '16' WHEN 'reactive' THEN '21' WHEN 'reactive_reverse' THEN '22' WHEN
            'demand'
            THEN '31'
        ELSE '81'
    END AS READ_TYPE_CODE,
    previous_reading AS LAST_MR_NUM, reading AS THIS_READ, multiplier AS T_FACTOR, usage_kwh AS THIS_READ_PQ,
    ymd(read_on) AS THIS_YMD, stamp(read_at) AS MR_TIME, ymd(due_on) AS PLAN_YMD,
    CASE reading_status WHEN 'unread' THEN '01' WHEN 'read' THEN '02' ELSE '03' END AS MR_STATUS_CODE,
    CASE reading_method
        WHEN 'card' THEN '101' WHEN 'manual' THEN '201' WHEN 'remote' THEN '301' ELSE '401'
    END AS ACTUAL_MODE,
    CASE reading_source
        WHEN 'normal' THEN '01' WHEN 'change' THEN '02' WHEN 'simulated' THEN '03' ELSE '04'
    END AS SRC_CODE,
    reader_staff_id AS OPERATOR_NO, ymd(field_checked_on) AS CHK_YMD
FROM meter_reading;

CREATE VIEW arc_e_cons_snap AS
SELECT
    bill_id AS CALC_ID,
    ym(billing_month) AS YM,
    account_id AS CONS_NO,
    meter_id AS METER_ID,
    tariff_code AS PRC_CODE,
    tariff_version AS PARA_VN,
    ymd(period_start_on) AS BGN_YMD,
    ymd(period_end_on) AS END_YMD,
    ymd(issued_on) AS RELEASE_DATE,
    months_count AS MON_NUM,
    usage_kwh AS T_SETTLE_PQ,
    tier_kwh_before AS YEAR_USED_PQ,
    loss_kwh AS AP_TL,
    deducted_kwh AS DEDUCT_PQ,
    tier1_kwh AS LEVEL1_PQ, tier2_kwh AS LEVEL2_PQ, tier3_kwh AS LEVEL3_PQ, bill_amount AS T_AMT,
    CASE bill_kind WHEN 'normal' THEN '0' WHEN 'reversal' THEN '1' WHEN 'reissue' THEN '2' ELSE '3' END
        AS SNAP_FLAG,
    reissue_of AS ORGN_CALC_ID, late_payment_amount AS PENALTY
FROM bill;

-- Items of a bill by their codes.
CREATE TABLE item_code (component TEXT, code TEXT);
INSERT INTO item_code VALUES ('energy', '101'),
('agency_purchase', '111'),
('transmission_distribution', '112'),
('line_loss', '113'),
('system_operation', '114'),
('tier_extra', '121'),
('capacity', '201'),
('demand', '202'),
('power_factor', '301'),
('fund_renewable', '401'),
('fund_reservoir', '402'),
('fund_water_works', '403'),
('feed_in', '501'),
('adjustment', '901'),
('meter_service_fee', '999');

CREATE VIEW arc_e_cons_prc_amt AS
SELECT
    bill_line_id AS PRC_AMT_ID,
    bill_id AS CALC_ID,
    ym(billing_month) AS YM,
    account_id AS CONS_NO,
    i.code AS ITEM_CODE,
    CASE tou_period
        WHEN 'sharp' THEN '01' WHEN 'peak' THEN '02' WHEN 'flat' THEN '03' WHEN 'valley' THEN '04' WHEN
            'deep_valley'
            THEN '05'
    END AS PRC_TI_CODE,
    tier::INTEGER AS LEVEL_NUM,
    quantity::DECIMAL(18, 4) AS SETTLE_PQ, price AS KWH_PRC, line_amount AS AMT
FROM bill_line JOIN item_code AS i ON i.component = charge_component ORDER BY bill_line_id;

CREATE VIEW e_rs_log AS
SELECT
    adjustment_id AS RS_ID, account_id AS CONS_NO, bill_id AS CALC_ID, ymd(adjusted_on) AS RS_DATE,
    CASE cause
        WHEN 'policy' THEN '01' WHEN 'metering' THEN '02' WHEN 'reading' THEN '03' WHEN
            'tariff'
            THEN '04'
        ELSE '99'
    END AS SORT_CODE,
    adjustment_kwh AS RS_PQ,
    adjustment_amount AS RS_AMT,
    entered_by AS OPERATOR_NO,
    approved_by AS APPR_EMP_NO
FROM billing_adjustment ORDER BY adjustment_id;

CREATE VIEW a_rcvbl_flow AS
SELECT
    receivable_id AS RCVBL_AMT_ID,
    ym(receivable_month) AS RCVBL_YM,
    bill_id AS CALC_ID,
    account_id AS CONS_NO,
    org_id AS ORG_NO,
    receivable_amount AS RCVBL_AMT, received_amount AS RCVED_AMT,
    CASE settle_status WHEN 'open' THEN '01' WHEN 'part' THEN '02' WHEN 'settled' THEN '03' ELSE '04' END
        AS SETTLE_FLAG,
    ymd(late_from_on) AS PENALTY_BGN_DATE,
    late_payment_amount AS RCVBL_PENALTY,
    late_payment_waived_amount AS EXEMPT_PENALTY,
    waiver_approved_by AS EXEMPT_EMP_NO,
    write_off_approved_by AS WRITE_OFF_EMP_NO,
    ymd(released_on) AS RELEASE_DATE
FROM receivable;

CREATE VIEW a_rcved_flow AS
SELECT
    receipt_id AS RCVED_AMT_ID, receivable_id AS RCVBL_AMT_ID, payment_id AS CHARGE_ID, account_id AS CONS_NO,
    ymd(received_on) AS RCVED_DATE, received_amount AS THIS_RCVED_AMT, penalty_amount AS THIS_PENALTY
FROM receipt_allocation;

CREATE VIEW a_pay_flow AS
SELECT
    payment_id AS CHARGE_ID,
    deposit_id AS CASHCHK_ID,
    account_id AS CONS_NO,
    org_id AS RCV_ORG_NO,
    stamp(charged_at) AS CHARGE_DATE,
    CASE payment_kind
        WHEN 'charge' THEN '10' WHEN 'refund' THEN '20' WHEN 'transfer' THEN '30' ELSE '09'
    END AS TYPE_CODE,
    payment_amount AS RCV_AMT,
    CASE settle_method
        WHEN 'cash' THEN '01' WHEN 'cheque' THEN '02' WHEN 'bill' THEN '04' WHEN 'pos' THEN '05'
        WHEN 'write_off' THEN '07' WHEN 'transfer' THEN '09' ELSE '11'
    END AS SETTLE_MODE,
    cashier_staff_id AS CHARGE_EMP_NO, reversed_payment_id AS RELATE_ID
FROM payment;

CREATE VIEW a_cashchk_flow AS
SELECT
    deposit_id AS CASHCHK_ID, org_id AS ORG_NO, cashier_staff_id AS CASHCHK_EMP_NO,
    CASE deposit_kind WHEN 'cash' THEN '01' ELSE '02' END AS CASHCHK_TYPE, deposit_amount AS CASHCHK_AMT,
    ymd(deposited_on) AS CASHCHK_DATE, ymd(bank_arrived_on) AS ARRIVE_DATE,
    CASE deposit_status WHEN 'in_transit' THEN '01' WHEN 'booked' THEN '02' ELSE '03' END AS ACCT_STATUS_CODE
FROM bank_deposit;

CREATE VIEW gl_entry AS
SELECT
    entry_id AS ENTRY_ID,
    voucher_no AS VOUCHER_NO,
    ymd(posted_on) AS POST_DATE,
    org_id AS ORG_NO,
    account_code AS SUBJECT_CODE,
    ledger_item AS SUBJECT_KIND,
    debit_amount AS DEBIT_AMT,
    credit_amount AS CREDIT_AMT,
    source_ref AS SOURCE_REF
FROM ledger_entry ORDER BY posted_on, entry_id;

CREATE VIEW a_inv_print_flow AS
SELECT
    invoice_id AS INV_ID,
    org_id AS ORG_NO,
    invoice_batch AS INV_CODE,
    invoice_no AS INV_NO,
    account_id AS CONS_NO,
    payment_id AS CHARGE_ID,
    ymd(printed_on) AS PRINT_DATE,
    invoice_amount AS PRINT_AMT,
    CASE invoice_status WHEN 'issued' THEN '01' ELSE '02' END AS STATUS_CODE,
    ymd(voided_on) AS CANCEL_DATE
FROM invoice ORDER BY org_id, invoice_no;
