"""Contracts and suppliers given by form, with a supplier that the service did not know yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.services import base
from commonweal_web.contracts.services.contracts import (
    ContractFields,
    Supplied,
    contract_create,
    may_create,
    supplier_add,
)
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission


@transaction.atomic
def contract_register(
    *,
    authority: Organisation,
    facts: ContractFields,
    supplier: Organisation | None,
    supplier_name: str,
    by: Any,
    now: dt.datetime,
) -> Contract:
    """Make a contract; a supplier given by name is found by it, or begun under it until it registers itself."""
    may_create(by, authority)
    found = supplier or _named(supplier_name, now)
    suppliers = [Supplied(found)] if found is not None else []
    return contract_create(authority=authority, facts=facts, suppliers=suppliers, by=by, now=now)


@transaction.atomic
def supplier_register(
    *,
    contract: Contract,
    supplier: Organisation | None,
    supplier_name: str,
    leads: bool,
    starts: dt.date,
    by: Any,
    now: dt.datetime,
) -> Organisation:
    """
    Add a supplier to a contract from a day on, chosen or given by name as for a new contract.

    :raises Refused: if it supplies the contract already, or the day lies outside of it
    """
    base.locked(contract, Permission.CONTRACT_EDIT, by)
    if not contract.starts <= starts <= contract.ends:
        raise Refused("Choose a day during the contract.", code="dates", field="starts")
    found = supplier or _named(supplier_name, now)
    if found is None:
        raise Refused("Choose the supplier, or give its name.", code="supplier", field="supplier")
    supplier_add(contract=contract, supplied=Supplied(found, leads), starts=starts, by=by, now=now)
    return found


def _named(words: str, now: dt.datetime) -> Organisation | None:
    """Return the organisation of a name, begun under it where the service does not know one."""
    name = words.strip()
    if not name:
        return None
    found = Organisation.objects.filter(name__iexact=name).order_by("pk").first()
    return found or Organisation.objects.create(name=name, is_supplier=True, created_at=now)
