"""The plain-text twin of the bulletin: the same sections in the same order.

Belongs here: the layout of the text. Not here: choosing rows (``view``), alignment (``columns``), words
(``wording``). It is written without templates, because a template escapes for HTML.
"""

from __future__ import annotations

from collections.abc import Iterable

from wattledger.bulletin.columns import WIDTH, table, wrap
from wattledger.bulletin.headline import alerts, audience, headline, rest_by_rule
from wattledger.bulletin.model import (
    Basis,
    Bulletin,
    DatasetRow,
    Finding,
    ParameterValue,
    RuleRow,
    States,
    Text,
)
from wattledger.bulletin.plain_sheets import sheet_lines
from wattledger.bulletin.view import LADDER, MAX_BYTES, Cut, Limits, LinkView, View, make_view, undershoot
from wattledger.bulletin.wording import NOTHING, Wording, clip
from wattledger.report_texts import Templates
from wattledger.settings import Settings


def render_text(bulletin: Bulletin, templates: Templates | None = None) -> str:
    """The bulletin as text of at most 78 cells a line, under MAX_BYTES; equal models give equal texts."""
    folder = templates or Settings().templates
    texts = (_Plain(bulletin, folder, limits).render() for limits in LADDER)
    return next(text for text in texts if len(text.encode()) < MAX_BYTES)


