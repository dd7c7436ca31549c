"""What the pages about a body's policy and panels share: tabs, and their tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonweal.policy.rules import PolicyPack, Rule
from commonweal_web.core.tables import Cell, Column, Table, summary_row
from commonweal_web.core.templatetags.worth import day
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks.keeping.selectors import may
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Panel, PanelMember, Policy
from commonweal_web.planning.policies.words import TOPICS, Difference, effect_words, value_words

TABS = (
    ("plans", "Plans", "plan_list", Permission.PLAN_READ),
    ("policy", "Policy", "policy_list", Permission.MEASURES_READ),
    ("panels", "Panels", "panel_list", Permission.MEASURES_READ),
    ("portfolio", "Planned procurements", "policy_portfolio", Permission.DASHBOARD_READ),
)


def body_context(body: Organisation, user: Any, current: str) -> dict[str, Any]:
    """Return what every page of a body's policy shows, with its tabs."""
    return {
        "body": body,
        "caption": str(body),
        "tabs_label": "Pages of planning",
        "tabs": [
            {"text": text, "href": reverse(f"planning:{name}", args=[body.pk]), "current": key == current}
            for key, text, name, permission in TABS
            if may(user, permission, body)
        ],
        "may_draft": may(user, Permission.POLICY_DRAFT, body),
        "may_adopt": may(user, Permission.POLICY_ADOPT, body),
        "may_arrange": may(user, Permission.PANEL_ARRANGE, body),
        "may_plans": may(user, Permission.PLAN_READ, body),
    }


def state_of(policy: Policy, in_force: Policy | None, today: dt.date) -> Cell:
    """Return the state of a version in words, with who and when."""
    if policy.state == Policy.State.ADOPTED:
        words = f"In force from {day(policy.starts)}"
        if policy.starts > today:
            words = f"Adopted, in force from {day(policy.starts)}"
        elif in_force is None or policy.pk != in_force.pk:
            words = f"Was in force from {day(policy.starts)}"
        return Cell(words, hint=f"Adopted by {policy.adopted_by}, {day(policy.adopted_at)}")
    if policy.state == Policy.State.PROPOSED:
        return Cell("Waits for somebody to adopt it", hint=f"{policy.proposed_by}, {day(policy.proposed_at)}")
    if policy.state == Policy.State.DRAFT and policy.decision_reason:
        return Cell("Sent back", hint=policy.decision_reason[:120])
    words = "Given up" if policy.state == Policy.State.LEFT else "Draft"
    return Cell(words, hint=f"{policy.drafted_by}, {day(policy.drafted_at)}")


def policies_table(caption: str, policies: Iterable[Policy], in_force: Policy | None, today: dt.date) -> Table:
    """Return versions as a table, the latest first."""
    rows = [
        [
            Cell(one.label, href=reverse("planning:policy_page", args=[one.body_id, one.pk])),
            Cell(day(one.starts)),
            state_of(one, in_force, today),
        ]
        for one in policies
    ]
    columns = (Column("Version"), Column("First day"), Column("State"))
    empty = "No version is kept here yet. Until one is adopted, plans follow the law alone."
    return Table(caption, columns, rows, empty=empty)


def facts_of(policy: Policy, in_force: Policy | None, today: dt.date) -> list[dict[str, Any]]:
    """Return the facts of a version as lines of a summary."""
    state = state_of(policy, in_force, today)
    rows = [
        ("State", format_html('{}<span class="cw-cell__hint">{}</span>', state.text, state.hint)),
        ("First day", day(policy.starts)),
        ("Drafted by", f"{policy.drafted_by}, {day(policy.drafted_at)}"),
        ("Proposed by", f"{policy.proposed_by}, {day(policy.proposed_at)}" if policy.proposed_by_id else ""),
        ("Reason of the decision", policy.decision_reason),
        ("SHA-256", format_html('<span class="cw-hash">{}</span>', policy.sha256)),
    ]
    return [summary_row(key, value) for key, value in rows if value]


def rules_table(pack: PolicyPack) -> Table:
    """Return each rule in plain words: what, from which value, who, where it stands and what follows."""
    order = list(TOPICS)
    rules = sorted(pack.rules, key=lambda rule: order.index(rule.topic))
    rows = [
        [
            Cell(rule.title, hint=TOPICS[rule.topic]),
            Cell(value_words(rule), hint=_dates(rule, pack)),
            Cell(html=_lines(effect_words(rule.effect))) if effect_words(rule.effect) else Cell("–"),
            Cell(rule.duty_holder),
            Cell(rule.provision, hint=rule.source.title),
        ]
        for rule in rules
    ]
    columns = (
        Column("Rule"),
        Column("From which value"),
        Column("What follows"),
        Column("Who"),
        Column("Where it stands"),
    )
    return Table("Rules", columns, rows, stacks=True)


def _dates(rule: Rule, pack: PolicyPack) -> str:
    parts = [f"From {day(rule.start)}"] if rule.start and rule.start != pack.start else []
    parts += [f"until {day(rule.end)}"] if rule.end else []
    return " ".join([*parts, *(f"Not for: {one.text}" for one in rule.exceptions)])


def _lines(lines: Iterable[str]) -> SafeString:
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))


def differences_table(found: Iterable[Difference], before: Policy | None, now: Policy) -> Table:
    """Return what a version changes, topic by topic."""
    rows = [
        [Cell(one.topic), *(Cell(html=_lines(side)) if side else Cell("Nothing") for side in (one.before, one.now))]
        for one in found
    ]
    against = f"Version {before.label}" if before else "No version before"
    columns = (Column("On"), Column(against), Column(f"Version {now.label}"))
    caption = f"What it changes against version {before.label}" if before else "What it brings"
    return Table(caption, columns, rows, empty="The rules say the same.", stacks=True)


def panels_table(panels: Iterable[Panel], today: dt.date) -> Table:
    """Return a body's panels as a table."""
    rows = [
        [
            Cell(one.name, href=reverse("planning:panel_page", args=[one.body_id, one.pk])),
            Cell(categories_of(one)),
            Cell(str(one.directorate or "Every directorate")),
            Cell(f"{one.quorum}"),
            Cell("In being" if one.ends is None or one.ends >= today else f"Ended on {day(one.ends)}"),
        ]
        for one in panels
    ]
    columns = (
        Column("Panel"),
        Column("Categories"),
        Column("Directorate"),
        Column("Votes needed", numeric=True),
        Column("State"),
    )
    return Table("Category panels", columns, rows, empty="There is no panel yet. Make one to vote on plans.")


def categories_of(panel: Panel) -> str:
    """Return the categories of a panel in words."""
    named = (f"{one} {cpv.label_of(one)}".strip() for one in panel.categories)
    return ", ".join(named) or "Every category"


def seats_table(panel: Panel, seats: Iterable[PanelMember], today: dt.date, *, may_arrange: bool) -> Table:
    """Return the seats of a panel as a table."""
    rows = []
    for seat in seats:
        running = seat.ends is None or seat.ends >= today
        until = f"until {day(seat.ends)}" if seat.ends else "with no end"
        end = reverse("planning:panel_unseat", args=[panel.body_id, panel.pk, seat.pk])
        rows.append(
            [
                Cell(str(seat.user)),
                Cell("Chair" if seat.chair else "Member"),
                Cell(f"From {day(seat.starts)} {until}"),
                Cell("End the seat", href=end) if may_arrange and running else Cell("–" if running else "Ended"),
            ]
        )
    columns = (Column("Who"), Column("Seat"), Column("When"), Column("Change"))
    return Table("Seats", columns, rows, empty="Nobody sits on this panel yet.")
