"""
Who may approve a contract's KPIs and changes on a day, and why: the director of its directorate, or a delegate.

    right = approval_right(user=user, organisation=body, directorate=contract.directorate, value_pence=..., on=today)
    if not right.ok:
        raise NotPermitted(right.reason)

Whether the contract is in the person's scope at all is the door's question, and "not your own proposal" the service's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from commonweal_web.organisations.models import (
    ActingFor,
    Delegation,
    Directorate,
    Membership,
    Organisation,
    User,
    in_force,
)
from commonweal_web.organisations.roles import Role

DIRECTOR = Role.APP.label


@dataclass(frozen=True, slots=True)
class ApprovalRight:
    """
    The answer: whether, and in words why. `delegation` is the one that gives the right, `role` what to write down.

    A refusal's `reason` ends with who can.
    """

    ok: bool
    reason: str
    delegation: Delegation | None = None
    role: str = ""


def approval_right(
    *,
    user: Any,
    organisation: Organisation,
    directorate: Directorate | None,
    value_pence: int | None,
    on: dt.date,
    assigned: bool = False,
    not_by: Collection[int] = (),
) -> ApprovalRight:
    """
    Return whether `user` may approve on the day `on` what is worth `value_pence` in `directorate`.

    `assigned` says that the contract names this person as its director, so that a director of another directorate
    can stand in. `not_by` holds the ids of people who cannot approve this one, such as its proposer: they are not
    named as those who can.
    """
    for membership in _directors(organisation, on).filter(user=user):
        if assigned or membership.directorate_id is None or membership.directorate_id == _pk(directorate):
            where = membership.directorate or organisation
            return ApprovalRight(True, f"{DIRECTOR} of {where}", role=Role.APP.value)
    held = list(
        Delegation.objects.filter(organisation=organisation, delegate=user)
        .select_related("directorate")
        .order_by("-ends", "-pk")
    )
    verdicts = [(_verdict(one, organisation, directorate, value_pence, on), one) for one in held]
    for (rank, _), one in verdicts:
        if rank == 0:
            until = f"until {_day(one.ends)}"
            return ApprovalRight(True, f"delegation {one.pk}, {until}", delegation=one, role="delegate")
    why = min(verdicts, key=lambda found: found[0][0])[0][1] if verdicts else _no_delegation(user, organisation, on)
    excluded = {user.pk, *not_by} - {None}
    return ApprovalRight(False, f"{why}; {_who_can(organisation, directorate, value_pence, on, excluded)}.")


def who_can_approve(
    *,
    organisation: Organisation,
    directorate: Directorate | None,
    value_pence: int | None,
    on: dt.date,
    not_by: Collection[int] = (),
) -> list[tuple[User, str]]:
    """Return the people who may approve on that day, each with "strategic director" or "delegate"."""
    directors = _directors(organisation, on).filter(Q(directorate=directorate) | Q(directorate__isnull=True))
    found = {m.user_id: (m.user, DIRECTOR) for m in directors.select_related("user").order_by("user__name")}
    for one in _delegations(organisation, on).select_related("delegate", "directorate").order_by("delegate__name"):
        if one.delegate.is_active and _verdict(one, organisation, directorate, value_pence, on)[0] == 0:
            found.setdefault(one.delegate_id, (one.delegate, "delegate"))
    return [pair for pk, pair in found.items() if pk not in set(not_by)]


def _verdict(
    one: Delegation, organisation: Organisation, directorate: Directorate | None, value_pence: int | None, on: dt.date
) -> tuple[int, str]:
    """How far a delegation is from giving the right: 0 gives it; the lowest of the others is the reason to name."""
    if one.revoked_at is not None:
        return 5, f"Your delegation was revoked on {_day(one.revoked_at.date())}"
    if one.ends < on:
        return 3, f"Your delegation ended on {_day(one.ends)}"
    if one.starts > on:
        return 4, f"Your delegation begins on {_day(one.starts)}"
    if one.directorate_id is not None and one.directorate_id != _pk(directorate):
        theirs = f"belongs to {directorate}" if directorate else "belongs to no directorate"
        return 2, f"Your delegation is for {one.directorate}, and this contract {theirs}"
    if one.limit_pence is not None and value_pence is None:
        return 1, f"Your delegation goes up to {_pounds(one.limit_pence)}, and this contract's value is not known"
    if one.limit_pence is not None and value_pence is not None and value_pence > one.limit_pence:
        return (
            1,
            f"Your delegation goes up to {_pounds(one.limit_pence)}, and this contract is worth {_pounds(value_pence)}",
        )
    if not _directors(organisation, on).filter(user=one.approver_id).exists():
        return 4, f"Your delegation was given by {one.approver}, who is no {DIRECTOR} any more"
    return 0, ""


def _no_delegation(user: Any, organisation: Organisation, on: dt.date) -> str:
    elsewhere = _directors(organisation, on).filter(user=user).select_related("directorate").first()
    if elsewhere is not None:
        return f"You are {DIRECTOR} of {elsewhere.directorate}, and this contract belongs elsewhere"
    return "You hold no delegation to approve here"


def _who_can(
    organisation: Organisation, directorate: Directorate | None, value_pence: int | None, on: dt.date, not_by: set[int]
) -> str:
    people = who_can_approve(
        organisation=organisation, directorate=directorate, value_pence=value_pence, on=on, not_by=not_by
    )
    if not people:
        return f"nobody can approve now: {organisation} needs another {DIRECTOR} or a delegation"
    named = [f"{person} ({role})" for person, role in people]
    return f"{' or '.join(filter(None, [', '.join(named[:-1]), named[-1]]))} can approve"


def _directors(organisation: Organisation, on: dt.date) -> Any:
    """The strategic directors' memberships in force at the body, or at a shared service that acts for it."""
    services = ActingFor.objects.filter(in_force(on), partner=organisation).values("service")
    return (
        Membership.objects.filter(in_force(on), role=Role.APP, user__is_active=True)
        .filter(Q(organisation=organisation) | Q(organisation__in=services))
        .select_related("directorate")
    )


def _delegations(organisation: Organisation, on: dt.date) -> Any:
    return Delegation.objects.filter(in_force(on), organisation=organisation, revoked_at__isnull=True)


def _pk(directorate: Directorate | None) -> int | None:
    return directorate.pk if directorate is not None else None


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _pounds(pence: int) -> str:
    text = f"£{Decimal(pence) / 100:,.2f}"
    return text.removesuffix(".00")
