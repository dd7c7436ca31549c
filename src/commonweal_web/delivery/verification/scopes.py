"""The scopes of the pages of claims: a claim that is not in one of your contracts does not exist for you."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Kpi
from commonweal_web.delivery.models import Claim, ClaimState, Movement
from commonweal_web.organisations.policies import Permission


def claim_scope(user: Any, permission: Permission, contract_id: int, claim_id: int, **rest: Any) -> dict[str, Any]:
    """Replace the numbers of the address by the claim; a draft is nobody's but the supplier's."""
    contract = contract_scope(user, permission, contract_id)["contract"]
    claims = Claim.objects.exclude(state=ClaimState.DRAFT).filter(pk=claim_id, ret__contract=contract)
    claim = claims.select_related(
        "kpi__contract__authority", "kpi__current", "kpi_version__kpi", "ret__contract__authority", "ret__submitted_by"
    ).first()
    if claim is None:
        raise Http404("There is no such claim of this contract.")
    return {"claim": claim, **rest}


def movement_scope(user: Any, permission: Permission, movement_id: int, **address: Any) -> dict[str, Any]:
    """Replace the numbers of the address by the claim and one of its movements."""
    found = claim_scope(user, permission, **address)
    movement = Movement.objects.filter(pk=movement_id, claim=found["claim"]).first()
    if movement is None:
        raise Http404("This claim has no such movement.")
    return {**found, "movement": movement}


def kpi_scope(user: Any, permission: Permission, contract_id: int, kpi_id: int) -> dict[str, Any]:
    """Replace the numbers of the address by a KPI of a contract in scope."""
    contract = contract_scope(user, permission, contract_id)["contract"]
    kpi = Kpi.objects.select_related("current", "contract").filter(pk=kpi_id, contract=contract).first()
    if kpi is None:
        raise Http404("There is no such KPI of this contract.")
    return {"kpi": kpi}
