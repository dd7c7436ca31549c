"""Framework agreements that a contract can name, and what is said of the one that it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from commonweal_web.contracts.models import Contract, ContractSupplier, Status
from commonweal_web.organisations.models import Organisation


def open_to(contract: Contract, day: dt.date) -> QuerySet[Contract]:
    """
    Return the agreements that a supplier of `contract` holds and that their owners opened to call-offs.

    The one that it names already is among them, whatever became of it.
    """
    lasting = Q(ends__isnull=True) | Q(ends__gte=day)
    suppliers = ContractSupplier.objects.filter(lasting, contract=contract).values("supplier")
    held = ContractSupplier.objects.filter(lasting, supplier__in=suppliers).values("contract")
    offered = Q(framework_agreement=True, pk__in=held) & ~Q(status=Status.DRAFT)
    found = Contract.objects.filter(offered | Q(pk=contract.call_off_of_id)).exclude(pk=contract.pk)
    return found.select_related("authority").order_by("authority__name", "reference")


def named(reference: str, *, authority: Organisation, suppliers: Iterable[str]) -> Contract | None:
    """Return the one agreement of this reference that the body has, or else that one of `suppliers` holds, if any."""
    found = Contract.objects.filter(framework_agreement=True, reference=reference).exclude(status=Status.DRAFT)
    own = Contract.objects.filter(framework_agreement=True, reference=reference, authority=authority).first()
    if own is not None:
        return own
    held = list(found.filter(contract_suppliers__supplier__name__in=list(suppliers)).distinct()[:2])
    return held[0] if len(held) == 1 else None


def under_in_words(contract: Contract) -> str:
    """Return what a contract was called off under and how its promises count; empty for one that was not."""
    agreement = contract.call_off_of
    if agreement is None:
        return ""
    counts = "on top of what was pledged there" if contract.additional else "within what was pledged there"
    return f"{agreement.reference} {agreement.title}, {agreement.authority}. Its promises count {counts}."
