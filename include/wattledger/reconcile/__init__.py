"""Reconciliation: what the two sides of each link say about the same thing, compared, with every break.

Belongs here: the links, and the tables of their results. What a single row must be like is a rule.
"""

from wattledger.reconcile.engine import LINKS, reconcile
from wattledger.reconcile.model import Link, LinkResult, Reconciliation

__all__ = ["LINKS", "Link", "LinkResult", "Reconciliation", "reconcile"]
