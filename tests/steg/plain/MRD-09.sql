-- Registers by time of use against the total: the extract has dials by tariff, and none that says a time of use.
SELECT NULL AS kwh WHERE false
