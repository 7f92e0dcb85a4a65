"""Contracts: what a table must look like, as data, with one loader each.

datasets/    the standard datasets that a company delivers: columns, types, keys, floors (``model``)
           a company's own on top (``own``)
published/   what the steps of an audit publish (``published``)

Belongs here: the form of tables. How a company's own tables map onto the datasets stands in its source file
(``wattledger.extract``).
"""

from wattledger.contracts.columns import find_column
from wattledger.contracts.model import Column, Contract, load_contracts
from wattledger.contracts.own import contracts_with, own_contracts
from wattledger.contracts.published import Published, load_published

__all__ = [
    "Column",
    "Contract",
    "Published",
    "contracts_with",
    "find_column",
    "load_contracts",
    "load_published",
    "own_contracts",
]
