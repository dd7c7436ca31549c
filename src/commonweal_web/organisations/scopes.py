"""Which bodies, people and delegations an address may be about: not one's own is 404, no right to it is 403."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from commonweal_web.core import clock
from commonweal_web.organisations import doors, selectors
from commonweal_web.organisations.models import (
    ActingFor,
    Delegation,
    Directorate,
    Identifier,
    Membership,
    Organisation,
    TwoPersonRequest,
    User,
)
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services.common import acting_role
from commonweal_web.organisations.services.requests import waiting_for

READING = frozenset({Permission.ACCOUNT_OWN})


def bodies_of(user: Any) -> QuerySet[Organisation]:
    """Return the organisations whose page a person sees: where they have a role, and those that they act for."""
    return selectors.acted_for(user, [role.value for role in Role])


def body_scope(user: Any, permission: Permission, organisation_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `organisation_id` by the organisation; a right to change it is asked at this very organisation."""
    organisation = get_object_or_404(bodies_of(user), pk=organisation_id)
    if permission not in READING:
        acting_role(user, permission, organisation)
    return {"organisation": organisation, **rest}


def person_scope(
    user: Any, permission: Permission, organisation_id: int, person_id: int, **rest: Any
) -> dict[str, Any]:
    """Replace both ids by the organisation and somebody who has or had a role there."""
    found = body_scope(user, permission, organisation_id)
    organisation = found["organisation"]
    people = User.objects.filter(memberships__organisation=organisation).distinct()
    return {"organisation": organisation, "person": get_object_or_404(people, pk=person_id), **rest}


def _child(model: Any, name: str, of: str = "organisation") -> Any:
    def scope(user: Any, permission: Permission, organisation_id: int, **rest: Any) -> dict[str, Any]:
        organisation = body_scope(user, permission, organisation_id)["organisation"]
        row = get_object_or_404(model, **{of: organisation, "pk": rest.pop(f"{name}_id")})
        return {"organisation": organisation, name: row, **rest}

    return scope


membership_scope = _child(Membership, "membership")
identifier_scope = _child(Identifier, "identifier")
directorate_scope = _child(Directorate, "directorate")
acting_scope = _child(ActingFor, "acting", "partner")


def watched_scope(user: Any, permission: Permission, organisation_id: int) -> dict[str, Any]:
    """Replace `organisation_id` by the organisation; a shared service's auditor watches its partners too."""
    organisation = get_object_or_404(bodies_of(user), pk=organisation_id)
    if not selectors.organisations_with(user, permission).filter(pk=organisation_id).exists():
        acting_role(user, permission, organisation)
    return {"organisation": organisation}


def delegation_scope(user: Any, permission: Permission, delegation_id: int) -> dict[str, Any]:
    """A director sees the delegations that they gave."""
    doors.require(user, permission)
    return {"delegation": get_object_or_404(Delegation, pk=delegation_id, approver=user)}


def request_scope(user: Any, permission: Permission, request_id: int) -> dict[str, Any]:
    """Somebody sees what they asked for and what they may decide."""
    own = TwoPersonRequest.objects.filter(pk=request_id, asked_by=user)
    waiting = waiting_for(user, clock.now()).filter(pk=request_id)
    found = own.select_related("organisation", "person", "asked_by", "decided_by").first() or waiting.first()
    if found is None:
        raise Http404("There is no such request, or it is not one of yours.")
    return {"asked": found}
