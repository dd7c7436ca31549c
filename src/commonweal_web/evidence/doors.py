"""The scopes of the pages about evidence: not seen is 404, seen but not allowed is 403 with the reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract
from commonweal_web.evidence import selectors
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.organisations.policies import Permission


def contract_scope(user: Any, permission: Permission, contract_id: int, **rest: Any) -> dict[str, Any]:
    """
    Replace `contract_id` of the address by the contract. A beneficiary sees a contract's evidence pages, but not its
    KPIs, so the scope is wider than that of the other pages about a contract.
    """
    asked = Contract.objects.filter(pk=contract_id)
    reading = (Permission.KPI_READ, Permission.EVIDENCE_READ, Permission.EVIDENCE_UPLOAD)
    if not any(asked.allowing(user, each).exists() for each in reading):
        raise Http404("There is no such contract, or it is not one of yours.")
    contract = asked.select_related("authority").get()
    allow(user, permission, contract)
    return {"contract": contract, **rest}


def item_scope(user: Any, permission: Permission, item_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `item_id` of the address by the item."""
    found = EvidenceItem.objects.visible_to(user).filter(pk=item_id)
    item = found.select_related("contract__authority", "file", "supplier", "uploaded_by").first()
    if item is None:
        raise Http404("There is no such file, or it is not one of yours.")
    allow(user, permission, item.contract)
    return {"item": item, **rest}


def held_scope(user: Any, permission: Permission, key: str, **rest: Any) -> dict[str, Any]:
    """Replace `key` of the address by the spreadsheet that waits for this person."""
    held = selectors.held_of(user=user, key=key)
    if held is None:
        raise Http404("This spreadsheet is no longer here, or it was added by somebody else.")
    allow(user, permission, held.contract)
    return {"held": held, **rest}
