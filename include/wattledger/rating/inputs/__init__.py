"""What is to be rated: the tables ``rating_*`` that the SQL engine reads, from cases or from the lake.

Belongs here: only the way in; ``cases`` and ``lake`` do the work.
"""

from wattledger.rating.inputs.cases import StoredCases, case_of, load_cases
from wattledger.rating.inputs.lake import create_rating_inputs

__all__ = ["StoredCases", "case_of", "create_rating_inputs", "load_cases"]
