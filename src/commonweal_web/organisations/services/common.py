"""What the services of this app share: whose right an act uses, and which roles fit which kind of body."""

from __future__ import annotations

import datetime as dt
from typing import Any

from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import Organisation, User
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words, roles_with
from commonweal_web.organisations.roles import BUYER_ROLES, SUPPLIER_ROLES, Role

ADMINISTRATORS = frozenset({Role.BA, Role.SA})
"""Roles that manage the people of their organisation; each has one at least once it has people."""


def acting_role(by: Any, permission: Permission, organisation: Organisation | None = None) -> str:
    """
    Return the role in which `by` takes an act, at `organisation` where one is given.

    :raises NotPermitted: with who may
    """
    found = selectors.memberships(by).filter(role__in=roles_with(permission))
    if organisation is not None:
        found = found.filter(organisation=organisation)
    first = found.order_by("pk").first()
    if first is None:
        where = f" at {organisation}" if organisation is not None else ""
        raise NotPermitted(
            f"Your roles do not let you {TABLE[permission].action}{where}. This is for: {holders_in_words(permission)}."
        )
    return first.role


def locked(organisation: Organisation) -> Organisation:
    """Return the organisation with its row locked: first in the order of locks."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def roles_at(organisation: Organisation) -> list[Role]:
    """Return the roles that people can be given at a body of its kind, in the order of the table."""
    fitting: set[Role] = set()
    if organisation.is_authority or organisation.is_shared_service:
        fitting |= BUYER_ROLES
    if organisation.is_supplier:
        fitting |= SUPPLIER_ROLES
    if organisation.is_vcse:
        fitting |= {Role.VCS, Role.SA}
    if organisation.is_platform:
        fitting |= {Role.PA, Role.AUD}
    return [role for role in Role if role in fitting]


def check_role(organisation: Organisation, role: str) -> None:
    """
    :raises Refused: if nobody can hold `role` at a body of this kind
    """
    if role not in roles_at(organisation):
        label = Role(role).label if role in Role.values else role
        raise Refused(f"{organisation} cannot have a {label}. Choose a role from the list.", code="role", field="role")


def not_to_oneself(by: Any, user: User) -> None:
    """
    :raises Refused: if somebody would give a role to themselves
    """
    if by.pk == user.pk:
        raise Refused(
            "Nobody gives a role to themselves. Ask another administrator of your organisation.", code="oneself"
        )


def day_of(now: dt.datetime) -> dt.date:
    """Return the day in London."""
    return now.astimezone(LONDON).date()


def said(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
