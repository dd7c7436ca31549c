"""Whom to write to at a supplier: contacts and deputies, invitations, and the alarm when there is nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commonweal_web.contracts.models import Assignment, Contact, ContactAlarm, Contract, Status
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import Membership, Organisation, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.services.invitations import invite

TOLD = ("owner", "deputy")


@transaction.atomic
def contact_add(
    *,
    contract: Contract,
    supplier: Organisation,
    name: str,
    email: str,
    by: Any,
    now: dt.datetime,
    deputy: bool = False,
    starts: dt.date | None = None,
) -> Contact:
    """
    Add somebody to write to at a supplier of the contract; an open alarm is cleared.

    :raises Refused: if the organisation does not supply the contract, or has this contact already
    """
    row = base.locked(contract, Permission.CONTRACT_EDIT, by)
    day = starts or base.day_of(now)
    if not base.suppliers_on(row, max(day, row.starts)).filter(pk=supplier.pk).exists():
        raise Refused("Choose a supplier of this contract.", code="supplier", field="supplier")
    if Contact.objects.filter(in_force(day), contract=row, supplier=supplier, email__iexact=email).exists():
        raise Refused("This address is a contact of the contract already.", code="duplicate", field="email")
    account = (
        Membership.objects.filter(in_force(day), organisation=supplier, user__email__iexact=email)
        .select_related("user")
        .first()
    )
    made = Contact.objects.create(
        contract=row,
        supplier=supplier,
        name=name.strip(),
        email=email.strip().lower(),
        user=account.user if account else None,
        deputy=deputy,
        starts=day,
    )
    ContactAlarm.objects.filter(contract=row, cleared_at__isnull=True).update(cleared_at=now)
    _log(row, made, "contact_added", by, now, {"supplier": supplier.pk, "deputy": deputy, "starts": day})
    return made


@transaction.atomic
def contact_end(*, contact: Contact, ends: dt.date, by: Any, now: dt.datetime) -> Contact:
    """End a contact on a day. The alarm of a live contract that is left without one goes off by schedule."""
    contract = base.locked(contact.contract, Permission.CONTRACT_EDIT, by)
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if ends < row.starts:
        raise Refused("The last day must not be before the first day.", code="dates", field="ends")
    row.ends = ends
    row.save(update_fields=["ends"])
    _log(contract, row, "contact_ended", by, now, {"ends": ends})
    return row


@transaction.atomic
def contact_add_and_invite(*, role: str = "", by: Any, now: dt.datetime, **contact: Any) -> Contact:
    """Add a contact, and send them an invitation for their organisation where a role is given."""
    made = contact_add(by=by, now=now, **contact)
    if role:
        invite(
            organisation=made.supplier,
            email=made.email,
            role=role,
            name=made.name,
            by=by,
            now=now,
            contract_id=made.contract_id,
        )
    return made


def with_live_contact(day: dt.date) -> Q:
    """
    Return the condition on contracts that somebody at the supplier can be written to on a day.

    A contact counts who is in force and whose account, where they have one, is active and still of the supplier.
    """
    live = Contact.objects.filter(in_force(day), contract=OuterRef("pk")).filter(
        Q(user__isnull=True)
        | Q(user__is_active=True)
        & Exists(Membership.objects.filter(in_force(day), user=OuterRef("user"), organisation=OuterRef("supplier")))
    )
    return Q(Exists(live))


def without_contact(contracts: QuerySet[Contract], day: dt.date) -> QuerySet[Contract]:
    """Return the live contracts that have nobody to write to at their supplier on a day."""
    return contracts.filter(status=Status.LIVE, ends__gte=day).exclude(with_live_contact(day))


def contact_alarms(now: dt.datetime, *, only: Contract | None = None) -> int:
    """
    Raise the alarm of each live contract without a live contact, once, the day it happens; clear those that have one.

    The owner and the deputy are told by mail. Running it again changes nothing. Returns how many were raised.
    """
    day = base.day_of(now)
    contracts = Contract.objects.all() if only is None else Contract.objects.filter(pk=only.pk)
    lacking = without_contact(contracts, day)
    raised = sum(_raise(contract, day, now) for contract in lacking.select_related("authority").order_by("pk"))
    open_alarms = ContactAlarm.objects.filter(cleared_at__isnull=True, contract__in=contracts)
    open_alarms.exclude(contract__in=without_contact(Contract.objects.all(), day)).update(cleared_at=now)
    return raised


@transaction.atomic
def _raise(contract: Contract, day: dt.date, now: dt.datetime) -> bool:
    row = base.locked(contract)
    alarm, first = ContactAlarm.objects.get_or_create(
        contract=row, cleared_at=None, defaults={"on": day, "raised_at": now}
    )
    if not first:
        return False
    people = Assignment.objects.filter(in_force(day), contract=row, part__in=TOLD, user__is_active=True)
    for assignment in people.select_related("user"):
        base.tell(
            contract=row,
            to=assignment.user,
            key=f"no-contact:{row.pk}:{day}",
            subject="no live supplier contact",
            body=f"Since {day.day} {day:%B %Y} {row.reference} {row.title} has nobody to write to at its supplier.\n\n"
            "Ask the supplier who takes over, and add the contact on the contract's people page.\n",
            now=now,
        )
    base.log(contract=row, record=alarm, verb="contact_alarm_raised", by=None, role="", now=now, new={"on": day})
    return True


def _log(contract: Contract, record: Contact, verb: str, by: Any, now: dt.datetime, new: dict[str, Any]) -> None:
    base.log(
        contract=contract,
        record=("contracts.contact", record.pk, f"contact of {contract.reference}"),
        verb=verb,
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        new=new,
    )
