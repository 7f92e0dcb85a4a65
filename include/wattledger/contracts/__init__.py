"""Dataset contracts: what a standard dataset must look like, as data, with one loader.

Belongs here: the standard datasets' columns, types, keys, floors. How a company's own tables map onto
them stands in its source file (``wattledger.extract``).
"""

from wattledger.contracts.model import Column, Contract, find_column, load_contracts

__all__ = ["Column", "Contract", "find_column", "load_contracts"]
