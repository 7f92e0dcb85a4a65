-- What is read of a batch of bills, each time by a range of bill_id;
-- all later steps read these views and none of the inputs.

CREATE OR REPLACE TEMP VIEW batch_bill AS FROM "{prefix}rating_bill" WHERE {within};
CREATE OR REPLACE TEMP VIEW batch_point AS FROM "{prefix}rating_point" WHERE {within};
CREATE OR REPLACE TEMP VIEW batch_register AS FROM "{prefix}rating_register" WHERE {within};
CREATE OR REPLACE TEMP VIEW batch_capacity AS FROM "{prefix}rating_capacity" WHERE {within};
CREATE OR REPLACE TEMP VIEW batch_basic_rule AS FROM "{prefix}rating_basic_rule" WHERE {within};
CREATE OR REPLACE TEMP VIEW batch_extra AS FROM "{prefix}rating_extra" WHERE {within};
