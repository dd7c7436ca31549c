"""The scope of every page about one contract: not seen is 404, seen but not allowed is 403 with the reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from commonweal_web.contracts.models import Contract
from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words


def allow(user: Any, permission: Permission, contract: Contract) -> None:
    """
    Refuse unless `user` holds `permission` on `contract`; services call it as well as doors.

    :raises NotPermitted: with the reason and who may
    """
    if Contract.objects.filter(pk=contract.pk).allowing(user, permission).exists():
        return
    if selectors.roles_of(user, permission):
        raise NotPermitted(
            f"You may {TABLE[permission].action}, but not on {contract.reference}: you are not assigned to it.",
            code="not_assigned",
        )
    raise NotPermitted(
        f"Your roles do not let you {TABLE[permission].action}. This is for: {holders_in_words(permission)}."
    )


def visible_contract(user: Any, contract_id: int, permission: Permission = Permission.KPI_READ) -> Contract:
    """
    Return a contract that `user` may see, because they read its KPIs or because they hold `permission` on it: an
    administrator names the manager of a contract whose figures are not theirs to read.

    :raises Http404: if there is none, or it is not in their scope; both look the same
    """
    asked = Contract.objects.filter(pk=contract_id).select_related("authority", "directorate")
    found = asked.visible_to(user).first()
    if found is None and permission is not Permission.KPI_READ:
        found = asked.allowing(user, permission).first()
    if found is None:
        raise Http404("There is no such contract, or it is not one of yours.")
    return found


def contract_scope(user: Any, permission: Permission, contract_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `contract_id` of the address by the contract, for `requires`."""
    contract = visible_contract(user, contract_id, permission)
    allow(user, permission, contract)
    return {"contract": contract, **rest}
