"""A metering error: an inaccurate, miswired or failed meter that nobody tampered with.

Belongs here: the case and its sheet. The faults are in ``fault``.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.corrections.base import After, Billed
from wattledger.rating.corrections.fault import Fault
from wattledger.rating.corrections.law import Law
from wattledger.sheets.model import Sheet


class MeteringError(After):
    """kWh as metered under a fault, put right."""

    kind: Literal["metering_error"]
    found_on: date
    """The day whose parameters hold."""
    fault: Fault
    metered: tuple[Billed, ...] = Field(min_length=1)
    """What the meter counted: since its last test (inaccurate), or while the fault lasted (all others)."""
    last: int | None = Field(None, ge=1)
    """How many of the periods count, from the last one back; None: all."""

    @model_validator(mode="after")
    def _one_period(self) -> MeteringError:
        if self.fault.failed is not None and len(self.metered) > 1:
            raise ValueError("metered: a failed meter has one period, with what was billed in it")
        if self.last is not None and self.last > len(self.metered):
            raise ValueError(f"last: {self.last} periods were asked for, and metered has {len(self.metered)}")
        return self

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """Figures: the rate and the kWh; a line for each period that has a price (negative: a refund)."""
        periods = self.metered[-(self.last or len(self.metered)) :]
        found = self.fault.corrections(periods, Law(catalogue, self.found_on))
        return self.sheet(found.lines("correction"), found.figures)
