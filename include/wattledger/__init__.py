"""Wattledger: the nightly audit of an electricity supplier, from the register to the ledger."""
