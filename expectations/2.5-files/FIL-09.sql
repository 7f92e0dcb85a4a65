-- The catalogue gives the file check no number of its own; it is the file's side of NCN-06 and TAR-07.
SELECT * FROM customer_account WHERE running_capacity_kva > contract_capacity_kva;
