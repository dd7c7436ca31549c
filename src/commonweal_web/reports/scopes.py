"""Scopes of pages that are not about one contract, and of records whose timeline is shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Change, Contract, Kpi
from commonweal_web.core.errors import NotPermitted
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.evidence import doors as evidence_doors
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Directorate, Organisation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words


def directorate_scope(user: Any, permission: Permission, directorate_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `directorate_id` by the directorate and the contracts of it that `user` may see on a dashboard."""
    directorate = Directorate.objects.filter(pk=directorate_id).select_related("organisation").first()
    if directorate is None or not _officers(user).filter(pk=directorate.organisation_id).exists():
        raise Http404("There is no such directorate, or it is not one of yours.")
    contracts = Contract.objects.allowing(user, permission).filter(directorate=directorate)
    return {
        "directorate": directorate,
        "contracts": _found(contracts, permission, user, directorate.organisation),
        **rest,
    }


def body_scope(user: Any, permission: Permission, organisation_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `organisation_id` by the authority and the contracts of it that `user` may see on a dashboard."""
    organisation = _officers(user).filter(pk=organisation_id, is_authority=True).first()
    if organisation is None:
        raise Http404("There is no such body, or you have no role in it.")
    contracts = Contract.objects.allowing(user, permission).filter(authority=organisation)
    return {"organisation": organisation, "contracts": _found(contracts, permission, user, organisation), **rest}


def _officers(user: Any) -> QuerySet[Organisation]:
    """Return the bodies that `user` works for or whose partner they work for, or that they read in an emergency."""
    return organisations.looked_into(user)


def _found(contracts: QuerySet[Contract], permission: Permission, user: Any, body: Organisation) -> QuerySet[Contract]:
    """Return the contracts; refuse who holds the permission in no role at this body."""
    held = organisations.organisations_with(user, permission).filter(pk=body.pk)
    if not held.exists():
        raise NotPermitted(
            f"Your roles do not let you {TABLE[permission].action}. This is for: {holders_in_words(permission)}."
        )
    return contracts


def return_scope(user: Any, permission: Permission, contract_id: int, return_id: int) -> dict[str, Any]:
    contract = contract_scope(user, permission, contract_id)["contract"]
    return {"contract": contract, "record": _of(Return.objects.filter(pk=return_id, contract=contract))}


def claim_scope(user: Any, permission: Permission, contract_id: int, claim_id: int) -> dict[str, Any]:
    contract = contract_scope(user, permission, contract_id)["contract"]
    claims = Claim.objects.select_related("kpi", "ret").exclude(state="draft")
    return {"contract": contract, "record": _of(claims.filter(pk=claim_id, ret__contract=contract))}


def kpi_scope(user: Any, permission: Permission, contract_id: int, kpi_id: int) -> dict[str, Any]:
    contract = contract_scope(user, permission, contract_id)["contract"]
    return {"contract": contract, "record": _of(Kpi.objects.filter(pk=kpi_id, contract=contract))}


def change_scope(user: Any, permission: Permission, contract_id: int, change_id: int) -> dict[str, Any]:
    contract = contract_scope(user, permission, contract_id)["contract"]
    return {"contract": contract, "record": _of(Change.objects.filter(pk=change_id, contract=contract))}


def evidence_scope(user: Any, permission: Permission, contract_id: int, item_id: int) -> dict[str, Any]:
    contract = evidence_doors.contract_scope(user, permission, contract_id)["contract"]
    items = EvidenceItem.objects.visible_to(user)
    return {"contract": contract, "record": _of(items.filter(pk=item_id, contract=contract))}


def _of(rows: QuerySet[Any]) -> Any:
    found = rows.first()
    if found is None:
        raise Http404("This contract has no such record.")
    return found
