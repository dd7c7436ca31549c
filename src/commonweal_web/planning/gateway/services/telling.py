"""Mails about the panel and the approval, and the directors to whom measures go once a plan has passed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from commonweal_web.organisations.models import User, in_force
from commonweal_web.planning import base
from commonweal_web.planning.gateway import approvers, members
from commonweal_web.planning.gateway.deciding import Outcome
from commonweal_web.planning.models import Condition, Plan, PlanMeasure, PlanPart, PlanVersion, Sitting


def writers(plan: Plan, on: dt.date) -> list[User]:
    """Return those who work on a plan today: commissioner, procurement officer, lead; else who made it."""
    parts = PlanPart.objects.filter(in_force(on), plan=plan, part__in=members.DRAFTING)
    return list(User.objects.filter(plan_parts__in=parts, is_active=True).distinct()) or [plan.created_by]


def put(sitting: Sitting, now: dt.datetime) -> None:
    """Tell the members that a plan is on the agenda."""
    meeting, plan = sitting.meeting, sitting.plan
    for seat in members.voters(sitting, meeting.on):
        base.tell(
            plan=plan, to=seat.user, key=f"put:{sitting.pk}", now=now,
            subject=f"before the {meeting.panel} on {_day(meeting.on)}",
            body=f"{plan.reference} {plan.title} is on the agenda of the {meeting.panel} on {_day(meeting.on)}.\n\n"
            "Sign in to read the pack and vote. You can change your vote until the meeting is held.\n",
        )  # fmt: skip


def decided(sitting: Sitting, outcome: Outcome, now: dt.datetime) -> dict[str, Any]:
    """Tell those who wrote the plan what was decided; where it passed, hand its measures to the directors."""
    plan = sitting.plan
    said = sitting.get_decision_display() if sitting.decision else "not decided"
    lines = "".join(f"- {text}\n" for text in outcome.conditions)
    reasons = _reasons(sitting) if sitting.decision == Sitting.Decision.SEND_BACK else ""
    for person in writers(plan, base.day_of(now)):
        base.tell(
            plan=plan, to=person, key=f"decided:{sitting.pk}", now=now, subject=f"{said} by the panel",
            body=f"The {sitting.meeting.panel}: {said}. {outcome.words}\n\n{lines}{reasons}"
            "Sign in to see the plan and what comes next.\n",
        )  # fmt: skip
    return passed(plan, now) if plan.state == Plan.State.PASSED else {}


def passed(plan: Plan, now: dt.datetime) -> dict[str, Any]:
    """Hand the measures of a plan that passed the panel to who can approve them; return to whom, for the log."""
    day = base.day_of(now)
    rows = list(PlanMeasure.objects.filter(plan=plan).exclude(state=PlanMeasure.State.APPROVED))
    routed = approvers.route(plan, day, (row.proposed_by_id for row in rows))
    for person in {user.pk: user for users in routed.values() for user in users}.values():
        refs = ", ".join(row.ref for row in rows if person in routed[row.proposed_by_id])
        base.tell(
            plan=plan, to=person, key=f"passed:{plan.version}", now=now, subject="measures wait for your approval",
            body=f"{plan.reference} {plan.title} has passed the panel. These measures wait for you: {refs}.\n\n"
            "Sign in to approve them, or to send one back with the reason.\n",
        )  # fmt: skip
    return {"approvers": sorted({user.pk for users in routed.values() for user in users})}


def answered(condition: Condition, now: dt.datetime) -> None:
    """Tell the members who can close a condition that it was answered."""
    sitting = condition.sitting
    for seat in members.voters(sitting, base.day_of(now)):
        if seat.user_id != condition.answered_by_id:
            base.tell(
                plan=sitting.plan, to=seat.user, key=f"answered:{condition.pk}:{condition.version}", now=now,
                subject="a condition was answered",
                body=f"The condition: {condition.text}\nThe answer: {condition.answer}\n\n"
                "Sign in to close it, or to say what is still missing.\n",
            )  # fmt: skip


def to_writers(plan: Plan, key: str, subject: str, body: str, now: dt.datetime) -> None:
    """Tell everybody who works on a plan."""
    for person in writers(plan, base.day_of(now)):
        base.tell(plan=plan, to=person, key=key, subject=subject, body=body, now=now)


def locked(version: PlanVersion, now: dt.datetime) -> None:
    """Tell those who wrote the plan that it is approved."""
    plan = version.plan
    to_writers(
        plan, f"version:{version.number}", f"approved and locked as version {version.number}",
        f"Every measure of {plan.reference} {plan.title} is approved. The plan is locked as version {version.number}, "
        f"and its hash is {version.sha256}.\n\nSign in to make the tender pack from it.\n", now,
    )  # fmt: skip


def _reasons(sitting: Sitting) -> str:
    day = base.day_of(sitting.decided_at) if sitting.decided_at else sitting.meeting.on
    found = [one.reason for one in members.ballots(sitting, day) if one.vote == Sitting.Decision.SEND_BACK]
    return "".join(f"- {reason}\n" for reason in found)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
