"""What a verified claim may rest on."""

from __future__ import annotations

from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.delivery.models import Claim, Confirmation
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.selectors import may_rest_on

ANSWERED = (Confirmation.State.CONFIRMED, Confirmation.State.CORRECTED)


def items(claim: Claim) -> list[EvidenceItem]:
    """Return the evidence of a claim that was not withdrawn."""
    links = claim.evidence_links.filter(item__withdrawn_at=None).select_related("item__file").order_by("pk")
    return [link.item for link in links]


def require_usable(claim: Claim, reason: str) -> None:
    """
    Refuse to accept on files that are not through the virus check; without any evidence, ask what convinced.

    :raises Refused: if files wait for the scanner, or the only ones hold a virus
    :raises Invalid: if there is nothing at all and no reason is given
    """
    given = items(claim)
    usable = [item for item in given if may_rest_on(item)]
    if given and not usable:
        raise Refused(
            "No file of this claim is through the virus check yet, so nothing can be accepted on it. "
            "Wait for the check, or ask the supplier for another file.",
            code="not_scanned",
        )
    confirmed = claim.confirmations.filter(state__in=ANSWERED).exists()
    if not usable and not confirmed and claim.amount and not reason.strip():
        raise Invalid({"reason": ["There is no evidence for this claim. Say what shows that it was delivered."]})
