"""
Emergency access: a platform administrator reads one body for some hours, and the body is told.

Nobody is asked first, since an emergency cannot wait; so each step is on record instead. The row, the log's row and the
mail stand or fall together, and every page that is read writes another row.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from commonweal_web.audit import services as audit
from commonweal_web.audit.models import Event
from commonweal_web.core import outbox
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import Refused
from commonweal_web.organisations import selectors
from commonweal_web.organisations.emergency_models import HOURS, EmergencyAccess
from commonweal_web.organisations.models import Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services.common import acting_role, day_of, said

SHORTEST_REASON = 10
OPENED, READ, ENDED = "emergency.opened", "emergency.read", "emergency.ended"
MOST_A_MINUTE = 30
"""So many pages a minute are read: each is in the log, and nobody fills it. The next is refused, not left out."""


@transaction.atomic
def open_emergency_access(
    *, organisation: Organisation, reason: str, hours: int, by: Any, now: dt.datetime
) -> EmergencyAccess:
    """
    Let a platform administrator read a body for `hours`, and tell its auditors.

    :raises NotPermitted: if `by` is no platform administrator
    :raises Refused: if they have a role there, have another access, or nobody there could be told
    """
    role = acting_role(by, Permission.EMERGENCY_OPEN)
    by = User.objects.select_for_update().get(pk=by.pk)
    told = told_at(organisation, day_of(now))
    _check(organisation, reason, hours, by, told)
    _make_room(by, now)
    access = EmergencyAccess.objects.create(
        person=by, organisation=organisation, reason=reason.strip(), starts_at=now, hours=hours
    )
    audit.record(
        organisation_id=organisation.pk,
        by=by,
        role=role,
        verb=OPENED,
        record=access,
        now=now,
        new={"person": by.pk, "hours": hours, "ends_at": access.ends_at},
        reason=access.reason,
    )
    for person in told:
        _tell(access, person, now)
    return access


@transaction.atomic
def end_emergency_access(*, by: Any, now: dt.datetime) -> EmergencyAccess | None:
    """End the access that runs for `by` before its time; None if none does. Ending one that has ended is no mistake."""
    access = EmergencyAccess.objects.select_for_update().running(now).filter(person=by).first()
    if access is None:
        return None
    access.ended_at = now
    access.save(update_fields=["ended_at"])
    audit.record(
        organisation_id=access.organisation_id,
        by=by,
        role=Role.PA.value,
        verb=ENDED,
        record=access,
        now=now,
        new={"ended_at": now},
    )
    return access


@transaction.atomic
def note_read(*, access: EmergencyAccess, page: str, by: Any, now: dt.datetime) -> None:
    """
    Note in the body's log that a page was read: one row for each page and minute.

    :raises Refused: if more pages were read in a minute than anybody reads, or the access ended meanwhile
    """
    row = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    if not row.runs(now):
        raise Refused("The emergency access has ended.", code="ended")
    since = now - dt.timedelta(minutes=1)
    read = Event.objects.filter(chain=row.organisation_id, actor_id=by.pk, verb=READ, at__gt=since, at__lte=now)
    pages = set(read.values_list("record_label", flat=True))
    if page[:300] in pages:
        return
    if len(pages) >= MOST_A_MINUTE:
        raise Refused(
            f"You have read {MOST_A_MINUTE} pages within a minute under the emergency access, and each is written to "
            "the log. Wait a minute, then go on.",
            code="too_many",
        )
    audit.record(
        organisation_id=row.organisation_id,
        by=by,
        role=Role.PA.value,
        verb=READ,
        record=(row._meta.label_lower, row.pk, page[:300]),
        now=now,
        new={"page": page[:300]},
    )


def told_at(organisation: Organisation, day: dt.date) -> list[User]:
    """Return who hears of an access to a body: its auditors, or its administrators where it has no auditor."""
    for role in (Role.AUD, Role.BA):
        held = User.objects.filter(
            in_force(day, "memberships__"), memberships__organisation=organisation, memberships__role=role
        )
        found = list(held.filter(is_active=True).distinct().order_by("pk"))
        if found:
            return found
    return []


def until(access: EmergencyAccess) -> str:
    """Return when an access runs out, in words: "8 July 2026 at 14:00"."""
    ends = access.ends_at.astimezone(LONDON)
    return f"{said(ends.date())} at {ends:%H:%M}"


def _check(organisation: Organisation, reason: str, hours: int, by: Any, told: list[User]) -> None:
    if hours not in HOURS:
        raise Refused("Choose 1, 4 or 8 hours.", code="hours", field="hours")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            f"Say in {SHORTEST_REASON} characters or more why you need to read this. The auditor gets these words.",
            code="reason",
            field="reason",
        )
    if not organisation.is_authority:
        raise Refused("Choose an authority: contracts and returns are kept there.", code="kind", field="organisation")
    if selectors.acted_for(by, [role.value for role in Role]).filter(pk=organisation.pk).exists():
        raise Refused(
            f"You have a role at {organisation}: what you read there goes by that role.",
            code="role",
            field="organisation",
        )
    if not told:
        raise Refused(
            f"{organisation} has no auditor and no administrator who could be told. Invite an administrator first.",
            code="nobody_told",
            field="organisation",
        )


def _make_room(by: Any, now: dt.datetime) -> None:
    """One access at a time: note that those which ran out have ended, and refuse while one runs."""
    running = EmergencyAccess.objects.running(now).filter(person=by).select_related("organisation").first()
    if running is not None:
        raise Refused(
            f"Your emergency access to {running.organisation} runs until {until(running)}. End it first.",
            code="running",
        )
    for row in EmergencyAccess.objects.filter(person=by, ended_at__isnull=True):
        row.ended_at = row.ends_at
        row.save(update_fields=["ended_at"])


def _tell(access: EmergencyAccess, person: User, now: dt.datetime) -> None:
    where = settings.BASE_URL + reverse("organisations:emergency_log", args=[access.organisation_id])
    outbox.queue(
        key=f"emergency/{access.pk}/{person.pk}",
        to=person.email,
        to_user_id=person.pk,
        organisation_id=access.organisation_id,
        subject=f"Emergency access to {access.organisation}",
        body=(
            f"{access.person}, a platform administrator, opened an emergency access to {access.organisation}. They can "
            f"read its contracts, returns and evidence until {until(access)}, and change nothing.\n\n"
            f"Their reason: {access.reason}\n\n"
            f"Every page that they read is listed here, and in the log:\n{where}\n\n"
            "If you do not know of this emergency, ask them, and tell whoever is responsible for the service.\n"
        ),
        now=now,
    )
