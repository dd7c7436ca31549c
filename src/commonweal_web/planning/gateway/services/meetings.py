"""Meetings of a panel: made, plans put before them, held. Holding one ends the votes and decides each of its plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.planning import base
from commonweal_web.planning.gateway import members, selectors
from commonweal_web.planning.gateway.deciding import Outcome, decide
from commonweal_web.planning.gateway.frozen import content_for_panel
from commonweal_web.planning.gateway.services import telling
from commonweal_web.planning.models import Condition, Meeting, Panel, Plan, Sitting
from commonweal_web.planning.plans.content import sha256_of
from commonweal_web.planning.policies.deciding import decide_plan

ARRANGE = Permission.PANEL_ARRANGE
AFTER: dict[str, str] = {
    Sitting.Decision.APPROVE: Plan.State.PASSED,
    Sitting.Decision.CONDITIONS: Plan.State.CONDITIONS,
    Sitting.Decision.SEND_BACK: Plan.State.SENT_BACK,
    "": Plan.State.DRAFT,
}
"""The state of a plan after a decision; without one it can be put on another agenda."""


def may_arrange(by: Any, body: Organisation) -> bool:
    """Whether somebody arranges panels of a body."""
    return organisations.organisations_with(by, ARRANGE).filter(pk=body.pk).exists()


@transaction.atomic
def meeting_make(*, panel: Panel, on: dt.date, place: str = "", by: Any, now: dt.datetime) -> Meeting:
    """
    Make a meeting of a panel.

    :raises Refused: for a day that has passed, a day that is taken, or a panel that has ended by then
    """
    panel = Panel.objects.select_for_update(of=("self",)).select_related("body").get(pk=panel.pk)
    _insist(by, panel.body)
    if on < base.day_of(now):
        raise Refused("The meeting must be today or later. Choose another day.", code="past", field="on")
    if panel.ends is not None and panel.ends < on:
        raise Refused(f"The {panel} ends before that day. Choose an earlier day.", code="ended", field="on")
    if panel.meetings.filter(on=on).exists():
        raise Refused(f"The {panel} already meets on that day. Choose another day.", code="taken", field="on")
    meeting = Meeting.objects.create(panel=panel, on=on, place=place.strip(), made_by=by, made_at=now)
    _log(meeting, "panel.meeting_made", by, now, new={"panel": panel.pk, "on": on, "place": meeting.place})
    return meeting


@transaction.atomic
def plan_put(*, plan: Plan, meeting: Meeting, by: Any, now: dt.datetime, shown: int | None = None) -> Sitting:
    """
    Put a plan before a meeting: from then on it is not changed, and the panel sees it as it stands now.

    :raises Invalid: with everything that is missing
    :raises Refused: for a plan that is not being written, or a meeting that is held or of another panel
    """
    plan = base.locked(plan, ARRANGE, by)
    plan.expect(shown)
    if plan.state not in base.BEFORE_PANEL:
        raise Refused(f"{plan.reference} is {plan.get_state_display()}, so it is not put before a panel.", code="state")
    meeting = _locked(meeting)
    _refuse_meeting(meeting, plan, base.day_of(now))
    left = selectors.missing(plan, by)
    if left:
        raise Invalid({"": [f"{plan.reference} cannot go to the panel yet.", *left]})
    plan.policy = decide_plan(plan, base.day_of(now)).policy
    plan.save(update_fields=["policy"])
    content = content_for_panel(plan, base.day_of(now))
    sitting = Sitting.objects.create(
        meeting=meeting, plan=plan, content=content, sha256=sha256_of(content), put_by=by, put_at=now
    )
    old = plan.state
    plan.state = Plan.State.AT_PANEL
    plan.touch()
    plan.save(update_fields=["state", "version"])
    meeting.touch()
    meeting.save(update_fields=["version"])
    new = {"state": plan.state, "meeting": meeting.pk, "on": meeting.on, "sha256": sitting.sha256}
    base.log(plan=plan, record=plan, verb="plan.put", by=by, permission=ARRANGE, now=now, old={"state": old}, new=new)
    telling.put(sitting, now)
    return sitting


@transaction.atomic
def meeting_hold(*, meeting: Meeting, by: Any, now: dt.datetime, shown: int | None = None) -> list[Sitting]:
    """
    Close a meeting: no vote is cast any more, and the votes that count decide each plan; one row of the log for each.

    :raises Refused: before its day, a second time, with an empty agenda, or by who put one of the plans
    :raises StaleVersion: if a plan was put on the agenda since the page was opened
    """
    plan_ids = sorted(meeting.sittings.values_list("plan", flat=True))
    list(Plan.objects.select_for_update(of=("self",)).filter(pk__in=plan_ids).order_by("pk"))
    meeting = _locked(meeting)
    _insist(by, meeting.panel.body)
    meeting.expect(shown)
    sittings = list(meeting.sittings.select_related("plan__authority", "plan__directorate").order_by("pk"))
    _refuse_holding(meeting, sittings, by, base.day_of(now))
    if {one.plan_id for one in sittings} - set(plan_ids):
        raise Refused("A plan was put on the agenda just now. Open the meeting again.", code="stale_version")
    meeting.held_at = now
    meeting.touch()
    meeting.save(update_fields=["held_at", "version"])
    for sitting in sittings:
        sitting.meeting = meeting
        _decide(sitting, by, now)
    return sittings


def _decide(sitting: Sitting, by: Any, now: dt.datetime) -> None:
    counted = members.ballots(sitting, base.day_of(now))
    outcome = decide(counted, quorum=sitting.meeting.panel.quorum)
    sitting.decision, sitting.decision_reason = outcome.decision, outcome.words
    if outcome.decision:
        sitting.decided_by, sitting.decided_at = by, now
    sitting.touch()
    sitting.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at", "version"])
    Condition.objects.bulk_create(Condition(sitting=sitting, text=text) for text in outcome.conditions)
    plan, old = sitting.plan, sitting.plan.state
    plan.state = AFTER[outcome.decision]
    plan.touch()
    plan.save(update_fields=["state", "version"])
    routed = telling.decided(sitting, outcome, now)
    base.log(
        plan=plan, record=plan, verb="plan.decided", by=by, permission=ARRANGE, now=now, old={"state": old},
        new={"state": plan.state, "meeting": sitting.meeting_id, "decision": outcome.decision, **_votes(outcome),
             "votes": [{"member": one.member_id, "vote": one.vote} for one in counted], **routed},
        reason=outcome.words,
    )  # fmt: skip


def _votes(outcome: Outcome) -> dict[str, Any]:
    return {"conditions": list(outcome.conditions)} if outcome.conditions else {}


def _locked(meeting: Meeting) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("panel__body")
    return rows.get(pk=meeting.pk)


def _refuse_meeting(meeting: Meeting, plan: Plan, day: dt.date) -> None:
    if meeting.held_at is not None or meeting.on < day:
        raise Refused("This meeting is over. Choose a later one.", code="held", field="meeting")
    if not selectors.fits(meeting.panel, plan, meeting.on):
        raise Refused(
            f"The {meeting.panel} does not take plans of category {plan.category or 'none'}. Choose another panel.",
            code="category",
            field="meeting",
        )
    if meeting.sittings.filter(plan=plan).exists():
        raise Refused("The plan was before this meeting already. Choose a later one.", code="again", field="meeting")


def _refuse_holding(meeting: Meeting, sittings: list[Sitting], by: Any, day: dt.date) -> None:
    if meeting.held_at is not None:
        raise Refused("This meeting is held already, and its plans are decided. Open it to see how.", code="held")
    if day < meeting.on:
        raise Refused(f"The meeting is on {meeting.on.day} {meeting.on:%B %Y}. Hold it on that day.", code="early")
    if not sittings:
        raise Refused("No plan is on the agenda, so there is nothing to decide. Put one on it first.", code="empty")
    own = [one.plan.reference for one in sittings if one.put_by_id == by.pk]
    if own:
        raise Refused(
            f"You put {', '.join(own)} on the agenda, so somebody else closes this meeting: another "
            f"{holders_in_words(ARRANGE)} of this body.",
            code="own_proposal",
        )


def _insist(by: Any, body: Organisation) -> None:
    if not may_arrange(by, body):
        raise NotPermitted(
            f"Your roles do not let you {TABLE[ARRANGE].action} at {body}. This is for: {holders_in_words(ARRANGE)}."
        )


def _log(meeting: Meeting, verb: str, by: Any, now: dt.datetime, *, new: dict[str, Any]) -> None:
    audit.record(
        organisation_id=meeting.panel.body_id, by=by, role=base.role_of(by, ARRANGE), verb=verb, record=meeting,
        now=now, new=new,
    )  # fmt: skip
