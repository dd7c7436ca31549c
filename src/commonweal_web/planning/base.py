"""What every service here does first: lock the plan, look at permission, state and version; and last: the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models

from commonweal_web.audit import services as audit
from commonweal_web.core import outbox
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import Refused
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import allow
from commonweal_web.planning.models import Plan

BEFORE_PANEL = frozenset({Plan.State.DRAFT, Plan.State.SENT_BACK})
"""States in which a plan can be put before the panel; it rests on the policy of the day until it is."""
OPEN = BEFORE_PANEL | {Plan.State.CONDITIONS}
"""
States in which the plan itself is written. Within the panel's conditions too: "raise the measure for care leavers" is
met by a change of the plan, and who closes a condition is shown everything that changed since the panel saw it.
"""


def day_of(now: dt.datetime) -> dt.date:
    """Return the calendar day in London."""
    return now.astimezone(LONDON).date()


def locked(plan: Plan, permission: Permission, by: Any) -> Plan:
    """Return the plan's row, locked until the end of the transaction; refuse who may not act on it."""
    found = Plan.objects.select_for_update(of=("self",)).select_related("authority", "directorate").get(pk=plan.pk)
    allow(by, permission, found)
    return found


def written(plan: Plan) -> None:
    """
    Refuse a change of a plan that is not being written.

    :raises Refused: with its state and what to do
    """
    if plan.state not in OPEN:
        raise Refused(
            f"{plan.reference} is {plan.get_state_display()}, so it cannot be changed. "
            "Have it sent back by the panel or the director first.",
            code="state",
        )


def role_of(by: Any, permission: Permission) -> str:
    """Return the role in which somebody acts, for the log."""
    return min(selectors.roles_of(by, permission), default="")


def log(
    *,
    plan: Plan,
    record: models.Model | tuple[str, int, str],
    verb: str,
    by: Any,
    permission: Permission,
    now: dt.datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the act's one row of the log, last."""
    audit.record(
        organisation_id=plan.authority_id,
        by=by,
        role=role_of(by, permission),
        verb=verb,
        record=record,
        now=now,
        old=old,
        new=new,
        reason=reason,
    )


def tell(*, plan: Plan, to: Any, key: str, subject: str, body: str, now: dt.datetime) -> None:
    """Queue a mail to a person about a plan, once for each key."""
    outbox.queue(
        key=f"plan:{plan.pk}:{key}:{to.pk}",
        to=to.email,
        to_user_id=to.pk,
        subject=f"{plan.reference}: {subject}",
        body=body,
        now=now,
        organisation_id=plan.authority_id,
    )