class _Plain:
    """One rendering: the bulletin, its view, its words."""

    def __init__(self, bulletin: Bulletin, templates: Templates, limits: Limits) -> None:
        self.b = bulletin
        self.v: View = make_view(bulletin, limits)
        self.w = Wording(templates, bulletin.language, bulletin.currency)
        self.t = self.w.t
        self.rules = {rule.rule_id: rule for rule in bulletin.rules}

    def render(self) -> str:
        sections = (
            self.headline(),
            self.owners(),
            self.units(),
            self.findings("section.new", self.v.fresh) if self.v.states.fresh.findings else [],
            self.findings("section.open", self.v.still_open) if self.v.still_open.rows else [],
            self.money(),
            self.coverage(),
            self.intake(),
            self.reconciliation(),
            self.details(),
            self.sheets(),
            self.manifest(),
        )
        return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"

    def say(self, text: Text | None, otherwise: str = "") -> str:
        return clip(text.pick(self.b.language), self.v.limits.text) if text else otherwise

    def short(self, text: str) -> str:
        return clip(text, 80)

    def titled(self, key: str, lines: Iterable[str]) -> list[str]:
        return [f"== {self.t(key)} ==", *lines]

    def headline(self) -> list[str]:
        b, w, s = self.b, self.w, self.v.states
        top = f"{self.t('bulletin.name')} · {w.period(b.period)} · {self.t('bulletin.revision', number=b.revision)}"
        lines = [top, f"{audience(b, w, self.v.limits)} · {self.say(b.title)}", "=" * WIDTH]
        lines += wrap(headline(b, w))
        if s.fresh.findings and s.fresh.over_collected:
            under = w.money(undershoot(s.fresh))
            lines += wrap(self.t("head.money.split", under=under, over=w.money(s.fresh.over_collected)))
        if b.manifest.changes and b.revision > 1:
            lines += wrap(f"{self.t('head.changes')} {self.say(b.manifest.changes)}")
        lines.append("")
        whole, missing = len(b.rules), self.v.not_evaluated + self.v.failed
        backlog = self.t("tile.backlog", n=s.backlog.findings) if s.backlog.findings else ""
        rated = self.t("tile.missing", n=missing) if missing else self.t("tile.all")
        rows = [
            (self.t("tile.new"), w.number(s.fresh.findings), w.at_stake(s.fresh)),
            (self.t("tile.open"), w.number(s.open.findings), f"{w.at_stake(s.open)}  {backlog}".rstrip()),
            (self.t("tile.resolved"), w.number(s.resolved.findings), w.at_stake(s.resolved)),
            (self.t("tile.evaluated"), self.t("tile.evaluated.of", part=whole - missing, whole=whole), rated),
        ]
        lines += table([("", "", ""), *rows], (False, True, False))[2:]
        return lines + [line for alert in alerts(b, self.v, w) for line in wrap(alert, "! ", "  ")]

    def counted(self, states: States) -> tuple[str, str, str, str]:
        w, fresh, still = self.w, states.fresh, states.open
        return (
            w.number(fresh.findings),
            w.amount(fresh.amount),
            w.number(still.findings),
            w.amount(still.amount),
        )

    def counts(self, first: str, rows: list[tuple[str, States]], last: str = "") -> list[str]:
        keys = (first, "new", "new_amount", "open", "open_amount")
        body = [(name, *self.counted(states)) for name, states in rows]
        lines = table([tuple(map(self.heading, keys)), *body], (False, True, True, True, True))
        return lines + ([last] if last else [])

    def heading(self, key: str) -> str:
        name = self.t(f"column.{key}")
        return self.t("column.money", name=name, currency=self.w.symbol) if "amount" in key else name

    def owners(self) -> list[str]:
        cut = self.v.owners
        rows = [(self.say(row.owner), row.states) for row in cut.rows]
        more = self.t("more.owners", n=cut.more) if cut.more else ""
        return self.titled("section.owners", self.counts("owner", rows, more)) if rows else []

    def units(self) -> list[str]:
        cut = self.v.units
        rows = [(self.say(u.unit.name if u.unit else None, self.t("no_unit")), u.states) for u in cut.rows]
        if not rows:
            return []
        rows += [(self.t("more.units", n=cut.more), self.v.units_rest)] if cut.more else []
        return self.titled("section.units", self.counts("unit", [*rows, (self.t("total"), self.v.states)]))

    def findings(self, key: str, cut: Cut[Finding]) -> list[str]:
        lines: list[str] = []
        for f in cut.rows:
            lines += self.finding(f)
        if cut.more:
            lines.append(self.t("more.findings", n=cut.more))
        if key == "section.new" and (rest := rest_by_rule(self.v, self.w)):
            lines += wrap(rest, "", "  ")
        if self.b.worklist:
            lines.append(self.t("worklist.hint", file=self.short(self.b.worklist)))
        return self.titled(key, lines)

    def finding(self, f: Finding) -> list[str]:
        rule = self.rules.get(f.rule_id)
        account = self.short(f.account_id) if f.account_id else self.t("finding.no_account")
        unit = self.say(f.unit.name if f.unit else None, self.t("no_unit"))
        money = self.w.money(f.amount) + (f" ({self.w.kwh(f.kwh)})" if f.kwh is not None else "")
        title = f"{self.short(f.rule_id)} {self.say(rule.title if rule else None)}"
        state = f" [{self.t('state.reopened')}]" if f.state == "reopened" else ""
        pairs = [
            f"{self.say(e.label)} {clip(self.w.evidence(e), self.v.limits.text)}" for e in f.evidence[:6]
        ]
        if f.state != "new":
            pairs.append(self.t("finding.first_seen", period=self.w.period(f.first_seen)))
        if number := self.v.sheet_number(f.rule_id, f.business_key):
            pairs.append(self.t("calc.link", number=number))
        level = rule.level if rule else NOTHING
        return [
            *wrap(f"[{level}] {title}{state}", "", "    "),
            *wrap(f"{account} · {unit} · {money}", "    "),
            *wrap(" · ".join(pairs), "    "),
        ]

    def money(self) -> list[str]:
        rows = [(self.rule_name(r), r.states) for r in self.v.rules.rows]
        if not rows:
            return []
        more = self.v.rules.more
        rows += [(self.t("more.rules", n=more), self.v.rules_rest)] if more else []
        lines = self.counts("rule", [*rows, (self.t("total"), self.v.states)])
        energy = [
            f"{self.short(r.rule_id)} {self.w.kwh(r.states.open.kwh)}"
            for r in self.v.rules.rows
            if r.states.open.kwh is not None
        ]
        lines += wrap(f"{self.t('rules.kwh')} {' · '.join(energy)}", "", "  ") if energy else []
        return self.titled("section.rules", lines)

    def rule_name(self, r: RuleRow) -> str:
        partly = "coverage.partly" if r.verdict == "PASS" and r.not_judged else ""
        key = f"verdict.{r.verdict}" if r.verdict in ("NOT_EVALUATED", "ERROR") else partly
        mark = f"({self.t(key)}) " if key else ""
        return f"{mark}{self.short(r.rule_id)} {self.say(r.title)}"

    def coverage(self) -> list[str]:
        v = self.v
        counts = {"passed": v.passed, "findings": v.with_findings, "not_evaluated": v.not_evaluated}
        counts["without_rows"] = v.without_rows
        lines = wrap(self.t("coverage.summary", total=len(self.b.rules), failed=v.failed, **counts))
        for r in v.unevaluated.rows:
            reason = self.say(r.reason, self.short(r.reason_code) or self.t("reason.none"))
            kept = r.states.open.findings
            open_kept = f" ({self.t('coverage.open_kept', n=kept)})" if kept else ""
            lines += wrap(f"{self.rule_name(r)}: {reason}{open_kept}", "- ", "  ")
        if v.unevaluated.more:
            lines.append(self.t("more.rules", n=v.unevaluated.more))
        elif not v.unevaluated.rows and not v.partly.rows and self.b.rules:
            lines.append(self.t("coverage.all"))
        for r in v.partly.rows:
            lines += wrap(f"{self.short(r.rule_id)} {self.say(r.title)}: {self.say(r.reason)}", "- ", "  ")
        lines += [self.t("more.rules", n=v.partly.more)] if v.partly.more else []
        if v.nothing.rows:
            names = " · ".join(self.rule_name(r) for r in v.nothing.rows)
            lines += wrap(f"{self.t('coverage.nothing')}: {names}", "", "  ")
            lines += [self.t("more.rules", n=v.nothing.more)] if v.nothing.more else []
        return self.titled("section.coverage", lines)

    def intake(self) -> list[str]:
        cut, w = self.v.datasets, self.w
        if not cut.rows:
            return self.titled("section.intake", [self.t("coverage.no_datasets")])
        header = tuple(self.t(f"column.{key}") for key in ("dataset", "extracted", "landed", "rejected"))
        rows = [
            (self.say(d.title), w.number(d.extracted), w.number(d.landed), w.number(d.rejected))
            if d.extracted is not None
            else (self.say(d.title), self.t("coverage.missing"), NOTHING, NOTHING)
            for d in cut.rows
        ]
        lines = table([header, *rows], (False, True, True, True))
        lines += [self.t("more.datasets", n=cut.more)] if cut.more else []
        return self.titled("section.intake", lines + [line for d in cut.rows for line in self.rejects(d)])

    def rejects(self, d: DatasetRow) -> list[str]:
        shown, rest = d.reasons[: self.v.limits.small], d.reasons[self.v.limits.small :]
        reasons = [f"{self.say(r.reason)} {self.w.number(r.rows)}" for r in shown]
        reasons += [self.t("more.reasons", n=sum(r.rows for r in rest))] if rest else []
        lines = wrap(f"{self.say(d.title)}: {' · '.join(reasons)}", "- ", "  ") if reasons else []
        for row in d.rejects[:3]:
            sample = f": {self.short(self.w.sample(row))}" if row.sample else ""
            lines += wrap(
                f"{self.short(self.say(row.where))}  {self.say(row.reason)}{sample}", "    ", "      "
            )
        return lines

    def reconciliation(self) -> list[str]:
        lines = [line for view in self.v.links.rows for line in self.link(view)]
        if self.v.links.more:
            lines.append(self.t("more.links", n=self.v.links.more))
        return self.titled("section.reconciliation", lines or [self.t("link.none")])

    def link(self, view: LinkView) -> list[str]:
        link, w = view.link, self.w
        if not link.evaluated:
            reason = self.say(link.reason, self.t("reason.none"))
            return wrap(f"{self.say(link.title)}: {self.t('link.not_evaluated')}. {reason}", "* ", "  ")
        left = f"{self.say(link.left)} {w.measured(link.left_total, link.measure)}"
        right = f"{self.say(link.right)} {w.measured(link.right_total, link.measure)}"
        share = w.share(link.agreeing, link.compared)
        agreeing = self.t(
            "link.agreeing", agreeing=w.number(link.agreeing), compared=w.number(link.compared), share=share
        )
        lines = wrap(self.say(link.title), "* ") + wrap(f"{left} - {right}", "  ") + wrap(agreeing, "  ")
        if link.not_judged:
            lines += wrap(self.w.not_judged(link), "  ")
        causes = [(self.say(c.cause), c.breaks, c.difference) for c in view.causes]
        if view.rest:
            causes.append((self.t("more.causes", n=view.rest.breaks), view.rest.breaks, view.rest.difference))
        causes.append((self.t("total"), sum(c.breaks for c in link.causes), link.difference))
        if link.causes:
            header = tuple(self.t(f"column.{key}") for key in ("cause", "breaks", "difference"))
            rows = [(name, w.number(breaks), w.measured(part, link.measure)) for name, breaks, part in causes]
            lines += [f"  {line}" for line in table([header, *rows], (False, True, True))]
        if link.unexplained:
            return lines + wrap(
                self.t("link.unexplained", amount=w.measured(link.unexplained, link.measure)), "  "
            )
        if link.compared or not link.not_judged:
            lines.append("  " + self.t("link.adds_up" if link.causes else "link.agrees"))
        return lines

    def details(self) -> list[str]:
        v = self.v
        lines = [line for r in v.details.rows for line in self.detail(r)] or [self.t("detail.none")]
        lines += [self.t("more.rules", n=v.details.more)] if v.details.more else []
        if v.quiet.rows:
            lines += wrap(
                f"{self.t('section.quiet')}: " + " · ".join(self.rule_name(r) for r in v.quiet.rows), "", "  "
            )
            lines += [self.t("more.rules", n=v.quiet.more)] if v.quiet.more else []
        return self.titled("section.details", lines)

    def detail(self, r: RuleRow) -> list[str]:
        w, t, small = self.w, self.t, self.v.limits.small
        new, still = w.number(r.states.fresh.findings), w.number(r.states.open.findings)
        if r.examined is None:
            counts = t("detail.counts.not_examined", open=still)
        else:
            counts = t("detail.counts", new=new, open=still, examined=w.number(r.examined))
            counts += t("detail.counts.not_judged", rows=w.number(r.not_judged)) if r.not_judged else ""
        lines = wrap(
            f"{self.rule_name(r)} ({self.short(r.area)} {self.say(r.area_title)})", f"[{r.level}] ", "    "
        )
        lines += wrap(f"{t('detail.owner')} {self.say(r.owner)} · {counts}", "    ", "      ")
        lines += wrap(f"{t('detail.why')} {self.say(r.why)}", "    ", "      ") if r.why else []
        for basis in r.basis[:small]:
            lines += wrap(f"{t('detail.basis')} {self.basis(basis)}", "    ", "      ")
        for p in r.parameters[: 2 * small]:
            values = ", ".join(map(self.held, p.values))
            text = f"{t('detail.parameters')} {self.say(p.title)} {values}"
            lines += wrap(text, "    ", "      ")
        if (more := len(r.parameters) - 2 * small) > 0:
            lines += wrap(t("more.parameters", n=more), "    ", "      ")
        return lines + (
            wrap(f"{t('detail.remedy')} {self.say(r.remedy)}", "    ", "      ") if r.remedy else []
        )

    def held(self, held: ParameterValue) -> str:
        days = f" {self.w.period(held.days)}" if held.days else ""
        what = f"{self.say(held.value)}{days}"
        if held.basis.own:
            return f"{what} [{self.t('basis.company_parameter')}]"
        return self.t("detail.of", what=what, basis=self.basis(held.basis))

    def basis(self, basis: Basis) -> str:
        text = clip(basis.pick(self.b.language), 2 * self.v.limits.text)
        return f"{text} [{self.t(f'basis.{basis.status}')}]" if basis.status else text

    def sheets(self) -> list[str]:
        lines = sheet_lines(self.v, self.w)
        return self.titled("section.sheets", lines) if lines else []

    def manifest(self) -> list[str]:
        m = self.b.manifest
        lake = ", ".join(f"{self.short(name)}@{version}" for name, version in m.lake_versions[:24])
        rest = len(m.lake_versions) - 24
        lake += f", {self.t('more.datasets', n=rest)}" if rest > 0 else ""
        lines = wrap(f"{self.t('manifest.lake')} {lake}", "", "  ") if lake else []
        for key, value in (("rules", m.rules_hash), ("run", m.manifest_hash), ("code", m.code_version)):
            lines += wrap(f"{self.t(f'manifest.{key}')} {self.short(value)}", "", "  ")
        return self.titled("section.manifest", lines + wrap(self.t("manifest.privacy")))
