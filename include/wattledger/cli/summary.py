"""What an audit came to, and what it could not look at.

Belongs here: the closing of an audit on the terminal, by the command line or by ``make audit``, and what lists cannot
show.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wattledger import tables
from wattledger.bulletin.not_judged import of_keys
from wattledger.cli.printing import show
from wattledger.cli.words import Words, words_of
from wattledger.contracts.listed import load_listings

if TYPE_CHECKING:
    import pyarrow as pa

    from wattledger.context import Audit


def print_summary(audit: Audit) -> None:
    """The rules that found something or could not look, the links, and last what was found and where."""
    words, listing = words_of(audit), load_listings()["verdicts"]
    found = tables.verdicts(audit)
    verdicts = found.column("verdict").to_pylist()
    show(listing, found.filter([v not in ("PASS", "NO_ROWS") for v in verdicts]), "table", words)
    counted = Counter(verdicts)
    codes = listing.columns["verdict"]
    print(
        ", ".join(
            words.t("summary.count", n=counted[code], verdict=words.cell(code, codes)) for code in codes.codes
        )
    )
    for row in tables.reconciliation(audit).to_pylist():
        if row["org_id"] is None:
            print(_link(row, words))
    folder = audit.bulletins
    print(words.t("summary.bulletins", n=len(list(folder.glob("*.html"))), folder=folder))
    print(words.t("summary.close", found=_found(found, words), path=folder / "company.html"))


def not_looked_at(audit: Audit, rule: str, words: Words) -> str:
    """What a list of findings, of ``rule`` or of all, cannot show, because it was not evaluated; empty if nothing."""
    asked = tables.rule_of_run(audit, rule) if rule else ""
    listing = load_listings()["verdicts"]
    blind = [
        row
        for row in tables.verdicts(audit).to_pylist()
        if row["verdict"] in ("NOT_EVALUATED", "ERROR") and asked in ("", row["rule_id"])
    ]
    if asked and not blind:
        (row,) = (row for row in tables.verdicts(audit).to_pylist() if row["rule_id"] == asked)
        reason = words.term(row, "reason", listing.columns["reason"])
        return words.t("not_judged.rule", rule=asked, reason=reason) if row["rows_not_judged"] else ""
    if not blind:
        return ""
    if asked:
        reason = words.term(blind[0], "reason", listing.columns["reason"])
        return words.t("not_evaluated.rule", rule=asked, reason=reason)
    return words.t("not_evaluated.rules", n=len(blind))


def links_not_looked_at(audit: Audit, words: Words) -> str:
    """What a list of breaks cannot show: what of the links was not evaluated or judged, and why; empty if nothing."""
    told = []
    for row in tables.reconciliation(audit).to_pylist():
        if row["org_id"] is None and row["status"] != "EVALUATED":
            told.append(words.t("not_evaluated.link", link=_name(row, words), reason=_reason(row, words)))
        elif row["org_id"] is None and row["not_judged"]:
            told.append(f"{_name(row, words)}: {_not_judged(row, words)}")
    return "\n".join(told)


def _link(row: dict[str, Any], words: Words) -> str:
    link = _name(row, words)
    if row["status"] != "EVALUATED":
        return words.t("summary.link.not_evaluated", link=link, reason=_reason(row, words))
    difference = words.wording.measured(row["difference"], row["measure"])
    counts = {"agreeing": f"{row['agreeing']:,}", "compared": f"{row['compared']:,}"}
    told = words.t("summary.link", link=link, **counts, difference=difference)
    return f"{told}; {_not_judged(row, words)}" if row["not_judged"] else told


def _not_judged(row: dict[str, Any], words: Words) -> str:
    reason = of_keys(row["not_judged_reasons"], words.terms)
    difference = words.wording.measured(row["not_judged_difference"], row["measure"])
    told = reason.pick(words.language) if reason else ""
    return words.t("not_judged.link", n=f"{row['not_judged']:,}", difference=difference, reason=told)


def _name(row: dict[str, Any], words: Words) -> str:
    return words.terms.link(row["link"]).pick(words.language)


def _reason(row: dict[str, Any], words: Words) -> str:
    return words.terms.obstacles(row["reason"] or "").pick(words.language)


def _found(found: pa.Table, words: Words) -> str:
    """How many findings the period shows, and their money; where none has money, their kWh."""
    counted = f"{sum(found.column('findings').to_pylist()):,}"
    amounts = [a for a in found.column("amount").to_pylist() if a is not None]
    energy = [e for e in found.column("kwh").to_pylist() if e is not None]
    if amounts:
        return words.t("summary.findings", n=counted, worth=words.wording.money(sum(amounts, Decimal(0))))
    if energy:
        return words.t("summary.findings", n=counted, worth=words.wording.kwh(sum(energy, Decimal(0))))
    return words.t("summary.findings.alone", n=counted)
