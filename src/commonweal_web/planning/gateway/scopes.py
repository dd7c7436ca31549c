"""Which panels, sittings and plans an address may be about: not seen is 404, seen but not allowed is 403."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Delegation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.organisations.scopes import bodies_of
from commonweal_web.planning.doors import child_scope, plan_scope
from commonweal_web.planning.gateway import approvers
from commonweal_web.planning.models import Condition, Meeting, Panel, Plan, PlanMeasure, Sitting

sitting_scope = child_scope(Sitting, "sitting")
condition_scope = child_scope(Condition, "condition", "sitting__plan")


def panel_scope(user: Any, permission: Permission, organisation_id: int, panel_id: int, **rest: Any) -> dict[str, Any]:
    """Replace both ids by a panel of a body that the person works for or acts for, and `meeting_id` by its meeting."""
    body = get_object_or_404(bodies_of(user), pk=organisation_id)
    if not organisations.organisations_with(user, permission).filter(pk=body.pk).exists():
        raise NotPermitted(
            f"Your roles do not let you {TABLE[permission].action} at {body}. "
            f"This is for: {holders_in_words(permission)}."
        )
    panel = get_object_or_404(Panel.objects.select_related("body", "directorate"), pk=panel_id, body=body)
    if "meeting_id" not in rest:
        return {"panel": panel, **rest}
    meeting = get_object_or_404(Meeting, pk=rest.pop("meeting_id"), panel=panel)
    meeting.panel = panel
    return {"meeting": meeting, **rest}


def put_scope(user: Any, permission: Permission, plan_id: int, **rest: Any) -> dict[str, Any]:
    """Give the view a plan that the person may put before a panel: of their body, whether or not they work on it."""
    plans = Plan.objects.filter(pk=plan_id).select_related("authority", "directorate", "policy", "created_by")
    found = plans.allowing(user, permission).first()
    return {"plan": found, **rest} if found else plan_scope(user, permission, plan_id, **rest)


def approval_scope(user: Any, permission: Permission, plan_id: int, **rest: Any) -> dict[str, Any]:
    """
    Give the view a plan (and its measure) that the person may approve; say who can if they may not.

    A delegate comes in by the delegation, and one whose delegation is over learns that it is.
    """
    plans = Plan.objects.filter(pk=plan_id).select_related("authority", "directorate", "policy", "created_by")
    found = plans.visible_to(user).first()
    if found is None:
        held = Delegation.objects.filter(delegate=user).values("organisation")
        found = plans.filter(authority__in=held).exclude(state__in=(Plan.State.DRAFT, Plan.State.WITHDRAWN)).first()
    if found is None:
        raise Http404("There is no such plan, or it is not one of yours.")
    answer: dict[str, Any] = {"plan": found, **rest}
    if "measure_id" in rest:
        answer["measure"] = get_object_or_404(PlanMeasure, pk=answer.pop("measure_id"), plan=found)
        answer["measure"].plan = answer.pop("plan")
    right = approvers.right_of(found, user, clock.today())
    if not right.ok:
        raise NotPermitted(approvers.of_a_plan(right.reason), code="no_right")
    return answer
