"""The lake: Delta tables on disk or object storage, one folder per source, one table per dataset.

Belongs here: writing and reading partitions, and opening a DuckDB session over them. Checks do not.
"""

from wattledger.lake.session import open_session
from wattledger.lake.store import Lake, LandingRecord

__all__ = ["Lake", "LandingRecord", "open_session"]
