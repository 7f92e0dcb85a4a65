"""All kinds of faults, in the order in which they choose their victims.

Belongs here: the list. Kinds that need rare victims come before those that take anyone.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo import (
    faults_billing,
    faults_breaks,
    faults_files,
    faults_finance,
    faults_industry,
    faults_rating,
    faults_reading,
)
from wattledger.demo.faults import Fault

FAULTS: Final[tuple[Fault, ...]] = (
    *faults_industry.FAULTS,
    *faults_reading.FAULTS,
    *faults_files.FAULTS,
    *faults_finance.FAULTS,
    *faults_breaks.FAULTS,
    *faults_rating.FAULTS,
    *faults_billing.FAULTS,
)
