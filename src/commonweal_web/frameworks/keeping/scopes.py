"""Which bodies, packs and measures an address may be about: not one's own is 404, no right to it is 403."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from commonweal_web.frameworks.keeping.services.common import allow
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.scopes import bodies_of


def body_scope(user: Any, permission: Permission, organisation_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `organisation_id` by the body; the person works there, or for a body that acts for it."""
    body = get_object_or_404(bodies_of(user), pk=organisation_id)
    allow(user, permission, body)
    return {"body": body, **rest}


def pack_scope(user: Any, permission: Permission, organisation_id: int, pack_id: int) -> dict[str, Any]:
    """Give the view a pack of the body."""
    body = body_scope(user, permission, organisation_id)["body"]
    people = ("drafted_by", "proposed_by", "published_by", "licence_confirmed_by")
    pack = get_object_or_404(Pack.objects.select_related(*people), pk=pack_id, body=body)
    pack.body = body
    return {"pack": pack}


def measure_scope(user: Any, permission: Permission, organisation_id: int, local_id: int) -> dict[str, Any]:
    """Give the view a measure of the body's own."""
    body = body_scope(user, permission, organisation_id)["body"]
    measure = get_object_or_404(LocalMeasure.objects.select_related("owner"), pk=local_id, body=body)
    measure.body = body
    return {"measure": measure}
