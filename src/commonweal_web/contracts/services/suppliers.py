"""The suppliers of a contract after the first one: when one of them stops."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal_web.contracts.models import ContractSupplier
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.policies import Permission


@transaction.atomic
def supplier_end(*, supplied: ContractSupplier, ends: dt.date, by: Any, now: dt.datetime) -> ContractSupplier:
    """
    Record the last day of a supplier; its people see the contract's past, and its contacts end with it.

    :raises Refused: if the day lies before its first one, or nobody would supply the contract afterwards
    """
    contract = base.locked(supplied.contract, Permission.CONTRACT_EDIT, by)
    row = ContractSupplier.objects.select_for_update().select_related("supplier").get(pk=supplied.pk)
    if ends < row.starts:
        raise Refused("The last day must not be before the first one.", code="dates", field="ends")
    after = ends + dt.timedelta(days=1)
    others = ContractSupplier.objects.filter(Q(ends__isnull=True) | Q(ends__gte=after), contract=contract)
    if after <= contract.ends and not others.exclude(pk=row.pk).exists():
        raise Refused(
            f"{row.supplier} is the only supplier then. Add the one that takes over first.", code="last", field="ends"
        )
    old, row.ends = row.ends, ends
    row.save(update_fields=["ends"])
    contacts = contract.contacts.filter(Q(ends__isnull=True) | Q(ends__gt=ends), supplier=row.supplier)
    ended = contacts.update(ends=ends)
    base.log(
        contract=contract,
        record=contract,
        verb="contract_supplier_ended",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        old={"ends": old},
        new={"supplier": str(row.supplier), "ends": ends, "contacts_ended": ended},
    )
    return row
