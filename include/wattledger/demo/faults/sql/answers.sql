-- All that an audit must find: by rule and business key, and of the reconciliation by link, key and cause.
CREATE TABLE answer (
    rule_id TEXT, business_key TEXT, fault TEXT, note TEXT, cause TEXT, amount DECIMAL(18, 2)
);
CREATE TABLE answer_break (
    link TEXT,
    business_key TEXT,
    org_id TEXT,
    account_id TEXT,
    cause TEXT,
    difference DECIMAL(18, 4),
    fault TEXT
);
