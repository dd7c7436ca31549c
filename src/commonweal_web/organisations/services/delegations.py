"""Delegation: a strategic director lets another person approve, up to a limit and until a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal_web.audit import services as audit
from commonweal_web.core import outbox
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import (
    ActingFor,
    Delegation,
    Directorate,
    Membership,
    Organisation,
    User,
    in_force,
)
from commonweal_web.organisations.policies import TABLE, Permission, roles_with
from commonweal_web.organisations.roles import BUYER_ROLES, Role
from commonweal_web.organisations.services.common import day_of, locked, said

LONGEST = dt.timedelta(days=366)


@transaction.atomic
def give_delegation(
    *,
    organisation: Organisation,
    delegate: User,
    starts: dt.date,
    ends: dt.date,
    reason: str,
    by: Any,
    now: dt.datetime,
    directorate: Directorate | None = None,
    limit_pence: int | None = None,
) -> Delegation:
    """
    Delegate approval in a directorate (or the whole body, for a director of the whole body).

    :raises NotPermitted: if `by` is no strategic director there
    :raises Refused: to oneself, to somebody outside, for another's directorate, or beyond a year or the own role
    """
    organisation = locked(organisation)
    own = _directorship(by, organisation, directorate, day_of(now))
    _check(organisation, delegate, directorate, starts, ends, own, by, day_of(now))
    given = Delegation.objects.create(
        organisation=organisation,
        directorate=directorate,
        approver=by,
        delegate=delegate,
        limit_pence=limit_pence,
        starts=starts,
        ends=ends,
        reason=reason,
        created_at=now,
    )
    audit.record(
        organisation_id=organisation.pk,
        by=by,
        role=Role.APP.value,
        verb="delegation.given",
        record=("organisations.delegation", given.pk, f"delegation {given.pk}"),
        now=now,
        new={
            "delegate": delegate.pk,
            "directorate": given.directorate_id,
            "limit_pence": limit_pence,
            "starts": starts,
            "ends": ends,
        },
        reason=reason,
    )
    _tell(given, f"{by} delegated approval to you, from {said(starts)} to {said(ends)}.", "given", now)
    return given


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, reason: str, by: Any, now: dt.datetime) -> Delegation:
    """
    Take a delegation back at once. What was approved under it stands.

    :raises NotPermitted: unless `by` gave it
    :raises Refused: if it has ended or was revoked
    """
    locked(delegation.organisation)
    row = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    if row.approver_id != by.pk:
        raise NotPermitted(f"This delegation was given by {row.approver}. Only they can revoke it.")
    if row.revoked_at is not None or row.ends < day_of(now):
        raise Refused("This delegation has ended already.", code="ended")
    row.revoked_at, row.revoked_reason = now, reason
    row.save(update_fields=["revoked_at", "revoked_reason"])
    audit.record(
        organisation_id=row.organisation_id,
        by=by,
        role=Role.APP.value,
        verb="delegation.revoked",
        record=("organisations.delegation", row.pk, f"delegation {row.pk}"),
        now=now,
        new={"revoked_at": now},
        reason=reason,
    )
    _tell(row, f"{by} took back the approval delegated to you.", "revoked", now)
    return row


def _directorship(by: Any, organisation: Organisation, directorate: Directorate | None, day: dt.date) -> Membership:
    """Return the membership by which `by` may delegate there."""
    services = ActingFor.objects.filter(in_force(day), partner=organisation).values("service")
    held = selectors.memberships(by, day=day).filter(role__in=roles_with(Permission.DELEGATION_GIVE))
    held = held.filter(Q(organisation=organisation) | Q(organisation__in=services))
    if not held.exists():
        raise NotPermitted(
            f"You are no {Role.APP.label} of {organisation}, so you cannot {TABLE[Permission.DELEGATION_GIVE].action}."
        )
    wide = Q(directorate__isnull=True)
    fitting = held.filter(wide | Q(directorate=directorate)) if directorate is not None else held.filter(wide)
    own = fitting.order_by("pk").first()
    if own is None:
        names = ", ".join(sorted({str(one.directorate) for one in held.select_related("directorate")}))
        raise Refused(f"You can delegate only what is yours: {names}.", code="directorate", field="directorate")
    return own


def _check(
    organisation: Organisation,
    delegate: User,
    directorate: Directorate | None,
    starts: dt.date,
    ends: dt.date,
    own: Membership,
    by: Any,
    today: dt.date,
) -> None:
    if delegate.pk == by.pk:
        raise Refused("Choose another person: you can approve already.", code="oneself", field="delegate")
    if not may_hold(organisation, today).filter(pk=delegate.pk).exists():
        raise Refused(f"{delegate} has no role at {organisation} now.", code="stranger", field="delegate")
    if starts < today:
        raise Refused("The first day must be today or later.", code="dates", field="starts")
    if ends < starts:
        raise Refused("The last day must be on or after the first.", code="dates", field="ends")
    if ends - starts > LONGEST:
        raise Refused("A delegation can last a year at most. Choose an earlier last day.", code="long", field="ends")
    if own.ends is not None and ends > own.ends:
        raise Refused(f"Your own role ends on {said(own.ends)}. Choose an earlier last day.", code="own", field="ends")
    if directorate is not None and directorate.organisation_id != organisation.pk:
        raise Refused(f"{directorate} is no directorate of {organisation}.", code="directorate", field="directorate")


def may_hold(organisation: Organisation, day: dt.date) -> Any:
    """Return the people to whom approval can be delegated: on the buyer's side of the body or its shared service."""
    services = ActingFor.objects.filter(in_force(day), partner=organisation).values("service")
    there = Q(memberships__organisation=organisation) | Q(memberships__organisation__in=services)
    fitting = BUYER_ROLES - {Role.AUD, Role.SCR}
    return User.objects.filter(
        there, in_force(day, "memberships__"), memberships__role__in=fitting, is_active=True
    ).distinct()


def _tell(given: Delegation, sentence: str, what: str, now: dt.datetime) -> None:
    outbox.queue(
        key=f"delegation:{given.pk}:{what}",
        to=given.delegate.email,
        subject=f"Approval at {given.organisation}",
        body=f"{sentence}\n\nYou see it on the page of your account in Commonweal.",
        now=now,
        organisation_id=given.organisation_id,
        to_user_id=given.delegate_id,
    )
