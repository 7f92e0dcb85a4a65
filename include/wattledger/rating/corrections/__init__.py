"""What comes after a bill: damages, theft, default use, and corrections, each worked out from a case of its own.

    late_payment           damages day by day, over the year's end
    theft, default_use     back-billing and damages for what was taken outside the contract
    metering_error         what a wrong, miswired or failed meter did not count, or counted too much
    multiplier_correction  a wrong multiplier over its whole period
    estimate_settlement    a provisional bill against the reading that followed

Numbers of law are dated parameters: each sheet names them with their source and whether anybody verified it. Belongs
here: the choice by ``kind``. Reading case files is in ``rating.cases.files``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.corrections.default_use import DefaultUse
from wattledger.rating.corrections.late_payment import LatePayment
from wattledger.rating.corrections.metering import MeteringError
from wattledger.rating.corrections.multiplier import MultiplierCorrection
from wattledger.rating.corrections.settlement import EstimateSettlement
from wattledger.rating.corrections.theft import Theft
from wattledger.sheets.model import Sheet

__all__ = [
    "AfterCase",
    "DefaultUse",
    "EstimateSettlement",
    "LatePayment",
    "MeteringError",
    "MultiplierCorrection",
    "Theft",
    "calculate",
]

AfterCase = Annotated[
    LatePayment | Theft | DefaultUse | MeteringError | MultiplierCorrection | EstimateSettlement,
    Field(discriminator="kind"),
]


def calculate(case: AfterCase, catalogue: Catalogue) -> Sheet:
    """The calculation sheet of what came after a bill.

    Raises:
        UsageError: the case asks for more than the law's ceiling.
        ConfigurationError: a parameter has no value on the day that decides.
    """
    return case.work_out(catalogue)
