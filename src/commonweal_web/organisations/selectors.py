"""What a person is, on a day: memberships in force, the bodies they act for, delegations they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from commonweal_web.core import clock
from commonweal_web.organisations import emergency
from commonweal_web.organisations.models import ActingFor, Delegation, Membership, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission, Reach, roles_with
from commonweal_web.organisations.roles import BUYER_ROLES, Role


def memberships(user: Any, *, day: dt.date | None = None) -> QuerySet[Membership]:
    """Return the memberships of `user` in force on `day` (today if not given), with their organisation."""
    if not getattr(user, "pk", None) or not user.is_active:
        return Membership.objects.none()
    return Membership.objects.filter(in_force(day or clock.today()), user=user).select_related("organisation")


def roles_held(user: Any) -> frozenset[Role]:
    """Return every role that `user` holds today, at whatever organisation."""
    return frozenset(Role(role) for role in memberships(user).values_list("role", flat=True))


def roles_of(user: Any, permission: Permission) -> set[str]:
    """Return the roles in force in which `user` holds `permission`."""
    found = set(memberships(user).filter(role__in=roles_with(permission)).values_list("role", flat=True))
    return found | ({Role.PA.value} if emergency.body_read_by(user, permission) else set())


def acted_for(user: Any, roles: Collection[str]) -> QuerySet[Organisation]:
    """Return the organisations at which `user` has one of `roles`, and the partners that those act for."""
    own = memberships(user).filter(role__in=roles).values("organisation")
    partners = ActingFor.objects.filter(in_force(clock.today()), service__in=own).values("partner")
    return Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=partners))


def organisations_with(user: Any, permission: Permission, *reaches: Reach) -> QuerySet[Organisation]:
    """Return the organisations (and the partners they act for) on which `user` holds `permission`."""
    return _or_in_an_emergency(acted_for(user, roles_with(permission, *reaches)), user, permission)


def looked_into(user: Any) -> QuerySet[Organisation]:
    """Return the bodies that `user` sees from the council's side: they work for it, or read it in an emergency."""
    return _or_in_an_emergency(acted_for(user, BUYER_ROLES), user, Permission.BUSINESS_DATA_READ)


def _or_in_an_emergency(found: QuerySet[Organisation], user: Any, permission: Permission) -> QuerySet[Organisation]:
    body = emergency.body_read_by(user, permission)
    return found if body is None else found | Organisation.objects.filter(pk=body)


def delegations_held(user: Any, *, day: dt.date | None = None) -> QuerySet[Delegation]:
    """Return the delegations of approval that `user` holds and that are in force on `day`."""
    if not getattr(user, "pk", None):
        return Delegation.objects.none()
    return Delegation.objects.filter(in_force(day or clock.today()), delegate=user, revoked_at__isnull=True)


def home_organisation(user: User) -> Organisation | None:
    """Return the organisation of the person's first membership in force, for the header."""
    first = memberships(user).order_by("pk").first()
    return first.organisation if first else None
