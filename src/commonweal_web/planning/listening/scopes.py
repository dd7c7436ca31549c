"""Which forms and posted needs an officer's address may be about: those of the body in the address only."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import allow, plan_scope
from commonweal_web.planning.listening import selectors
from commonweal_web.planning.models import Need, PriorityAnswer
from commonweal_web.planning.plans.scopes import body_scope

__all__ = ["body_scope", "need_scope", "plan_scope", "priority_scope", "sounding_scope"]


def priority_scope(
    user: Any, permission: Permission, organisation_id: int, priority_id: int, **rest: Any
) -> dict[str, Any]:
    """Give the view a form on priorities of the body; one about a plan is for who has a part in the plan."""
    body = body_scope(user, permission, organisation_id)["body"]
    priority = get_object_or_404(selectors.priorities_of(user, body), pk=priority_id)
    priority.body = body
    if priority.plan is not None:
        allow(user, permission, priority.plan)
    if "answer_id" in rest:
        answer = get_object_or_404(PriorityAnswer, pk=rest.pop("answer_id"), priority=priority)
        answer.priority = priority
        rest["answer"] = answer
    return {"priority": priority, **rest}


def need_scope(user: Any, permission: Permission, organisation_id: int, need_id: int) -> dict[str, Any]:
    """Give the view a need of the body."""
    body = body_scope(user, permission, organisation_id)["body"]
    need = get_object_or_404(Need.objects.prefetch_related("offers"), pk=need_id, body=body)
    need.body = body
    return {"need": need}


def sounding_scope(user: Any, permission: Permission, plan_id: int, sounding_id: int) -> dict[str, Any]:
    """Give the view a sounding of the plan."""
    plan = plan_scope(user, permission, plan_id)["plan"]
    return {"sounding": get_object_or_404(selectors.soundings_of(plan), pk=sounding_id)}
