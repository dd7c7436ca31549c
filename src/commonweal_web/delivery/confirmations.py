"""
A beneficiary confirms or corrects a quantity by a link, without an account.

The link holds 256 random bits; only their hash is kept. It answers once: opened again it shows what was said. What a
beneficiary says decides nothing; it is proposed to the verifier.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from commonweal.periods import Period, day_in_words
from commonweal.reporting.wording import amount as in_words
from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Contract
from commonweal_web.core import outbox
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.delivery import people
from commonweal_web.delivery.models import Claim, ClaimState, Confirmation
from commonweal_web.delivery.returns.dates import london_day
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.policies import Permission

LASTS = dt.timedelta(days=30)
State = Confirmation.State
ASKERS = (Permission.RETURN_SUBMIT, Permission.CLAIM_VERIFY)


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmation that was asked for, and the link's secret part, which is kept nowhere."""

    confirmation: Confirmation
    token: str


@transaction.atomic
def confirmation_ask(*, claim: Claim, beneficiary: str, email: str, by: Any, now: dt.datetime) -> Asked:
    """
    Ask a beneficiary to confirm what a claim says; the link goes out by mail.

    :raises NotPermitted: for anybody but the supplier and the contract's verifiers
    :raises Invalid: if the address belongs to the supplier itself
    """
    claim = Claim.objects.select_for_update(of=("self",)).select_related("ret__contract", "kpi").get(pk=claim.pk)
    role = _role(by, claim.ret.contract)
    if claim.nil or not claim.amount or claim.state in (ClaimState.DRAFT, ClaimState.WITHDRAWN):
        raise Refused("There is no amount of this claim to confirm.", code="nothing")
    _require_outside(claim, email)
    if claim.confirmations.filter(email__iexact=email, state=State.ASKED, expires_at__gt=now).exists():
        raise Invalid({"email": ["This person was asked already, and the link still works."]})
    token = secrets.token_urlsafe(32)
    row = Confirmation.objects.create(
        claim=claim,
        beneficiary=beneficiary.strip(),
        email=email.strip(),
        claimed=claim.amount,
        token_hash=hash_of(token),
        asked_by=by,
        asked_at=now,
        expires_at=now + LASTS,
    )
    _mail(row, token, now)
    _log(row, "confirmation.asked", by, role, now)
    return Asked(row, token)


@transaction.atomic
def confirmation_answer(
    *, token: str, answer: str, amount: Decimal | None, comment: str, answered_as: str, now: dt.datetime
) -> Confirmation:
    """
    Record what a beneficiary says: yes, another number, or no. A second answer changes nothing.

    :raises Refused: if there is no such link, or it has expired
    """
    found = find(token)
    if found is None:
        raise Refused("This link is not known. Copy it whole from the mail.", code="unknown")
    row = Confirmation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.state != State.ASKED:
        return row
    if row.expires_at <= now:
        raise Refused("This link has expired. Ask whoever sent it for a new one.", code="expired")
    row.state, row.confirmed = _answer(row, answer, amount)
    row.comment, row.answered_as, row.answered_at = comment.strip(), answered_as.strip()[:120], now
    row.save(update_fields=["state", "confirmed", "comment", "answered_as", "answered_at"])
    _log(row, "confirmation.answered", None, "beneficiary", now)
    return row


def find(token: str) -> Confirmation | None:
    """Return the confirmation that a link belongs to."""
    rows = Confirmation.objects.select_related("claim__kpi", "claim__kpi_version", "claim__ret__contract__authority")
    return rows.filter(token_hash=hash_of(token)).first()


def proposed(claim: Claim, pending: Decimal) -> Decimal | None:
    """Return how much a verifier is offered to accept: what the last answer says, where it is less than is pending."""
    answered = claim.confirmations.filter(state__in=[State.CORRECTED, State.DENIED]).order_by("answered_at").last()
    if answered is None or answered.confirmed is None or not 0 < answered.confirmed < pending:
        return None
    return answered.confirmed


def hash_of(token: str) -> str:
    """Return what is kept of a link's secret part."""
    return hashlib.sha256(token.encode()).hexdigest()


def what_was_claimed(row: Confirmation) -> dict[str, Any]:
    """Return what the beneficiary is shown: no more of the contract than they need to answer."""
    claim = row.claim
    version = claim.kpi_version or claim.kpi.current
    return {
        "supplier": people.supplier_name(claim.ret.contract),
        "authority": claim.ret.contract.authority.name,
        "contract": claim.ret.contract.title,
        "period": Period(claim.ret.starts, claim.ret.ends).label,
        "deliverable": version.deliverable if version else claim.kpi.ref,
        "amount": row.claimed,
        "unit": version.unit if version else "",
    }


def _answer(row: Confirmation, answer: str, amount: Decimal | None) -> tuple[str, Decimal | None]:
    if answer == "yes":
        return State.CONFIRMED, row.claimed
    if answer == "no":
        return State.DENIED, Decimal(0)
    if answer != "other":
        raise Invalid({"answer": ["Choose an answer."]})
    if amount is None or amount < 0:
        raise Invalid({"amount": ["Enter how much you received."]})
    return (State.CONFIRMED if amount == row.claimed else State.CORRECTED), amount


def _role(by: Any, contract: Contract) -> str:
    for permission in ASKERS:
        if Contract.objects.filter(pk=contract.pk).allowing(by, permission).exists():
            return min(selectors.roles_of(by, permission), default="")
    raise NotPermitted("The supplier or a verifier of this contract asks a beneficiary to confirm.")


def _require_outside(claim: Claim, email: str) -> None:
    """Nobody confirms their own delivery: not the supplier's domain, not one of its people."""
    suppliers = [row.supplier for row in claim.ret.contract.contract_suppliers.select_related("supplier")]
    domain = email.strip().rpartition("@")[2].casefold()
    member = Membership.objects.filter(Q(organisation__in=suppliers), user__email__iexact=email.strip()).exists()
    if member or domain in {s.email_domain.casefold() for s in suppliers if s.email_domain}:
        raise Invalid({"email": ["This address belongs to the supplier. Give one of the group that received it."]})


def _mail(row: Confirmation, token: str, now: dt.datetime) -> None:
    said = what_was_claimed(row)
    link = f"{settings.BASE_URL}{reverse('delivery:confirm', args=[token])}"
    body = (
        f"{said['supplier']} told {said['authority']} that {row.beneficiary} received "
        f"{in_words(said['amount'], said['unit'])} ({said['deliverable']}) in {said['period']}.\n\n"
        f"Tell us whether that is so. It takes a minute and needs no account:\n{link}\n\n"
        f"The link works until {day_in_words(london_day(row.expires_at))} and answers once."
    )
    outbox.queue(
        key=f"confirmation:{row.pk}",
        to=row.email,
        organisation_id=row.claim.ret.contract.authority_id,
        subject=f"Did {row.beneficiary} receive this?",
        body=body,
        now=now,
    )


def _log(row: Confirmation, verb: str, by: Any, role: str, now: dt.datetime) -> None:
    claim = row.claim
    record(
        organisation_id=claim.ret.contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=(claim._meta.label_lower, claim.pk, f"{claim.kpi} {claim.ret.starts:%Y-%m-%d}"),
        contract_id=claim.ret.contract_id,
        new={"state": row.state, "claimed": row.claimed, "confirmed": row.confirmed},
        now=now,
    )
