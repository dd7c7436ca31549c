"""Which needs an address may be about: those of the body in the address only."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Need
from commonweal_web.planning.plans.scopes import body_scope

__all__ = ["body_scope", "need_scope"]


def need_scope(user: Any, permission: Permission, organisation_id: int, need_id: int) -> dict[str, Any]:
    """Give the view a need of the body."""
    body = body_scope(user, permission, organisation_id)["body"]
    need = get_object_or_404(Need.objects.select_related("created_by"), pk=need_id, body=body)
    need.body = body
    return {"need": need}
