"""What goes wrong at the demo utility: kinds of faults, one module for each content of the audit regulation.

Belongs here: the list of them. To add one, add a ``Fault`` to the tuple of its module, with a share of a pool that no
other kind has (``sql/pools.sql`` of the demo). The order of the list decides nothing.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import (
    billing,
    breaks,
    files,
    ledger,
    meter_reading,
    policies,
    tariffs,
    tariffs_of_works,
)
from wattledger.demo.faults.kind import Fault

FAULTS: Final[tuple[Fault, ...]] = (
    *policies.FAULTS,
    *meter_reading.FAULTS,
    *billing.FAULTS,
    *files.FAULTS,
    *tariffs.FAULTS,
    *tariffs_of_works.FAULTS,
    *ledger.FAULTS,
    *breaks.FAULTS,
)
