"""The columns of the worklist's three sheets, and the cells of one row of each.

Belongs here: which column holds what. Not here: writing cells, formats (``worklist``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wattledger.bulletin.model import (
    Basis,
    Break,
    Bulletin,
    Evidence,
    Finding,
    Parameter,
    ParameterValue,
    RuleRow,
    Text,
    Unit,
)
from wattledger.bulletin.row_text import Cell, Columns, row_writer
from wattledger.bulletin.wording import Wording

WORKLIST: Columns = (
    ("rule", 10, "text"),
    ("title", 26, "text"),
    ("level", 7, "int"),
    ("state", 10, "text"),
    ("owner", 18, "text"),
    ("org_id", 12, "text"),
    ("unit", 22, "text"),
    ("account", 18, "text"),
    ("amount", 15, "money"),
    ("kwh", 14, "kwh"),
    ("first_seen", 12, "period"),
    ("last_seen", 12, "period"),
    ("evidence", 70, "text"),
    ("key", 26, "text"),
)
RULES: Columns = (
    ("rule", 10, "text"),
    ("title", 28, "wrap"),
    ("area", 20, "wrap"),
    ("level", 7, "int"),
    ("owner", 18, "wrap"),
    ("verdict", 12, "text"),
    ("examined", 12, "int"),
    ("not_judged", 12, "int"),
    ("new", 9, "int"),
    ("open", 9, "int"),
    ("resolved", 9, "int"),
    ("new_amount", 15, "money"),
    ("open_amount", 15, "money"),
    ("reason", 36, "wrap"),
    ("why", 44, "wrap"),
    ("remedy", 36, "wrap"),
    ("basis", 50, "wrap"),
    ("parameters", 50, "wrap"),
)
BREAKS: Columns = (
    ("link", 30, "text"),
    ("cause", 22, "text"),
    ("org_id", 12, "text"),
    ("unit", 22, "text"),
    ("account", 18, "text"),
    ("measure", 9, "text"),
    ("left", 16, "kwh"),
    ("right", 16, "kwh"),
    ("difference", 16, "kwh"),
    ("evidence", 60, "text"),
    ("key", 26, "text"),
)


class Rows:
    """Turns findings, rules and breaks of one bulletin into cells, in the order of their columns."""

    def __init__(self, bulletin: Bulletin, wording: Wording) -> None:
        self.bulletin, self.wording = bulletin, wording
        self.rules = {rule.rule_id: rule for rule in bulletin.rules}
        self.links = {link.link: link.title for link in bulletin.links}

    def findings(self, found: Iterable[Finding]) -> Iterator[tuple[str | None, str]]:
        """The text of each finding's row, with its unit."""
        write = row_writer(WORKLIST)
        return ((f.unit.org_id if f.unit else None, write(self.finding(f))) for f in found)

    def breaks(self, found: Iterable[Break]) -> Iterator[tuple[str | None, str]]:
        """The text of each break's row, with its unit."""
        write = row_writer(BREAKS)
        return ((b.unit.org_id if b.unit else None, write(self.broken(b))) for b in found)

    def finding(self, f: Finding) -> Sequence[Cell]:
        """Cells of one row of the worklist (WORKLIST)."""
        rule = self.rules.get(f.rule_id)
        return (
            f.rule_id,
            self._say(rule.title) if rule else None,
            rule.level if rule else None,
            self.wording.t(f"state.{f.state}"),
            self._say(rule.owner) if rule else None,
            *self._place(f.unit, f.account_id),
            f.amount,
            f.kwh,
            f.first_seen,
            f.last_seen,
            self._evidence(f.evidence),
            f.business_key,
        )

    def broken(self, b: Break) -> Sequence[Cell]:
        """Cells of one row of the breaks (BREAKS)."""
        link = self.links.get(b.link)
        return (
            self._say(link) if link else b.link,
            self._say(b.cause),
            *self._place(b.unit, b.account_id),
            {"yuan": self.bulletin.currency, "gas": self.wording.t("measure.gas")}.get(b.measure, b.measure),
            b.left,
            b.right,
            b.difference,
            self._evidence(b.evidence),
            b.business_key,
        )

    def rule(self, r: RuleRow) -> Sequence[Cell]:
        """Cells of one row of the rules (RULES)."""
        s, t = r.states, self.wording.t
        return (
            r.rule_id,
            self._say(r.title),
            f"{r.area} {self._say(r.area_title)}",
            r.level,
            self._say(r.owner),
            t(f"verdict.{r.verdict}"),
            r.examined,
            r.not_judged,
            s.fresh.findings,
            s.open.findings,
            s.resolved.findings,
            s.fresh.amount,
            s.open.amount,
            self._say(r.reason) or r.reason_code,
            self._say(r.why),
            self._say(r.remedy),
            "; ".join(map(self._basis, r.basis)),
            "; ".join(map(self._parameter, r.parameters)),
        )

    def _parameter(self, parameter: Parameter) -> str:
        return f"{self._say(parameter.title)} {', '.join(map(self._held, parameter.values))}"

    def _held(self, held: ParameterValue) -> str:
        days = f" {self.wording.period(held.days)}" if held.days else ""
        what = f"{self._say(held.value)}{days}"
        if held.basis.own:
            return f"{what} [{self.wording.t('basis.company_parameter')}]"
        return self.wording.t("detail.of", what=what, basis=self._basis(held.basis))

    def _basis(self, basis: Basis) -> str:
        text = basis.pick(self.bulletin.language)
        return f"{text} [{self.wording.t(f'basis.{basis.status}')}]" if basis.status else text

    def _place(self, unit: Unit | None, account: str | None) -> tuple[Cell, Cell, Cell]:
        return (unit.org_id if unit else None, self._say(unit.name) if unit else None, account)

    def _evidence(self, items: Sequence[Evidence]) -> str:
        return "; ".join(f"{self._say(e.label)}: {self.wording.evidence(e)}" for e in items)

    def _say(self, text: Text | None) -> str:
        return text.pick(self.bulletin.language) if text else ""
