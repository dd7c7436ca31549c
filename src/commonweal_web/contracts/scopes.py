"""The records that addresses below a contract name; each is found inside the contract that the person sees."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from commonweal_web.contracts import approvers
from commonweal_web.contracts.doors import allow, visible_contract
from commonweal_web.contracts.models import Assignment, Change, Contact, ContractSupplier, Import, Kpi
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.policies import Permission


def kpi_scope(user: Any, permission: Permission, contract_id: int, kpi_id: int) -> dict[str, Any]:
    """Give the view a KPI of a contract."""
    contract = visible_contract(user, contract_id, permission)
    kpi = get_object_or_404(Kpi.objects.select_related("current"), pk=kpi_id, contract=contract)
    allow(user, permission, contract)
    kpi.contract = contract
    return {"kpi": kpi}


def change_scope(user: Any, permission: Permission, contract_id: int, change_id: int) -> dict[str, Any]:
    """Give the view a change of a contract."""
    contract = visible_contract(user, contract_id, permission)
    change = get_object_or_404(Change, pk=change_id, contract=contract)
    allow(user, permission, contract)
    change.contract = contract
    return {"change": change}


def approval_scope(user: Any, permission: Permission, contract_id: int, **rest: int) -> dict[str, Any]:
    """Give the view a contract (and its KPI or change) on which the person may approve; say who can if they may not."""
    contract = visible_contract(user, contract_id, permission)
    found: dict[str, Any] = {"contract": contract}
    if "kpi_id" in rest:
        found = {"kpi": get_object_or_404(Kpi.objects.select_related("current"), pk=rest["kpi_id"], contract=contract)}
        found["kpi"].contract = contract
    if "change_id" in rest:
        found = {"change": get_object_or_404(Change, pk=rest["change_id"], contract=contract)}
        found["change"].contract = contract
    right = approvers.right_of(contract, user, clock.today())
    if not right.ok:
        raise NotPermitted(right.reason, code="no_right")
    return found


def assignment_scope(user: Any, permission: Permission, contract_id: int, assignment_id: int) -> dict[str, Any]:
    """Give the view somebody's part in a contract."""
    contract = visible_contract(user, contract_id, permission)
    found = get_object_or_404(Assignment.objects.select_related("user"), pk=assignment_id, contract=contract)
    allow(user, permission, contract)
    found.contract = contract
    return {"assignment": found}


def contact_scope(user: Any, permission: Permission, contract_id: int, contact_id: int) -> dict[str, Any]:
    """Give the view a contact of a contract."""
    contract = visible_contract(user, contract_id, permission)
    found = get_object_or_404(Contact.objects.select_related("supplier"), pk=contact_id, contract=contract)
    allow(user, permission, contract)
    found.contract = contract
    return {"contact": found}


def supplied_scope(user: Any, permission: Permission, contract_id: int, supplied_id: int) -> dict[str, Any]:
    """Give the view a supplier of a contract."""
    contract = visible_contract(user, contract_id, permission)
    found = get_object_or_404(ContractSupplier.objects.select_related("supplier"), pk=supplied_id, contract=contract)
    allow(user, permission, contract)
    found.contract = contract
    return {"supplied": found}


def import_scope(user: Any, permission: Permission, batch_id: int) -> dict[str, Any]:
    """Give the view an upload of a register of a body for which the person makes contracts."""
    bodies = organisations.organisations_with(user, permission)
    batch = Import.objects.filter(pk=batch_id, authority__in=bodies, contract__isnull=True).first()
    if batch is None:
        raise Http404("There is no such upload, or it is not one of yours.")
    return {"batch": batch}


def kpi_import_scope(user: Any, permission: Permission, contract_id: int, batch_id: int) -> dict[str, Any]:
    """Give the view an uploaded KPI workbook of a contract."""
    contract = visible_contract(user, contract_id, permission)
    batch = get_object_or_404(Import, pk=batch_id, contract=contract)
    allow(user, permission, contract)
    return {"batch": batch, "contract": contract}


def may(user: Any, permission: Permission, contract: Any) -> bool:
    """Say whether a page offers an act."""
    try:
        allow(user, permission, contract)
    except NotPermitted:
        return False
    return True
