"""Which bodies, policies and panels an address may be about: not one's own is 404, no right to it is 403."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from commonweal_web.frameworks.keeping.scopes import body_scope
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Panel, PanelMember
from commonweal_web.planning.policies.selectors import policies_of

__all__ = ["body_scope", "member_scope", "panel_scope", "policy_scope"]


def policy_scope(user: Any, permission: Permission, organisation_id: int, policy_id: int) -> dict[str, Any]:
    """Give the view a version of the body's policy."""
    body = body_scope(user, permission, organisation_id)["body"]
    policy = get_object_or_404(policies_of(body), pk=policy_id)
    policy.body = body
    return {"policy": policy}


def panel_scope(user: Any, permission: Permission, organisation_id: int, panel_id: int, **rest: Any) -> dict[str, Any]:
    """Give the view a panel of the body."""
    body = body_scope(user, permission, organisation_id)["body"]
    panel = get_object_or_404(Panel.objects.select_related("directorate"), pk=panel_id, body=body)
    panel.body = body
    return {"panel": panel, **rest}


def member_scope(
    user: Any, permission: Permission, organisation_id: int, panel_id: int, member_id: int
) -> dict[str, Any]:
    """Give the view a seat on a panel of the body."""
    panel = panel_scope(user, permission, organisation_id, panel_id)["panel"]
    member = get_object_or_404(PanelMember.objects.select_related("user"), pk=member_id, panel=panel)
    member.panel = panel
    return {"member": member}
