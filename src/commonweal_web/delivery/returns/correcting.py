"""Correcting a claim that was sent: a new revision takes its place, and the ledger keeps both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from commonweal.ledger import Account
from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.delivery import arrival, ledger
from commonweal_web.delivery.models import Claim, ClaimState, Movement, Receipt, Return
from commonweal_web.delivery.returns import behind, sending
from commonweal_web.delivery.returns.acting import next_revision, note_typist, role_for
from commonweal_web.delivery.returns.dates import closes_on, london_day
from commonweal_web.delivery.transitions import ClaimAct, ReturnAct, perform
from commonweal_web.organisations.policies import Permission

ZERO = Decimal(0)
SENT = (ClaimState.SUBMITTED, ClaimState.ASKED, ClaimState.DECIDED)


@dataclass(frozen=True, slots=True)
class Correction:
    """The right figures of a claim, and why the first ones were not. A nil takes the whole claim back."""

    amount: Decimal | None
    reason: str
    denominator: Decimal | None = None
    nil: bool = False


@transaction.atomic
def claim_correct(*, claim: Claim, shown: int | None, correction: Correction, by: Any, now: dt.datetime) -> Receipt:
    """
    Put a new revision in the place of a claim that was sent. What stood as pending or verified is withdrawn by
    movements that say why, and the new figure waits to be checked; what was rejected stays rejected.

    After the period closed, only a smaller figure is taken.

    :raises Refused: if nothing changes, part of it is disputed, or the period has closed
    """
    ret = sending.locked_with_kpis(claim.ret, by, Permission.RETURN_CORRECT, None)
    claim = (
        Claim.objects.select_for_update(of=("self",)).select_related("kpi__current", "ret__contract").get(pk=claim.pk)
    )
    claim.expect(shown)
    _require_correctable(ret, claim, correction, london_day(now))
    role = role_for(by, Permission.RETURN_CORRECT)
    _take_out(claim, correction.reason, by, role, now)
    perform(claim, ClaimAct.WITHDRAW)
    new = _revision(claim, correction, by, now)
    behind.copy_rows(claim, new, now)
    perform(new, ClaimAct.SUBMIT)
    ledger.claim_all(claims=[new], by=by, role=role, now=now)
    arrival.look_at(claims=[new], by=by, now=now)
    claims = Claim.objects.filter(ret=ret, state__in=SENT).select_related("kpi", "kpi_version").order_by("kpi", "pk")
    receipt = sending.receive(ret, list(claims), by, now, ReturnAct.CORRECT)
    note_typist(ret, by, now)
    sending.log(
        ret,
        "claim.corrected",
        by,
        role,
        now,
        old={"kpi": claim.kpi.ref, "amount": claim.amount, "revision": claim.revision},
        new={"amount": new.amount, "revision": new.revision, "receipt": receipt.sha256},
        reason=correction.reason,
    )
    return receipt


def _require_correctable(ret: Return, claim: Claim, correction: Correction, today: dt.date) -> None:
    if not correction.reason.strip():
        raise Invalid({"reason": ["Say why the figure changes."]})
    if claim.state not in SENT:
        raise Refused("Only a claim that was sent can be corrected. Change the draft instead.", code="wrong_state")
    old = ZERO if claim.nil else claim.amount or ZERO
    wanted = ZERO if correction.nil else correction.amount
    if wanted is None:
        raise Invalid({"amount": ["Give the right amount, or choose nothing to report."]})
    if (wanted, correction.nil, correction.denominator) == (old, claim.nil, claim.denominator):
        raise Invalid({"amount": ["This is what the claim says already."]})
    if today > closes_on(ret, today) and wanted >= old:
        raise Refused(
            "This period has closed, so a figure can only be made smaller. For a larger one, ask for the return to be "
            "reopened.",
            code="locked",
        )
    if ledger.held(claim=claim, account=Account.DISPUTED).amount:
        raise Refused(
            "Part of this claim is disputed. It can be corrected once the dispute is settled.", code="disputed"
        )


def _take_out(claim: Claim, reason: str, by: Any, role: str, now: dt.datetime) -> None:
    """Bring what was verified back to pending by corrections, and withdraw all that is pending."""
    verified = Movement.objects.filter(claim=claim, target=Account.VERIFIED, corrects=None).order_by("-pk")
    for movement in verified.annotate(back=Sum("corrections__amount")):
        left = movement.amount - (movement.back or ZERO)
        if left and movement.source == Account.DISPUTED:
            raise Refused("This claim was settled after a dispute, so only the council can correct it.", code="settled")
        if left:
            ledger.correct(movement=movement, amount=left, by=by, role=role, now=now, reason=reason)
    ledger.withdraw(claim=claim, by=by, role=role, now=now, reason=reason)


def _revision(claim: Claim, correction: Correction, by: Any, now: dt.datetime) -> Claim:
    return Claim.objects.create(
        ret=claim.ret,
        kpi=claim.kpi,
        kpi_version=claim.kpi_version,
        revision=next_revision(claim.ret, claim.kpi),
        amount=ZERO if correction.nil else correction.amount,
        denominator=None if correction.nil else correction.denominator,
        nil=correction.nil,
        nil_reason=correction.reason if correction.nil else "",
        account=claim.account,
        place=claim.place,
        cohort=claim.cohort,
        working={**claim.working, "correction": correction.reason},
        warnings_answered=claim.warnings_answered,
        valid_until=claim.valid_until,
        updated_at=now,
        updated_by=by,
    )
