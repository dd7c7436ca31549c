"""Sending a return and taking it back: what must be there first, the receipt, and what goes to the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from commonweal.periods import day_in_words
from commonweal.portfolio import Kind
from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.delivery import arrival, ledger
from commonweal_web.delivery.models import Claim, ClaimState, Decision, Receipt, Return, ReturnState
from commonweal_web.delivery.returns import behind, checks, facts
from commonweal_web.delivery.returns.acting import locked_return, next_revision, note_typist, role_for
from commonweal_web.delivery.returns.canonical import canonical_text, sha256_of
from commonweal_web.delivery.returns.dates import closes_on, london_day, may_be_sent, why_locked
from commonweal_web.delivery.returns.prefill import last_amounts
from commonweal_web.delivery.transitions import ClaimAct, ReturnAct, allowed, perform
from commonweal_web.organisations.policies import Permission

COPIED = (
    "kpi",
    "amount",
    "denominator",
    "nil",
    "nil_reason",
    "account",
    "place",
    "cohort",
    "working",
    "warnings_answered",
    "valid_until",
)


@transaction.atomic
def return_submit(*, ret: Return, version: int | None, by: Any, arrived_at: dt.datetime, now: dt.datetime) -> Receipt:
    """
    Send a return. `arrived_at` is the moment at which the request was complete; it decides whether it is in time.

    Each claim is frozen with the KPI's version in force and posted to the ledger as pending.

    :raises Invalid: with everything that is still missing or wrong
    :raises Refused: if it was sent already, or arrived before its period ended or after it closed
    """
    ret = locked_with_kpis(ret, by, Permission.RETURN_SUBMIT, version)
    _require_sendable(ret, arrived_at)
    claims = list(_drafts(ret).select_for_update(of=("self",)))
    problems = what_is_missing(ret, claims, now=arrived_at)
    if problems:
        raise Invalid({"": problems})
    for claim in claims:
        claim.kpi_version = claim.kpi.current
        perform(claim, ClaimAct.SUBMIT, also=["kpi_version"])
    role = role_for(by, Permission.RETURN_SUBMIT)
    ledger.claim_all(claims=claims, by=by, role=role, now=arrived_at)
    arrival.look_at(claims=claims, by=by, now=arrived_at)
    receipt = receive(ret, claims, by, arrived_at, ReturnAct.SUBMIT)
    note_typist(ret, by, now)
    log(ret, "return.submitted", by, role, now, new={"receipt": receipt.sha256, "claims": len(claims)})
    return receipt


@transaction.atomic
def return_recall(*, ret: Return, version: int | None, reason: str, by: Any, now: dt.datetime) -> Return:
    """
    Take a return back before anything of it was decided: what is pending is withdrawn, and a draft with the same
    answers opens.

    :raises Refused: if something was decided, or the period has closed so that it could not be sent again
    """
    ret = locked_with_kpis(ret, by, Permission.RETURN_SUBMIT, version)
    _require_recallable(ret, london_day(now))
    role = role_for(by, Permission.RETURN_SUBMIT)
    sent = Claim.objects.filter(ret=ret, state__in=[ClaimState.SUBMITTED, ClaimState.ASKED])
    for claim in sent.select_for_update(of=("self",)).select_related("kpi", "ret").order_by("pk"):
        ledger.withdraw(claim=claim, by=by, role=role, now=now, reason=reason or "Recalled by the supplier")
        perform(claim, ClaimAct.WITHDRAW)
        _draft_again(claim, by, now)
    perform(ret, ReturnAct.RECALL)
    note_typist(ret, by, now)
    log(ret, "return.recalled", by, role, now, old={"receipt": ret.receipt}, reason=reason)
    return ret


def what_is_missing(ret: Return, claims: Sequence[Claim], *, now: dt.datetime) -> list[str]:
    """Return, sentence by sentence, what keeps a return from being sent; empty if nothing does."""
    kpis = facts.kpis_of(ret)
    due = facts.due_in(ret, kpis)
    by_kpi = {claim.kpi_id: claim for claim in claims}
    said = []
    for kpi in kpis:
        claim = by_kpi.get(kpi.pk)
        if claim is not None and not answered(claim):
            said.append(f"{kpi.ref}: give what was delivered, or choose “Nothing to report” with its reason.")
        elif claim is None and kpi.pk in due:
            said.append(f"{kpi.ref} has no answer yet. If there was nothing to report, say so with the reason.")
    if not (ret.only_this_contract and ret.only_contracted):
        said.append("Confirm both declarations.")
    whole = [claim for claim in claims if answered(claim)]
    found = checks.findings(ret, whole, last_amounts(ret), due, now)
    return said + [f"{one.kpi}: {one.text}" for one in found if one.blocks]


def answered(claim: Claim) -> bool:
    """Return whether a claim says something: an amount, a nil with its reason, or words where words are asked."""
    if claim.nil:
        return bool(claim.nil_reason)
    if claim.kpi.current is not None and claim.kpi.current.kind in (Kind.NARRATIVE, Kind.REFERENCE):
        return bool(claim.account)
    return claim.amount is not None


def locked_with_kpis(ret: Return, by: Any, permission: Permission, version: int | None) -> Return:
    """Lock contract, KPIs and return, in that order."""
    Contract.objects.select_for_update().get(pk=ret.contract_id)
    list(Kpi.objects.select_for_update().filter(contract_id=ret.contract_id).order_by("pk"))
    return locked_return(ret=ret, by=by, permission=permission, version=None if version is None else version)


def _drafts(ret: Return) -> Any:
    drafts = Claim.objects.filter(ret=ret, state=ClaimState.DRAFT)
    return drafts.select_related("kpi__current", "kpi__contract", "ret__contract__authority").order_by("kpi", "pk")


def _require_sendable(ret: Return, arrived_at: dt.datetime) -> None:
    day = london_day(arrived_at)
    if not allowed(ret, ReturnAct.SUBMIT) and ret.submitted_by_id:
        raise Refused("This return was sent already. Its receipt says when and by whom.", code="sent")
    if may_be_sent(ret, arrived_at):
        return
    if day <= ret.ends:
        words = (
            f"The period runs until {day_in_words(ret.ends)}. Send the return from the day after; it is kept so far."
        )
        raise Refused(words, code="too_early")
    authority = ret.contract.authority
    raise Refused(" ".join(why_locked(ret, day, authority.short_name or authority.name)), code="locked")


def _require_recallable(ret: Return, today: dt.date) -> None:
    decided = Decision.objects.filter(claim__ret=ret).exclude(verdict=Decision.Verdict.ASK).select_related("by")
    first = decided.order_by("at").first()
    if ret.state == ReturnState.CHECKED or first is not None:
        since = f" on {day_in_words(london_day(first.at))}" if first else ""
        raise Refused(
            f"Checking began{since}, so the return cannot be recalled. Send a correction of the claim instead.",
            code="checked",
        )
    if today > closes_on(ret, today):
        raise Refused(
            "This period has closed: a recalled return could not be sent again. Send a correction instead.",
            code="locked",
        )


def _draft_again(claim: Claim, by: Any, now: dt.datetime) -> Claim:
    """Open a new revision with the answers of a withdrawn one."""
    copied = {name: getattr(claim, name) for name in COPIED}
    draft = Claim.objects.create(
        ret=claim.ret, revision=next_revision(claim.ret, claim.kpi), updated_at=now, updated_by=by, **copied
    )
    behind.copy_rows(claim, draft, now)
    return draft


def receive(ret: Return, claims: Sequence[Claim], by: Any, at: dt.datetime, act: ReturnAct) -> Receipt:
    """Write the receipt and take the return to its next state."""
    number = ret.receipts.count() + 1
    text = canonical_text(ret=ret, claims=claims, number=number, received_at=at)
    receipt = Receipt.objects.create(ret=ret, number=number, received_at=at, by=by, text=text, sha256=sha256_of(text))
    ret.receipt = receipt.sha256
    if act is ReturnAct.SUBMIT:
        ret.received_at, ret.submitted_by = at, by
        ret.first_received_at = ret.first_received_at or at
    perform(ret, act, also=["receipt", "received_at", "first_received_at", "submitted_by"])
    return receipt


def log(
    ret: Return, verb: str, by: Any, role: str, now: dt.datetime, *, old: Any = None, new: Any = None, reason: str = ""
) -> None:
    record(
        organisation_id=ret.contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=(ret._meta.label_lower, ret.pk, str(ret.contract)),
        contract_id=ret.contract_id,
        old=old,
        new=new,
        reason=reason,
        now=now,
    )
