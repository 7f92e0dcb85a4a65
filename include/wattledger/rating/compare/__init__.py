"""Bills against what they should have been, with the cause of each difference."""

from wattledger.rating.compare.compare import compare_bills
from wattledger.rating.compare.tolerances import missing_tolerances

__all__ = ["compare_bills", "missing_tolerances"]
