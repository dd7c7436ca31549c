"""The evidence of a draft claim: an item added or reused; and what the app of evidence asks about its items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse

from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.core.errors import Refused
from commonweal_web.delivery.models import Claim, ClaimEvidence, ClaimState, Return
from commonweal_web.delivery.returns import drafting
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.evidence.hooks import Use
from commonweal_web.evidence.models import EvidenceItem


@transaction.atomic
def evidence_choose(
    *, ret: Return, kpi: Kpi, items: Iterable[EvidenceItem], shown: int | None, by: Any, now: dt.datetime
) -> Claim:
    """
    Let the claim of a KPI rest on exactly these items; one item may support several claims.

    :raises Refused: if an item is of another contract, or was withdrawn
    :raises StaleVersion: if somebody else saved this claim meanwhile
    """
    Contract.objects.select_for_update().get(pk=ret.contract_id)  # as whoever withdraws or replaces a file does
    ret, claim = drafting.draft_of(ret, kpi, shown, by, now)
    rows = EvidenceItem.objects.filter(pk__in=[item.pk for item in items])
    wanted = {item.pk: item for item in rows.order_by("pk")}  # as they stand now, not as the page found them
    for item in wanted.values():
        if item.contract_id != ret.contract_id or item.withdrawn_at is not None:
            raise Refused("This file cannot be used here: it was withdrawn, or is of another contract.", code="item")
    there = set(claim.evidence_links.values_list("item_id", flat=True)) if claim.pk else set()
    if there == wanted.keys():
        return claim
    drafting.keep(ret, claim, by, now)
    ClaimEvidence.objects.filter(claim=claim).exclude(item__in=wanted.keys()).delete()
    ClaimEvidence.objects.bulk_create(
        ClaimEvidence(claim=claim, item=item, linked_by=by, linked_at=now)
        for pk, item in wanted.items()
        if pk not in there
    )
    drafting.log_draft(
        ret, claim, "claim.evidence_chosen", by, now, {"items": sorted(there)}, {"items": sorted(wanted)}
    )
    return claim


def uses_of(item: EvidenceItem) -> list[Use]:
    """Return the claims that rest on an item; one that was sent is frozen."""
    links = item.claim_links.select_related("claim__kpi", "claim__ret").exclude(claim__state=ClaimState.WITHDRAWN)
    return [
        Use(
            f"the claim for {link.claim.kpi.ref} of {period_of(link.claim.ret).label}",
            reverse("delivery:return", args=[link.claim.ret.contract_id, link.claim.ret_id]),
            link.claim.state != ClaimState.DRAFT,
        )
        for link in links
    ]


def replaced(*, old: EvidenceItem, new: EvidenceItem, by: Any, now: dt.datetime) -> None:
    """Let drafts rest on the item that takes another's place."""
    for link in old.claim_links.filter(claim__state=ClaimState.DRAFT).select_related("claim"):
        ClaimEvidence.objects.get_or_create(claim=link.claim, item=new, defaults={"linked_by": by, "linked_at": now})
        link.delete()


def withdrawn(*, item: EvidenceItem, by: Any, now: dt.datetime) -> None:
    """Let drafts go on without an item that was withdrawn."""
    item.claim_links.filter(claim__state=ClaimState.DRAFT).delete()
