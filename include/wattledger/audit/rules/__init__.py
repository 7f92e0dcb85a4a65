"""The rules as they stand in ``expectations/``: read, checked, and made into suites of Great Expectations.

A rule is three files of one stem in the folder of its audit content: ``ID.sql`` (the condition), ``ID.yaml`` (the
record) and ``ID.case.yaml`` (good and bad rows). Belongs here: that form. Running the rules is in ``audit.validate``.
"""

from wattledger.audit.rules.load import fingerprint, load_rules
from wattledger.audit.rules.record import Rule, RuleRecord, Suite, Wording

__all__ = ["Rule", "RuleRecord", "Suite", "Wording", "fingerprint", "load_rules"]
