"""What the pages of the panel and the director show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from commonweal.reporting import model
from commonweal_web.core.tables import Cell, Column, Table, summary_row
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import may
from commonweal_web.planning.gateway import approvers, deciding, members, pack, selectors
from commonweal_web.planning.gateway.services.meetings import may_arrange
from commonweal_web.planning.models import Condition, Meeting, Panel, Plan, PlanMeasure, Sitting
from commonweal_web.planning.plans import words
from commonweal_web.planning.plans.content import DELIVERABLE, content_of

APART = ("Conditions", "People")
"""Groups of a plan's words in which a change is no change of the plan."""


def caption(plan: Plan) -> dict[str, Any]:
    """Return what every page about one plan needs."""
    return {"plan": plan, "caption": f"{plan.reference} {plan.title}"}


def meeting_url(meeting: Meeting) -> str:
    """Return the address of a meeting."""
    return reverse("planning:panel_meeting", args=[meeting.panel.body_id, meeting.panel_id, meeting.pk])


def meetings_table(panel: Panel) -> Table:
    """Return a panel's meetings."""
    rows = []
    for one in selectors.meetings_of(panel):
        one.panel = panel
        state = f"held on {moment(one.held_at)}" if one.held_at else "not held yet"
        rows.append([Cell(day_words(one.on), href=meeting_url(one), hint=one.place), Cell(f"{one.plans}"), Cell(state)])  # type: ignore[attr-defined]
    columns = [Column("Meeting"), Column("Plans", numeric=True), Column("State")]
    empty = "No meeting was made yet. Make one, then put plans on its agenda."
    return Table("Meetings", columns, rows, empty=empty, stacks=True)


def agenda(meeting: Meeting, user: Any, day: dt.date) -> dict[str, Any]:
    """Return a meeting's agenda as far as somebody may read the plans on it."""
    seen = set(Plan.objects.filter(sittings__meeting=meeting).visible_to(user).values_list("pk", flat=True))
    sittings = list(meeting.sittings.select_related("plan__authority", "plan__directorate", "meeting__panel__body"))
    rows = [_agenda_row(one, user, day) for one in sittings if one.plan_id in seen]
    columns = [Column("Plan"), Column("Votes", numeric=True), Column("Your vote"), Column("Decision")]
    empty = "No plan that you may read is on the agenda. A plan is put on it from the plan's own page."
    arranges = may_arrange(user, meeting.panel.body)
    return {
        "meeting": meeting,
        "seats": list(members.seats(meeting.panel, day)),
        "table": Table("Agenda", columns, rows, empty=empty, stacks=True),
        "others": len(sittings) - len(rows),
        "may_hold": arranges and meeting.held_at is None and bool(sittings) and meeting.on <= day,
        "waits": meeting.held_at is None and meeting.on > day,
    }


def _agenda_row(sitting: Sitting, user: Any, day: dt.date) -> list[Cell]:
    plan, held = sitting.plan, sitting.meeting.held_at
    cast = len(members.ballots(sitting, base_day(sitting, day)))
    own = selectors.vote_of(sitting, user)
    decision = sitting.get_decision_display() if sitting.decision else "not decided" if held else "open"
    return [
        Cell(str(plan), href=reverse("planning:panel_sitting", args=[plan.pk, sitting.pk])),
        Cell(f"{cast}"),
        Cell(own.get_vote_display() if own else "–"),
        Cell(decision, hint=sitting.decision_reason if held else ""),
    ]


def base_day(sitting: Sitting, day: dt.date) -> dt.date:
    """Return the day on which votes count: that of the decision, or today while it is open."""
    return sitting.decided_at.date() if sitting.decided_at else day


