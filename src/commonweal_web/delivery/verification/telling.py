"""What the supplier is told about a decision, through the outbox; the same is on their page."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from commonweal.reporting.wording import amount as in_words
from commonweal_web.core import clock, outbox
from commonweal_web.core.errors import Refused
from commonweal_web.delivery import people
from commonweal_web.delivery.models import Decision

SAID = {
    Decision.Verdict.ASK: "We have a question about",
    Decision.Verdict.REJECT: "We could not accept",
    Decision.Verdict.PART: "We accepted a part of",
    Decision.Verdict.DISPUTE: "We marked as disputed",
    Decision.Verdict.SETTLE: "The dispute is settled about",
    Decision.Verdict.CORRECT: "We corrected our decision about",
}
"""A claim that is accepted whole is told by the receipt's page alone."""


def of_decision(*, decision: Decision, now: dt.datetime) -> None:
    """Queue one mail to the supplier's contact; nobody there is no reason to stop."""
    said = SAID.get(Decision.Verdict(decision.verdict))
    contract = decision.claim.ret.contract
    contact = people.live_contact(contract, clock.today())
    if said is None or contact is None:
        return
    kpi = decision.claim.kpi
    page = reverse("delivery:claim", args=[contract.pk, decision.claim_id])
    words = [f"{said} {kpi.ref} of {contract.reference}.", decision.reason, _amounts(decision)]
    body = "\n\n".join(filter(None, [*words, f"{settings.BASE_URL}{page}"]))
    try:
        outbox.queue(
            key=f"decision:{decision.pk}",
            to=contact.email,
            to_user_id=contact.user_id,
            organisation_id=contract.authority_id,
            subject=f"{said} {kpi.ref}",
            body=body,
            now=now,
        )
    except Refused:
        return  # an address that cannot be written to is on the alarm list of the contract


def _amounts(decision: Decision) -> str:
    version = decision.claim.kpi_version or decision.claim.kpi.current
    unit = version.unit if version else ""
    parts = (("accepted", decision.accepted), ("rejected", decision.rejected), ("disputed", decision.disputed))
    return ", ".join(f"{in_words(amount, unit)} {word}" for word, amount in parts if amount)
