"""What the services of this part share: who may, one row of the log, what the public sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from django.db import models

from commonweal_web.audit import services as audit
from commonweal_web.core import idempotency
from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.planning import base
from commonweal_web.planning.listening import selectors

MAY = Permission.PLAN_DRAFT
PUBLIC = "public"
"""The role under which the log keeps what somebody did who needs no account."""
ANYBODY = SimpleNamespace(pk=0)
"""Whose form it is, where nobody is asked who they are."""


def allow_at(body: Organisation, by: Any) -> None:
    """
    :raises NotPermitted: for who drafts no plans of the body
    """
    if not selectors.may_draft_at(by, body):
        raise NotPermitted(
            f"Your roles do not let you {TABLE[MAY].action} at {body}. This is for: {holders_in_words(MAY)}."
        )


def log(
    *,
    body: int,
    record: models.Model,
    verb: str,
    by: Any,
    now: dt.datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the act's one row of the log, last."""
    role = PUBLIC if by is None else base.role_of(by, MAY)
    audit.record(
        organisation_id=body, by=by, role=role, verb=verb, record=record, now=now, old=old, new=new, reason=reason
    )


def digest(*parts: str) -> str:
    """Return what tells two forms apart."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def once(*, key: str, content: str, act: Callable[[], int], now: dt.datetime) -> int:
    """Do for the public once what a form asks, however often it is sent; other words are another form."""
    sent = digest(key, content) if key else ""
    return int(idempotency.idempotent(user=ANYBODY, key=sent, body_hash=content, act=act, now=now).reference)
