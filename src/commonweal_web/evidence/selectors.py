"""Reading about evidence: the items of a contract, one item, and whether a claim may rest on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from commonweal_web.contracts.models import Contract
from commonweal_web.evidence import config
from commonweal_web.evidence.models import EvidenceItem, HeldUpload
from commonweal_web.evidence.policies import Scan, may_be_opened
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import Permission, Reach, reach
from commonweal_web.organisations.roles import SUPPLIER_ROLES


def items_of(
    *, user: Any, contract: Contract, period_starts: dt.date | None = None, withdrawn: bool = False
) -> QuerySet[EvidenceItem]:
    """Return the items of a contract that `user` may read, newest first; those of one period if it is given."""
    items = EvidenceItem.objects.visible_to(user).filter(contract=contract)
    if not withdrawn:
        items = items.filter(withdrawn_at__isnull=True)
    if period_starts is not None:
        items = items.filter(period_starts=period_starts)
    return items.select_related("file", "supplier", "uploaded_by").order_by("-uploaded_at", "-pk")


def periods_of(*, user: Any, contract: Contract) -> list[dt.date]:
    """Return the first days of the periods that have items, newest first."""
    items = EvidenceItem.objects.visible_to(user).filter(contract=contract, period_starts__isnull=False)
    return sorted({day for day in items.values_list("period_starts", flat=True) if day}, reverse=True)


def is_own(user: Any, item: EvidenceItem) -> bool:
    """Return whether an item was given by this person or by the supplier that they act for."""
    if item.uploaded_by_id == user.pk:
        return True
    own = selectors.memberships(user).filter(role__in=SUPPLIER_ROLES).values_list("organisation_id", flat=True)
    return item.supplier_id in set(own)


def needs_reason(user: Any, item: EvidenceItem) -> bool:
    """Return whether `user` must say why before they see the people in an item; not where those people agreed."""
    if not item.has_people or item.consent or is_own(user, item):
        return False
    reaches = {reach(Permission.PERSON_READ, role) for role in selectors.roles_of(user, Permission.PERSON_READ)}
    return not reaches & {Reach.OWN, Reach.ASSIGNED}


def may_rest_on(item: EvidenceItem) -> bool:
    """Return whether a verified claim may rest on an item: sound, not withdrawn, and through the scanner."""
    return (
        item.withdrawn_at is None
        and item.file.discarded_at is None
        and not item.file.spoilt
        and may_be_opened(item.file.scan, scanner_configured=config.scanner().configured)
    )


def scan_words(item: EvidenceItem) -> str:
    """Return the state of the virus check in words, as every page says it."""
    configured = config.scanner().configured
    if item.file.scan == Scan.NONE and configured:
        return "Waiting for the virus check"
    return {
        Scan.PENDING: "Waiting for the virus check",
        Scan.CLEAN: "Checked for viruses: none found",
        Scan.INFECTED: "Virus found: cannot be opened",
        Scan.NONE: "Not scanned: no scanner is configured",
    }[Scan(item.file.scan)]


def held_of(*, user: Any, key: str) -> HeldUpload | None:
    """Return a spreadsheet that waits for this person's decision; nobody else sees it."""
    return HeldUpload.objects.filter(key=key, by=user).select_related("contract").first()
