"""
One act for one form, however often it is sent: the first answer is stored with the act and given again.

A form carries a hidden key of its own (`{% form_key %}`); the key and the answer's reference are one row in the act's
transaction. When two sends arrive together, the second waits for the first and gets its answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import QueryDict

from commonweal_web.core.errors import Refused

FIELD = "form_key"
LONGEST_KEY = 255
KEPT = dt.timedelta(days=30)
_NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}


class Submission(models.Model):
    """A form that was dealt with: whose, under which key, with which content, and where the answer is."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=LONGEST_KEY)
    body_hash = models.CharField(max_length=64)
    reference = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user_id", "key"], name="core_submission_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}/{self.key}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the answer is (an address, an id), and whether this call did the act or found it done."""

    reference: str
    first: bool


@transaction.atomic
def idempotent(*, user: Any, key: str, body_hash: str, act: Callable[[], object], now: dt.datetime) -> Outcome:
    """
    Do `act` once for this person and key, and store what it returns (as text) in the same transaction.

    If the act raises, nothing is stored and the form can be sent again. Without a key the act is simply done.

    :raises Refused: if the key is too long, or was used with other content
    """
    if not key:
        return Outcome(str(act()), first=True)
    if len(key) > LONGEST_KEY:
        raise Refused(f"The key of a form has at most {LONGEST_KEY} characters. Open the page again.", code="key")
    row, first = Submission.objects.get_or_create(
        user_id=user.pk, key=key, defaults={"body_hash": body_hash, "created_at": now}
    )
    if not first:
        return _again(row, body_hash)
    row.reference = str(act())
    row.save(update_fields=["reference"])
    return Outcome(row.reference, first=True)


def new_key() -> str:
    """Return a key for one form on one page."""
    return secrets.token_urlsafe(18)


def form_hash(post: QueryDict | Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was filled in, without the form's own hidden keys."""
    lists = post.lists() if isinstance(post, QueryDict) else post.items()
    content = sorted((name, values) for name, values in lists if name not in _NOT_CONTENT)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def forget(now: dt.datetime) -> int:
    """Delete the keys that no open page can still hold."""
    deleted, _ = Submission.objects.filter(created_at__lt=now - KEPT).delete()
    return deleted


def _again(row: Submission, body_hash: str) -> Outcome:
    if row.body_hash != body_hash:
        raise Refused(
            "This page was sent before with other answers, and those were saved. "
            "Open the page again to see them, then make your change.",
            code="key_used",
        )
    return Outcome(row.reference, first=False)
