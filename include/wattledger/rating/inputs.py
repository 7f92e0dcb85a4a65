"""What is to be rated: the tables ``rating_*`` that the set-based engine reads, from cases or from the lake.

Belongs here: nothing but the way in; ``inputs_cases`` and ``inputs_lake`` do the work.
"""

from wattledger.rating.inputs_cases import case_of, create_tables, load_cases
from wattledger.rating.inputs_lake import create_rating_inputs

__all__ = ["case_of", "create_rating_inputs", "create_tables", "load_cases"]
