"""Who sits on a panel on a day, who of them may vote on a plan, and the votes that count."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from commonweal_web.organisations.models import ActingFor, Membership, Organisation, in_force
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.gateway.deciding import Ballot
from commonweal_web.planning.models import Interest, Panel, PanelMember, Plan, PlanMeasure, PlanPart, Sitting

DRAFTING = (PlanPart.Part.COMMISSIONER, PlanPart.Part.PROCUREMENT, PlanPart.Part.LEAD)
"""The parts of those who write a plan; once somebody had one, they wrote it."""


def seats(panel: Panel, on: dt.date) -> QuerySet[PanelMember]:
    """Return the seats in force of people who also hold the role of a panel member, the chair first."""
    holders = members_at(panel.body, on)
    found = PanelMember.objects.filter(in_force(on), panel=panel, user__in=holders, user__is_active=True)
    return found.select_related("user").order_by("-chair", "user__name", "pk")


def members_at(body: Organisation, on: dt.date) -> QuerySet[Membership, Any]:
    """Return who holds the role of a panel member at a body, or at a shared service that acts for it."""
    services = ActingFor.objects.filter(in_force(on), partner=body).values("service")
    rows = Membership.objects.filter(in_force(on), role=Role.CAT)
    return rows.filter(Q(organisation=body) | Q(organisation__in=services)).values("user")


def drafters(plan: Plan) -> set[int]:
    """Return the ids of those who wrote a plan: who made it, who has or had a part in it, who proposed a measure."""
    parts = PlanPart.objects.filter(plan=plan, part__in=DRAFTING).values_list("user", flat=True)
    proposers = PlanMeasure.objects.filter(plan=plan).values_list("proposed_by", flat=True)
    return {plan.created_by_id, *parts, *proposers}


def tied(plan: Plan) -> set[int]:
    """Return the ids of those who declared an interest in a plan."""
    return set(Interest.objects.filter(plan=plan).values_list("user", flat=True))


def voters(sitting: Sitting, on: dt.date) -> list[PanelMember]:
    """Return the seats whose votes count: in force, not of who wrote the plan, not of who has an interest in it."""
    without = drafters(sitting.plan) | tied(sitting.plan)
    found: dict[int, PanelMember] = {}
    for seat in seats(sitting.meeting.panel, on):
        if seat.user_id not in without:
            found.setdefault(seat.user_id, seat)
    return list(found.values())


def hindrance(sitting: Sitting, user: Any, on: dt.date) -> str:
    """Return why somebody cannot vote on a plan or close its conditions; empty where they can."""
    panel = sitting.meeting.panel
    if not seats(panel, on).filter(user=user).exists():
        return f"You have no seat on the {panel} that is in force on this day, with the role of a panel member."
    if user.pk in tied(sitting.plan):
        return f"You declared an interest in {sitting.plan.reference}, so you take no part in its decision."
    if user.pk in drafters(sitting.plan):
        return f"You worked on {sitting.plan.reference} yourself, so others decide on it."
    return ""


def ballots(sitting: Sitting, on: dt.date) -> list[Ballot]:
    """Return the latest vote of each member whose vote counts."""
    latest = {vote.member_id: vote for vote in sitting.votes.order_by("pk")}
    return [
        Ballot(seat.user_id, str(seat.user), latest[seat.user_id].vote, latest[seat.user_id].reason, seat.chair)
        for seat in voters(sitting, on)
        if seat.user_id in latest
    ]
