"""All kinds of faults, in the order in which they choose their victims.

Belongs here: the list. Kinds that need rare victims (whole routes, whole units) come first.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo import faults_billing, faults_files, faults_reading
from wattledger.demo.faults import Fault

FAULTS: Final[tuple[Fault, ...]] = (*faults_reading.FAULTS, *faults_files.FAULTS, *faults_billing.FAULTS)
