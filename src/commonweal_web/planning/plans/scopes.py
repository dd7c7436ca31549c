"""Which body an address about plans may name: one that is not theirs is 404, no right to it is 403."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.organisations.scopes import bodies_of


def body_scope(user: Any, permission: Permission, organisation_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `organisation_id` by the body; the person works there, or at a service that acts for it."""
    body = get_object_or_404(bodies_of(user), pk=organisation_id)
    if not organisations.organisations_with(user, permission).filter(pk=body.pk).exists():
        raise NotPermitted(
            f"Your roles do not let you {TABLE[permission].action} at {body}. "
            f"This is for: {holders_in_words(permission)}."
        )
    return {"body": body, **rest}
