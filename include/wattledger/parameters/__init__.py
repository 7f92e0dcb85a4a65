"""Dated parameters: thresholds, rates and clocks by jurisdiction, with the company's own on top.

model    their record, reading ``parameters/``, and looking a value up in Python
tables   the same in SQL: the table ``parameter``, and the macros that look a value up
"""

from wattledger.parameters.model import (
    SOURCE_FILE,
    Parameter,
    applied,
    in_place_of,
    load_parameters,
    read_parameters,
    used_in,
    value_on,
    values_over,
)
from wattledger.parameters.tables import create_parameters

__all__ = [
    "SOURCE_FILE",
    "Parameter",
    "applied",
    "create_parameters",
    "in_place_of",
    "load_parameters",
    "read_parameters",
    "used_in",
    "value_on",
    "values_over",
]
