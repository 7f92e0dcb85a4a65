"""What a kind of fault is: whom it befalls, what it changes, and all that an honest audit finds of it.

Belongs here: the form, and the words that the kinds have in common. The kinds stand in the modules beside this one,
one for each content of the audit; how they are planted, in ``planter``, and what is found, in ``answers``.

Each kind has a pool of its own to draw its victims from (``sql/pools.sql``), so that it changes nothing for the others
whether it is planted, and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

NOW: Final = "billing_month = getvariable('month')"
"""Rows of the audited month; the months before are history."""
MONTH: Final = "strftime(getvariable('month'), '%Y-%m')"
METER: Final = "('M' || (2000000000 + i * 10))"
"""The meter of a victim; the new one where a meter was changed has a number one higher."""
BILL: Final = "('B' || strftime(getvariable('month'), '%Y%m') || lpad(i::TEXT, 8, '0'))"
"""The victim's bill of the audited month."""
THEIR_BILLS: Final = f"bill_id IN (SELECT {BILL} FROM victim)"
THEIRS: Final = "account_id IN (SELECT account_id FROM victim)"
OF_THEM: Final = "i IN (SELECT i FROM victim)"
NO_INVOICE: Final = "NOT asks_for_invoice(account_id, pays_by(i, class))"
"""Of whose payment nobody asks for an invoice: none is missing where nothing is paid."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is kept for one kind of fault: no other kind has the same ``name`` and ``share``."""

    name: str
    share: int
    candidates: str
    """SELECT of ``victim_key``, ``org_id``, and what the kind's ``changes`` and ``finds`` need."""


def accounts(pool: str, share: int, condition: str = "TRUE") -> Pool:
    """Customers of a share of a pool of ``sql/pools.sql`` for whom ``condition`` is true too."""
    return Pool(
        pool,
        share,
        "SELECT account_id AS victim_key, acct.* FROM acct JOIN kept USING (i) "
        f"WHERE pool = '{pool}' AND share = {share} AND ({condition})",
    )


@dataclass(frozen=True, slots=True)
class Break:
    """What the reconciliation shows of a fault."""

    link: str
    cause: str
    rows: str
    """SELECT of business_key, org_id, account_id and difference, from ``victim``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, written in the standard datasets' own columns."""

    name: str
    note: str
    victims: Pool
    changes: Mapping[str, str]
    """By step (``world.STEPS``), the statements that do the damage right after it; what is made later follows from the
    damage, as in life. ``victim`` is the view of the chosen candidates, who are chosen at the first of the steps."""
    finds: Mapping[str, str] = field(default_factory=dict)
    """By rule, SELECT of what the rule then finds: the columns of the rule's key, and those from which the rule works
    out its amount, where that is to be checked. What a fault brings about elsewhere is listed as well."""
    costs: Mapping[str, str] = field(default_factory=dict)
    """By rule, SELECT of the columns of its key and ``account_id``, for findings whose amount is what the bill of the
    account is short of, to the fen."""
    billed_wrongly: tuple[str, str] | None = None
    """Rule and cause of what is wrong with the victims' bills of the audited month, to the fen."""
    breaks: tuple[Break, ...] = ()
    count: int = 3
    """How many are planted at scale 1; at least one is planted at any scale above 0."""