def standing(plan: Plan, user: Any, day: dt.date) -> dict[str, Any]:
    """Return where a plan stands on its way to a locked version, and what this person can do next."""
    before = selectors.sections_before(plan, user)
    left = selectors.missing(plan, user) if plan.state in (Plan.State.DRAFT, Plan.State.SENT_BACK) else []
    writing = plan.state in (Plan.State.DRAFT, Plan.State.SENT_BACK)
    conditions = [_condition(one, plan, user, day) for one in selectors.conditions_of(plan)]
    return caption(plan) | {
        "title": "Panel and director",
        "before": before,
        "left": left,
        "writing": writing,
        "may_put": writing and not left and may(user, Permission.PANEL_ARRANGE, plan),
        "sittings": _sittings(plan),
        "conditions": conditions,
        "approvals": approvals(plan, day) if plan.state in (Plan.State.PASSED, Plan.State.APPROVED) else None,
        "may_approve": plan.state == Plan.State.PASSED and approvers.right_of(plan, user, day).ok,
        "may_reopen": plan.state == Plan.State.APPROVED and may(user, Permission.PLAN_DRAFT, plan),
        "versions": list(plan.versions.select_related("approved_by").order_by("-number")),
    }


def _condition(condition: Condition, plan: Plan, user: Any, day: dt.date) -> dict[str, Any]:
    is_open = condition.closed_by_id is None and plan.state == Plan.State.CONDITIONS
    answered = condition.answered_by_id is not None
    closes = is_open and answered and condition.answered_by_id != user.pk
    return {
        "condition": condition,
        "status": "Closed" if condition.closed_by_id else "Answered" if answered else "Open",
        "may_answer": is_open and may(user, Permission.PLAN_DRAFT, plan),
        "may_close": closes and not members.hindrance(condition.sitting, user, day),
    }


def _sittings(plan: Plan) -> Table:
    rows = []
    for one in selectors.sittings_of(plan):
        said = one.get_decision_display() if one.decision else "not decided" if one.meeting.held_at else "open"
        hint = one.decision_reason if one.meeting.held_at else ""
        where = Cell(
            f"{one.meeting.panel}, {day_words(one.meeting.on)}",
            href=reverse("planning:panel_sitting", args=[plan.pk, one.pk]),
        )
        rows.append([where, Cell(said, hint=hint), Cell(str(one.put_by), hint=moment(one.put_at))])
    columns = [Column("Before"), Column("Decision"), Column("Put by")]
    return Table("Before the panel", columns, rows, empty="The plan was not before a panel yet.", stacks=True)


def approvals(plan: Plan, day: dt.date) -> Table:
    """Return each measure with its state, and who can approve it where nobody has."""
    rows = []
    for one in PlanMeasure.objects.filter(plan=plan).select_related("proposed_by", "decided_by", "delegation"):
        rows.append([Cell(str(one)), Cell(str(one.proposed_by)), Cell(*_decided(one, plan, day))])
    columns = [Column("Measure"), Column("Proposed by"), Column("Decision")]
    return Table("Approval of the measures", columns, rows, empty="The plan has no measures.", stacks=True)


def _decided(one: PlanMeasure, plan: Plan, day: dt.date) -> tuple[str]:
    if one.decided_by is not None:
        by = "by delegation, " if one.delegation_id else ""
        return (f"{one.get_state_display()}, {by}{one.decided_by} on {day_words(one.decided_at)}",)
    people = approvers.approvers(plan, day, not_by=frozenset({one.proposed_by_id}))
    return (f"waits for {approvers.names_of(people)}",)


def sitting_page(sitting: Sitting, user: Any, day: dt.date) -> dict[str, Any]:
    """Return the pack with what somebody can do about it, and after the meeting how each member voted."""
    plan, held = sitting.plan, sitting.meeting.held_at is not None
    own = selectors.vote_of(sitting, user)
    why = members.hindrance(sitting, user, day)
    counted = members.ballots(sitting, base_day(sitting, day))
    ties = plan.interests.select_related("user").order_by("at")
    return caption(plan) | {
        "sitting": sitting,
        "meeting": sitting.meeting,
        "meeting_url": meeting_url(sitting.meeting),
        "title": "Pack for the panel",
        "sections": blocks_of(pack.document(sitting)),
        "has_text": pack.has_text(sitting),
        "held": held,
        "own": own,
        "why_not": why,
        "member": members.seats(sitting.meeting.panel, day).filter(user=user).exists(),
        "may_vote": not held and not why and may(user, Permission.GATEWAY_VOTE, plan),
        "may_declare": not held and may(user, Permission.CONFLICT_DECLARE, plan)
        and not any(one.user_id == user.pk for one in ties),
        "cast": len(counted),
        "quorum": sitting.meeting.panel.quorum,
        "votes": _votes(counted) if held else None,
        "ties": [f"{one.user}: {one.words}" for one in ties],
    }  # fmt: skip


