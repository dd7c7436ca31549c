"""The scope of every page about one plan: not seen is 404, seen but not allowed is 403 with the reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.planning.models import Plan


def allow(user: Any, permission: Permission, plan: Plan) -> None:
    """
    Refuse unless `user` holds `permission` on `plan`; services call it as well as doors.

    :raises NotPermitted: with the reason and who may
    """
    if Plan.objects.filter(pk=plan.pk).allowing(user, permission).exists():
        return
    if selectors.roles_of(user, permission):
        raise NotPermitted(
            f"You may {TABLE[permission].action}, but not on {plan.reference}: you have no part in it.",
            code="not_assigned",
        )
    raise NotPermitted(
        f"Your roles do not let you {TABLE[permission].action}. This is for: {holders_in_words(permission)}."
    )


def may(user: Any, permission: Permission, plan: Plan) -> bool:
    """Say whether a page offers an act."""
    return Plan.objects.filter(pk=plan.pk).allowing(user, permission).exists()


def plan_scope(user: Any, permission: Permission, plan_id: int, **rest: Any) -> dict[str, Any]:
    """
    Replace `plan_id` of the address by the plan, for `requires`.

    :raises Http404: if there is none, or it is not in their scope; both look the same
    """
    plans = Plan.objects.filter(pk=plan_id).select_related("authority", "directorate", "policy", "created_by")
    found = plans.visible_to(user).first()
    if found is None:
        raise Http404("There is no such plan, or it is not one of yours.")
    allow(user, permission, found)
    return {"plan": found, **rest}


def child_scope(model: Any, name: str, path: str = "plan") -> Any:
    """Return a scope that replaces `plan_id` and `<name>_id` by a record of the plan, found inside it."""

    def scope(user: Any, permission: Permission, plan_id: int, **rest: Any) -> dict[str, Any]:
        plan = plan_scope(user, permission, plan_id)["plan"]
        row = model.objects.filter(**{path: plan, "pk": rest.pop(f"{name}_id")}).first()
        if row is None:
            raise Http404("This plan has no such record.")
        return {"plan": plan, name: row, **rest}

    return scope
