"""Whom to write to about a contract: the supplier's contact or deputy, the contract manager, the head of service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from commonweal_web.contracts.models import Assignment, Contact, Contract
from commonweal_web.organisations.models import Membership, User, in_force
from commonweal_web.organisations.roles import Role


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person to write to."""

    name: str
    email: str
    user_id: int | None = None


def live_contact(contract: Contract, day: dt.date) -> Addressee | None:
    """
    Return the supplier's contact on `day`: the first one who is still there and whose account is not locked, the
    deputies after the others. None if nobody is left.
    """
    usable = Q(user__isnull=True) | Q(user__is_active=True)
    found = Contact.objects.filter(in_force(day), usable, contract=contract).order_by("deputy", "pk").first()
    return Addressee(found.name, found.email, found.user_id) if found else None


def contract_manager(contract: Contract, day: dt.date) -> Addressee | None:
    """Return the owner of a contract on `day`, or else the deputy, or else a lead for social value at the authority."""
    parts = [Assignment.Part.OWNER, Assignment.Part.DEPUTY]
    found = Assignment.objects.filter(in_force(day), contract=contract, user__is_active=True, part__in=parts)
    rows = sorted(found.select_related("user"), key=lambda row: (parts.index(Assignment.Part(row.part)), row.pk))
    return _person(rows[0].user) if rows else lead(contract, day)


def head_of_service(contract: Contract, day: dt.date) -> Addressee | None:
    """Return the head of the contract's directorate, or else a lead for social value, who must know instead."""
    head = contract.directorate.head if contract.directorate else None
    return _person(head) if head and head.is_active else lead(contract, day)


def lead(contract: Contract, day: dt.date) -> Addressee | None:
    """Return the first lead for social value of the authority on `day`."""
    held = Membership.objects.filter(
        in_force(day), organisation=contract.authority_id, role=Role.SVL, user__is_active=True
    )
    first = held.select_related("user").order_by("pk").first()
    return _person(first.user) if first else None


def supplier_name(contract: Contract) -> str:
    """Return the name of the supplier that leads on a contract."""
    first = contract.contract_suppliers.select_related("supplier").order_by("-leads", "pk").first()
    return first.supplier.name if first else "the supplier"


def _person(user: User) -> Addressee:
    return Addressee(user.name, user.email, user.pk)
