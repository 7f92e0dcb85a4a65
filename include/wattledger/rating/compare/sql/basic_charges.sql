-- What the basic charge comes to by each way.
CREATE OR REPLACE TABLE basic_charge AS
SELECT y.bill_id, y.component, y.cause, y.way, l.amount
FROM way_bill AS y JOIN way_expected_line AS l ON l.bill_id = y.way_id AND l.component = y.component;
