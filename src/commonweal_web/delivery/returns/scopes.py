"""The scopes of the pages of returns: a return that is not in one of your contracts does not exist for you."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.delivery.models import Claim, Reopening, Return
from commonweal_web.delivery.returns.facts import kpis_of
from commonweal_web.organisations.policies import Permission


def return_scope(user: Any, permission: Permission, contract_id: int, return_id: int, **rest: Any) -> dict[str, Any]:
    """Replace the numbers of the address by the return."""
    found = contract_scope(user, permission, contract_id)
    ret = Return.objects.filter(pk=return_id, contract=found["contract"]).first()
    if ret is None:
        raise Http404("There is no such return of this contract.")
    ret.contract = found["contract"]
    return {"ret": ret, **rest}


def kpi_scope(user: Any, permission: Permission, kpi_id: int, **address: Any) -> dict[str, Any]:
    """Replace the numbers of the address by the return and one of its KPIs."""
    found = return_scope(user, permission, **address)
    kpi: Kpi | None = next((kpi for kpi in kpis_of(found["ret"]) if kpi.pk == kpi_id), None)
    if kpi is None:
        raise Http404("This return has no such KPI.")
    return {**found, "kpi": kpi}


def claim_scope(user: Any, permission: Permission, claim_id: int, **address: Any) -> dict[str, Any]:
    """Replace the numbers of the address by a claim of the return."""
    found = return_scope(user, permission, **address)
    claims = Claim.objects.select_related("kpi__current", "kpi_version", "ret__contract__authority")
    claim = claims.filter(pk=claim_id, ret=found["ret"]).first()
    if claim is None:
        raise Http404("This return has no such claim.")
    return {**found, "claim": claim}


def reopening_scope(user: Any, permission: Permission, reopening_id: int, **address: Any) -> dict[str, Any]:
    """Replace the numbers of the address by a request to reopen the return."""
    found = return_scope(user, permission, **address)
    reopening = Reopening.objects.filter(pk=reopening_id, ret=found["ret"]).select_related("asked_by").first()
    if reopening is None:
        raise Http404("There is no such request.")
    reopening.ret = found["ret"]
    return {**found, "reopening": reopening}


def may(user: Any, permission: Permission, contract: Contract) -> bool:
    """Return whether `user` holds `permission` on a contract, to show or hide a link."""
    return bool(Contract.objects.filter(pk=contract.pk).allowing(user, permission).exists())
