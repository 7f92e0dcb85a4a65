"""What a bulletin says first: the mail's subject, the headline, the warnings, whom it is for.

Belongs here: sentences that both the HTML and the plain text begin with. Not here: lists, layout.
"""

from __future__ import annotations

from wattledger.bulletin.model import Bulletin
from wattledger.bulletin.view import LADDER, Limits, View
from wattledger.bulletin.wording import Wording, clip
from wattledger.report_texts import Templates
from wattledger.settings import Settings


def subject(bulletin: Bulletin, templates: Templates | None = None) -> str:
    """The mail's subject line: for whom, which period, what is new."""
    wording = Wording(templates or Settings().templates, bulletin.language, bulletin.currency)
    what = headline(bulletin, wording).rstrip("。")
    name = audience(bulletin, wording, LADDER[-1])
    return wording.t("bulletin.subject", audience=name, period=wording.period(bulletin.period), what=what)


def headline(bulletin: Bulletin, wording: Wording) -> str:
    """The one sentence that a reader in a hurry needs."""
    fresh, reopened = bulletin.states.fresh, bulletin.states.reopened.findings
    if not fresh.findings:
        return wording.t("head.nothing")
    parts = [wording.t("head.new", n=fresh.findings)]
    if reopened:
        parts.append(wording.t("head.reopened", n=reopened))
    if fresh.amount is not None:
        parts.append(wording.t("head.money", amount=wording.money(fresh.amount)))
    elif fresh.kwh is not None:
        parts.append(wording.t("head.kwh", kwh=wording.kwh(fresh.kwh)))
    return wording.t("head.comma").join(parts)


def alerts(bulletin: Bulletin, view: View, wording: Wording) -> list[str]:
    """What stands between the reader and trust in the numbers, a line each."""
    counts = {
        "failed": view.failed,
        "not_evaluated": view.not_evaluated,
        "missing": sum(d.extracted is None for d in bulletin.datasets),
        "rejected": bulletin.rejected,
        "differs": sum(link.evaluated and link.agreeing < link.compared for link in bulletin.links),
    }
    return [wording.t(f"head.{key}", n=count) for key, count in counts.items() if count]


def rest_by_rule(view: View, wording: Wording) -> str:
    """How many new findings of which rules are not listed; nothing where all are."""
    if not view.rest:
        return ""
    limit = 3 * view.limits.small
    listed = [f"{clip(rule_id, 80)} {wording.number(n)}" for rule_id, n in view.rest.items()]
    if len(listed) > limit:
        listed[limit:] = ["…"]
    return wording.t("more.by_rule", rules=" · ".join(listed))


def audience(bulletin: Bulletin, wording: Wording, limits: Limits) -> str:
    """Whom the bulletin is for, in words."""
    if bulletin.unit is None:
        return wording.t("bulletin.company")
    return clip(bulletin.unit.name.pick(bulletin.language), limits.text)
