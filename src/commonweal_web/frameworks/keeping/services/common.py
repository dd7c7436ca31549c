"""What the services of keeping share: who may act for a body, and the act's one row of the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models

from commonweal_web.audit import services as audit
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words


def allow(by: Any, permission: Permission, body: Organisation) -> None:
    """
    Refuse unless `by` holds the permission at the body, or at one that acts for it.

    :raises NotPermitted: with who may
    """
    if not organisations.organisations_with(by, permission).filter(pk=body.pk).exists():
        raise NotPermitted(
            f"Your roles do not let you {TABLE[permission].action} at {body}. "
            f"This is for: {holders_in_words(permission)}."
        )


def day_of(now: dt.datetime) -> dt.date:
    """Return the calendar day in London."""
    return now.astimezone(LONDON).date()


def log(
    *,
    body: Organisation,
    record: models.Model,
    verb: str,
    permission: Permission,
    by: Any,
    now: dt.datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the act's one row of the log, last."""
    audit.record(
        organisation_id=body.pk,
        by=by,
        role=min(organisations.roles_of(by, permission), default=""),
        verb=verb,
        record=record,
        now=now,
        old=old,
        new=new,
        reason=reason,
    )
