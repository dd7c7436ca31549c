"""What waits for somebody at the panel and the approval, for the list of what needs them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.gateway import approvers, members
from commonweal_web.planning.models import Condition, Meeting, PanelMember, Plan, PlanMeasure, PlanPart, Sitting

SITTING = ("meeting__panel__body", "plan__authority", "plan__directorate")


def votes(user: Any, day: dt.date) -> list[Sitting]:
    """Return the sittings that are not held, on which a member can vote and has not, the next meeting first."""
    rows = Sitting.objects.filter(meeting__held_at__isnull=True, meeting__panel__in=_panels(user, day))
    rows = rows.exclude(votes__member=user).select_related(*SITTING).order_by("meeting__on", "pk")
    return [one for one in rows if not members.hindrance(one, user, day)]


def meetings(user: Any, day: dt.date) -> list[Meeting]:
    """Return the meetings whose day has come, for who arranges them and put none of their plans."""
    bodies = organisations.organisations_with(user, Permission.PANEL_ARRANGE)
    rows = Meeting.objects.filter(panel__body__in=bodies, held_at__isnull=True, on__lte=day, sittings__isnull=False)
    own = Sitting.objects.filter(put_by=user).values("meeting")
    return list(rows.exclude(pk__in=own).select_related("panel__body").distinct().order_by("on", "pk"))


def to_answer(user: Any, day: dt.date) -> list[Condition]:
    """Return the conditions without an answer of the plans on which somebody works."""
    mine = PlanPart.objects.filter(in_force(day), user=user, part__in=members.DRAFTING).values("plan")
    plans = Plan.objects.filter(pk__in=mine).allowing(user, Permission.PLAN_DRAFT)
    return list(_open().filter(sitting__plan__in=plans.values("pk"), answered_by__isnull=True))


def to_close(user: Any, day: dt.date) -> list[Condition]:
    """Return the answered conditions that a member can close."""
    rows = _open().filter(sitting__meeting__panel__in=_panels(user, day), answered_by__isnull=False)
    return [one for one in rows.exclude(answered_by=user) if not members.hindrance(one.sitting, user, day)]


def approvals(user: Any, day: dt.date) -> list[tuple[Plan, int, dt.datetime]]:
    """Return the plans with measures that somebody can approve, how many, and since when they wait."""
    seen = Plan.objects.allowing(user, Permission.PLAN_APPROVE).values("pk")
    held = organisations.delegations_held(user, day=day).values("organisation")
    rows = Plan.objects.filter(Q(pk__in=seen) | Q(authority__in=held), state=Plan.State.PASSED)
    found = []
    for plan in rows.select_related("authority", "directorate").order_by("pk"):
        left = PlanMeasure.objects.filter(plan=plan, state=PlanMeasure.State.PROPOSED).exclude(proposed_by=user)
        count = left.count()
        if count and approvers.right_of(plan, user, day).ok and not approvers.hindrance(plan, user):
            found.append((plan, count, _since(plan)))
    return found


def _open() -> QuerySet[Condition]:
    rows = Condition.objects.filter(closed_by__isnull=True, sitting__plan__state=Plan.State.CONDITIONS)
    rows = rows.select_related(*(f"sitting__{name}" for name in SITTING))
    return rows.filter(sitting__decision=Sitting.Decision.CONDITIONS).order_by("pk")


def _panels(user: Any, day: dt.date) -> QuerySet[PanelMember, Any]:
    return PanelMember.objects.filter(in_force(day), user=user).values("panel")


def _since(plan: Plan) -> dt.datetime:
    """When the plan passed: with the last condition, or with the decision."""
    sitting = plan.sittings.order_by("-put_at", "-pk").first()
    closed = Condition.objects.filter(sitting=sitting, closed_at__isnull=False).order_by("-closed_at").first()
    moments = (closed.closed_at if closed else None, sitting.decided_at if sitting else None, plan.created_at)
    return next(moment for moment in moments if moment is not None)
