"""The demo utility: a made-up province with its extracts, its source file and an answer key of planted faults.

Belongs here: everything that makes it up. The audit never imports this package.
"""

from __future__ import annotations

from wattledger.demo.make import ANSWER_BREAKS, ANSWER_FAULTS, ANSWER_KEY, DemoSummary, make_demo

__all__ = ["ANSWER_BREAKS", "ANSWER_FAULTS", "ANSWER_KEY", "DemoSummary", "make_demo"]
