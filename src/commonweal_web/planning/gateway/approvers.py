"""Who may approve the measures of a plan, and to whom a measure goes when the usual director proposed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations.approval import ApprovalRight, approval_right, who_can_approve
from commonweal_web.organisations.models import ActingFor, User, in_force
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.gateway import members
from commonweal_web.planning.models import Plan, PlanPart

NOBODY: frozenset[int] = frozenset()


def right_of(plan: Plan, user: Any, on: dt.date, *, not_by: frozenset[int] = NOBODY) -> ApprovalRight:
    """Return whether somebody may approve this plan's measures, with the reason and who can."""
    named = PlanPart.objects.filter(in_force(on), plan=plan, user=user, part=PlanPart.Part.DIRECTOR).exists()
    return approval_right(
        user=user,
        organisation=plan.authority,
        directorate=plan.directorate,
        value_pence=plan.value_pence,
        on=on,
        assigned=named,
        not_by=not_by | hindered(plan),
    )


def approvers(plan: Plan, on: dt.date, *, not_by: frozenset[int] = NOBODY) -> list[User]:
    """Return who may approve here: the director, delegates, and who was named; without `not_by` and who is hindered."""
    without = not_by | hindered(plan)
    usual = who_can_approve(
        organisation=plan.authority,
        directorate=plan.directorate,
        value_pence=plan.value_pence,
        on=on,
        not_by=without,
    )
    parts = PlanPart.objects.filter(in_force(on), plan=plan, part=PlanPart.Part.DIRECTOR)
    named = User.objects.filter(plan_parts__in=parts, is_active=True).exclude(pk__in=without)
    found = {user.pk: user for user in [*(user for user, _ in usual), *named]}
    return list(found.values())


def route(plan: Plan, on: dt.date, proposers: Iterable[int]) -> dict[int, list[User]]:
    """
    Return to whom the measures of each proposer go; another director is named for the plan where nobody else is left.

    The caller holds the plan's lock. An empty list means that the body has nobody else.
    """
    return {proposer: _route(plan, on, proposer) for proposer in sorted(set(proposers))}


def refuse_unless_may_approve(plan: Plan, by: Any, on: dt.date, *, proposer_id: int, ref: str) -> ApprovalRight:
    """
    Return the right by which `by` approves a measure; the caller holds the plan's lock.

    :raises Refused: for one's own proposal, with who can
    :raises NotPermitted: without the right, with the reason and who can
    """
    excluded = frozenset({proposer_id})
    if proposer_id == by.pk:
        others = names_of(approvers(plan, on, not_by=excluded))
        raise Refused(f"You proposed {ref} yourself, so somebody else approves it: {others}.", code="own_proposal")
    right = right_of(plan, by, on, not_by=excluded)
    if not right.ok:
        raise NotPermitted(of_a_plan(right.reason), code="no_right")
    why = hindrance(plan, by)
    if why:
        raise NotPermitted(f"{why} {names_of(approvers(plan, on, not_by=excluded))} can approve.", code="hindered")
    return right


def hindrance(plan: Plan, user: Any) -> str:
    """Return why somebody with the right may still not approve here; empty where they may."""
    if user.pk in members.tied(plan):
        return f"You declared an interest in {plan.reference}."
    if user.pk in _wrote(plan):
        return f"You wrote {plan.reference} yourself."
    return ""


def hindered(plan: Plan) -> frozenset[int]:
    """Return the ids of those who may approve nothing here: who wrote the plan, or has an interest in it."""
    return frozenset(_wrote(plan) | members.tied(plan))


def of_a_plan(reason: str) -> str:
    """Return the reason of a right in the words of planning: what is to be approved is a plan here."""
    return reason.replace("this contract", "this plan")


def names_of(people: Iterable[User]) -> str:
    """Return names joined by "or"; who has none to name says so."""
    return " or ".join(str(one) for one in people) or "nobody of this body"


def _wrote(plan: Plan) -> set[int]:
    """Who made the plan or has a part in writing it; a proposal of one measure hinders only for that measure."""
    parts = PlanPart.objects.filter(plan=plan, part__in=members.DRAFTING).values_list("user", flat=True)
    return {plan.created_by_id, *parts}


def _route(plan: Plan, on: dt.date, proposer: int) -> list[User]:
    excluded = frozenset({proposer})
    found = approvers(plan, on, not_by=excluded)
    if found:
        return found
    services = ActingFor.objects.filter(in_force(on), partner=plan.authority).values("service")
    at = Q(memberships__organisation=plan.authority) | Q(memberships__organisation__in=services)
    directors = User.objects.filter(at, in_force(on, "memberships__"), memberships__role=Role.APP, is_active=True)
    other = directors.exclude(pk__in=excluded | hindered(plan)).order_by("pk").distinct().first()
    if other is None:
        return []
    PlanPart.objects.get_or_create(plan=plan, user=other, part=PlanPart.Part.DIRECTOR, starts=on)
    return [other]
