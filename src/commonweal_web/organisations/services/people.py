"""Roles: given by another person with dates, ended with a hand-over, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal_web.audit import services as audit
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import Delegation, Directorate, Membership, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import DIRECTORATE_ROLES, Role
from commonweal_web.organisations.services.common import (
    ADMINISTRATORS,
    acting_role,
    check_role,
    day_of,
    locked,
    not_to_oneself,
    said,
)
from commonweal_web.organisations.services.sessions import end_sessions


@transaction.atomic
def give_role(
    *,
    organisation: Organisation,
    user: User,
    role: str,
    by: Any,
    now: dt.datetime,
    directorate: Directorate | None = None,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
) -> Membership:
    """
    Give a person one more role at an organisation. Their sessions end, so that they sign in as what they now are.

    :raises NotPermitted: if `by` does not manage the people of this organisation
    :raises Refused: to oneself, a role that does not fit the body, dates in the wrong order, or held already
    """
    locked(organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, organisation)
    not_to_oneself(by, user)
    if not Membership.objects.filter(organisation=organisation, user=user).exists():
        raise Refused(f"{user} has never been part of {organisation}. Send an invitation.", code="stranger")
    membership = add_membership(
        organisation=organisation,
        user=user,
        role=role,
        directorate=directorate,
        starts=starts or day_of(now),
        ends=ends,
        given_by=by,
    )
    end_sessions(user=user, why="given a role", now=now)
    audit.record(
        organisation_id=organisation.pk,
        by=by,
        role=acted_as,
        verb="person.role_given",
        record=user,
        now=now,
        new=_facts(membership),
    )
    return membership


def add_membership(
    *,
    organisation: Organisation,
    user: User,
    role: str,
    starts: dt.date,
    given_by: User | None,
    directorate: Directorate | None = None,
    ends: dt.date | None = None,
) -> Membership:
    """
    Add a membership after the checks that hold however it comes about; the caller locks, permits and logs.

    :raises Refused: with the field that is to be mended
    """
    check_role(organisation, role)
    if directorate is not None and directorate.organisation_id != organisation.pk:
        raise Refused(f"{directorate} is no directorate of {organisation}.", code="directorate", field="directorate")
    if ends is not None and ends < starts:
        raise Refused(f"The last day must be on or after {said(starts)}.", code="dates", field="ends")
    directorate = directorate if role in DIRECTORATE_ROLES else None
    held = Membership.objects.filter(organisation=organisation, user=user, role=role, directorate=directorate)
    if held.filter(Q(ends__isnull=True) | Q(ends__gte=starts)).exists():
        raise Refused(f"{user} is {Role(role).label} there already.", code="held", field="role")
    return Membership.objects.create(
        organisation=organisation,
        user=user,
        role=role,
        directorate=directorate,
        starts=starts,
        ends=ends,
        given_by=given_by,
    )


@transaction.atomic
def end_role(
    *,
    membership: Membership,
    by: Any,
    now: dt.datetime,
    reason: str,
    last_day: dt.date | None = None,
    handed_to: User | None = None,
) -> Membership:
    """
    End one role at once, or after a last day. It stays on record with whom the work went to.

    :raises NotPermitted: if `by` does not manage the people of this organisation
    :raises Refused: if it has ended, the heir cannot take the work, or the last administrator would go
    """
    organisation = locked(membership.organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, organisation)
    row = Membership.objects.select_for_update().get(pk=membership.pk)
    _end([row], organisation, reason=reason, last_day=last_day, handed_to=handed_to, by=by, role=acted_as, now=now)
    return row


@transaction.atomic
def leave(
    *,
    organisation: Organisation,
    user: User,
    by: Any,
    now: dt.datetime,
    reason: str,
    last_day: dt.date | None = None,
    handed_to: User | None = None,
) -> list[Membership]:
    """
    End every role of a leaver at one organisation, with one row in the log.

    :raises NotPermitted, Refused: as `end_role`
    """
    organisation = locked(organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, organisation)
    today = day_of(now)
    open_ones = Q(ends__isnull=True) | Q(ends__gte=today)
    rows = list(Membership.objects.select_for_update().filter(open_ones, organisation=organisation, user=user))
    _end(rows, organisation, reason=reason, last_day=last_day, handed_to=handed_to, by=by, role=acted_as, now=now)
    return rows


def _end(
    rows: Sequence[Membership],
    organisation: Organisation,
    *,
    reason: str,
    last_day: dt.date | None,
    handed_to: User | None,
    by: Any,
    role: str,
    now: dt.datetime,
) -> None:
    today = day_of(now)
    _check_end(rows, organisation, last_day, handed_to, today)
    user = rows[0].user
    old = [_facts(row) for row in rows]
    for row in rows:
        row.at_once = last_day is None
        row.ends = last_day or today - dt.timedelta(days=1)
        row.handed_to = handed_to
        row.save(update_fields=["ends", "at_once", "handed_to"])
    ended = _end_what_hangs_on_it(organisation, user, rows, handed_to, now)
    end_sessions(user=user, why="a role ended", now=now)
    audit.record(
        organisation_id=organisation.pk,
        by=by,
        role=role,
        verb="person.role_ended",
        record=user,
        now=now,
        old={"roles": old},
        new={"roles": [_facts(row) for row in rows], "handed_to": getattr(handed_to, "pk", None), **ended},
        reason=reason,
    )


def _check_end(
    rows: Sequence[Membership],
    organisation: Organisation,
    last_day: dt.date | None,
    handed_to: User | None,
    today: dt.date,
) -> None:
    if not rows or any(row.ends is not None and row.ends < today for row in rows):
        raise Refused("This role has ended already.", code="ended")
    if last_day is not None and last_day < max(today, *(row.starts for row in rows)):
        raise Refused(
            "The last day must be today or later, and not before the role began.", code="dates", field="last_day"
        )
    user = rows[0].user
    staying = Membership.objects.filter(in_force(today), organisation=organisation, user__is_active=True)
    staying = staying.exclude(pk__in=[row.pk for row in rows])
    if handed_to is not None and (handed_to.pk == user.pk or not staying.filter(user=handed_to).exists()):
        raise Refused(f"Choose somebody else who works at {organisation} now.", code="heir", field="handed_to")
    if any(row.role in ADMINISTRATORS for row in rows) and not staying.filter(role__in=ADMINISTRATORS).exists():
        raise Refused(
            f"{user} is the last administrator of {organisation}. Make somebody else administrator first.",
            code="last_administrator",
        )


def _end_what_hangs_on_it(
    organisation: Organisation, user: User, rows: Sequence[Membership], handed_to: User | None, now: dt.datetime
) -> dict[str, Any]:
    """End what needs the role: delegations given as a director, and, for a leaver, those held and the headships."""
    last = rows[0].ends
    assert last is not None
    kept = Membership.objects.filter(Q(ends__isnull=True) | Q(ends__gt=last), organisation=organisation, user=user)
    affected = Q(pk__in=[])
    if any(row.role == Role.APP for row in rows) and not kept.filter(role=Role.APP).exists():
        affected |= Q(approver=user)
    if not kept.exists():
        affected |= Q(delegate=user)
    found = Delegation.objects.filter(affected, organisation=organisation, revoked_at__isnull=True, ends__gt=last)
    delegations = list(found.values_list("pk", flat=True))
    for one in found:
        one.ends = max(last, one.starts)
        one.revoked_reason = "the role that it rested on ended"
        one.revoked_at = None if one.ends == last else now
        one.save(update_fields=["ends", "revoked_reason", "revoked_at"])
    headed = Directorate.objects.filter(organisation=organisation, head=user) if not kept.exists() else None
    directorates = list(headed.values_list("pk", flat=True)) if headed is not None else []
    Directorate.objects.filter(pk__in=directorates).update(head=handed_to)
    return {"delegations": delegations, "directorates": directorates}


def _facts(membership: Membership) -> dict[str, Any]:
    return {
        "membership": membership.pk,
        "role": membership.role,
        "directorate": membership.directorate_id,
        "starts": membership.starts,
        "ends": membership.ends,
    }
