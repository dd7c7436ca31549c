"""Which consultations an officer's address may be about: of another body is 404, of one's own without the right 403."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from commonweal_web.frameworks.consulting import selectors
from commonweal_web.frameworks.models import Comment, DropIn
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.scopes import body_scope


def consultation_scope(user: Any, permission: Permission, consultation_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `consultation_id` by the consultation, `comment_id` and `drop_in_id` by a comment and a session of it."""
    consultation = get_object_or_404(selectors.for_the_public(), pk=consultation_id)
    body_scope(user, permission, consultation.body_id)
    if "comment_id" in rest:
        comments = Comment.objects.select_related("answered_by")
        comment = get_object_or_404(comments, pk=rest.pop("comment_id"), consultation=consultation)
        comment.consultation = consultation
        rest["comment"] = comment
    if "drop_in_id" in rest:
        drop_in = get_object_or_404(DropIn, pk=rest.pop("drop_in_id"), consultation=consultation)
        drop_in.consultation = consultation
        rest["drop_in"] = drop_in
    return {"consultation": consultation, **rest}