def _votes(counted: list[deciding.Ballot]) -> Table:
    labels = dict(Sitting.Decision.choices)
    rows = [
        [
            Cell(one.name, hint="chair" if one.chair else ""),
            Cell(labels[Sitting.Decision(one.vote)]),
            Cell(one.reason or "–"),
        ]
        for one in counted
    ]
    columns = [Column("Member"), Column("Vote"), Column("Reason or conditions")]
    return Table("How the members voted", columns, rows, empty="Nobody voted.", stacks=True)


def changes_since(sitting: Sitting) -> tuple[Table, dict[str, Any]]:
    """Return what changed in a plan since the panel saw it, and the plan's content as it is compared."""
    now = content_of(sitting.plan)
    before = sitting.content.get("plan", {})
    pairs = [one for one in words.side_by_side(before, now) if one.what and one.group not in APART] if before else []
    rows = [
        [Cell(one.label, hint=one.group), Cell(one.what), Cell(one.before or "–"), Cell(one.after or "–")]
        for one in pairs
    ]
    columns = [Column("What"), Column("Change"), Column("The panel saw"), Column("Now")]
    empty = "Nothing in the plan has changed since the panel saw it."
    return Table("What changed since the panel saw the plan", columns, rows, empty=empty, stacks=True), now


def to_approve(plan: Plan, user: Any, day: dt.date) -> dict[str, Any]:
    """Return what a director sees: each measure as it would be locked, with what hinders them."""
    cards = []
    for one in PlanMeasure.objects.filter(plan=plan).select_related("proposed_by", "decided_by"):
        content = {name: getattr(one, name) for name in (*DELIVERABLE, "target", "value_per_unit", "value_licensed")}
        content["why"] = one.why
        others = approvers.approvers(plan, day, not_by=frozenset({one.proposed_by_id}))
        cards.append(
            {
                "measure": one,
                "target": pack.target(content),
                "worth": pack.worth(content),
                "why": pack.why(content),
                "own": one.proposed_by_id == user.pk,
                "waits": one.state == PlanMeasure.State.PROPOSED,
                "others": approvers.names_of(others),
            }
        )
    return caption(plan) | {
        "title": "Approve the measures",
        "cards": cards,
        "open": any(card["waits"] and not card["own"] for card in cards) and plan.state == Plan.State.PASSED,
        "state": plan.get_state_display(),
        "hindrance": approvers.hindrance(plan, user),
        "right": approvers.right_of(plan, user, day).reason,
        "sitting": selectors.sitting_now(plan),
        "reads": may(user, Permission.PLAN_READ, plan),
    }


def blocks_of(report: model.Report) -> list[dict[str, Any]]:
    """Return a document's sections as what the page's parts take."""
    return [
        {"title": section.title, "anchor": section.anchor, "blocks": [_block(block) for block in section.blocks]}
        for section in report.sections
    ]


def _block(block: model.Block) -> dict[str, Any]:
    if isinstance(block, model.Facts):
        return {"facts": [summary_row(name, text) for name, text in block.items]}
    if isinstance(block, model.Prose):
        return {"paragraphs": block.paragraphs, "bullets": block.bullets}
    assert isinstance(block, model.Table)
    columns = [Column(one.heading) for one in block.columns]
    rows = [
        [Cell(str(cell.value if cell.value is not None else cell.text)) for cell in row.cells] for row in block.rows
    ]
    return {"table": Table(block.caption, columns, rows, stacks=True), "note": block.note}
