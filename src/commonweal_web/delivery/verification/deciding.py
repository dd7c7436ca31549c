"""
What a verifier does to a claim: accept, accept part, ask, reject, mark as disputed, settle, correct.

Each act is one decision, its movements, and one row of the log, in one transaction under the locks of contract, KPI,
return and claim. Two people who act at the same time stand in a queue; the second finds another version and is told so.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal.ledger import EMPTY, Account, Balance
from commonweal.quantities import plain
from commonweal.reporting.wording import amount as in_words
from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.delivery import doubles, ledger
from commonweal_web.delivery.models import Claim, ClaimState, Decision, Movement, Return
from commonweal_web.delivery.transitions import ClaimAct, ReturnAct, allowed, perform
from commonweal_web.delivery.verification import evidence, standing, telling
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import Permission

ZERO = Decimal(0)
Verdict = Decision.Verdict
P, V, R, D = Account.PENDING, Account.VERIFIED, Account.REJECTED, Account.DISPUTED
OPEN = (ClaimState.SUBMITTED, ClaimState.ASKED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: the verdict, the parts in the claim's unit where it takes some, and why."""

    verdict: str
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    disputed: Decimal | None = None
    reason: str = ""
    form_key: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wish comes to: how much goes from where to where."""

    accepted: Decimal = ZERO
    rejected: Decimal = ZERO
    disputed: Decimal = ZERO
    source: Account = P

    @property
    def moves(self) -> list[ledger.Move]:
        parts = ((V, self.accepted), (R, self.rejected), (D, self.disputed))
        return [(self.source, target, amount) for target, amount in parts if amount]


@transaction.atomic
def claim_decide(*, claim: Claim, version: int | None, wish: Wish, by: Any, now: dt.datetime) -> Decision:
    """
    Decide about a claim, or about what is left of it.

    The same form sent twice is answered with the decision that it made.

    :raises NotPermitted: if this person had a hand in the claim or has a tie with the supplier
    :raises StaleVersion: if somebody decided or recalled it meanwhile
    :raises Invalid, Refused: in words
    """
    claim = locked(claim)
    if wish.form_key and (done := Decision.objects.filter(form_key=wish.form_key, claim=claim, by=by).first()):
        return done
    standing.require(by, claim)
    expect(claim, version)
    plan = planned(claim, wish, by)
    decision = _note(claim, wish, plan, by, now)
    role = role_of(by)
    moves = plan.moves
    if not moves and claim.denominator and plan.source is P and wish.verdict in (Verdict.ACCEPT, Verdict.REJECT):
        moves = [(P, V if wish.verdict == Verdict.ACCEPT else R, ZERO)]  # a ratio of which nothing was reached
    ledger.decide(claim=claim, moves=moves, decision=decision, by=by, role=role, now=now, reason=wish.reason)
    _next_state(claim, wish)
    log(claim, f"claim.{wish.verdict}", by, role, now, decision=decision)
    telling.of_decision(decision=decision, now=now)
    return decision


@transaction.atomic
def claim_reopen(
    *, claim: Claim, version: int | None, movement: Movement, amount: Decimal, reason: str, by: Any, now: dt.datetime
) -> Decision:
    """
    Correct a decision: take an amount back from verified or rejected by a movement that names the first one. It is
    pending again afterwards and waits to be decided anew.

    :raises Refused: if less of it is left
    """
    claim = locked(claim)
    standing.require(by, claim)
    expect(claim, version)
    if not reason.strip():
        raise Invalid({"reason": ["Say why the decision is corrected."]})
    if movement.claim_id != claim.pk or movement.source == Account.OUTSIDE or movement.corrects_id:
        raise Refused("Only what a decision moved can be corrected here.", code="not_a_decision")
    wish = Wish(Verdict.CORRECT, reason=reason)
    part = Plan(accepted=amount) if movement.target == V else Plan(rejected=amount)
    decision = _note(claim, wish, part, by, now)
    role = role_of(by)
    ledger.correct(movement=movement, amount=amount, by=by, role=role, now=now, reason=reason, decision=decision)
    perform(claim, ClaimAct.REOPEN if claim.state == ClaimState.DECIDED else ClaimAct.PART)
    ret = claim.ret
    if allowed(ret, ReturnAct.CORRECT):
        perform(ret, ReturnAct.CORRECT)
    log(claim, "claim.correct", by, role, now, decision=decision)
    telling.of_decision(decision=decision, now=now)
    return decision


@transaction.atomic
def question_answer(*, claim: Claim, answer: str, by: Any, now: dt.datetime) -> Decision:
    """
    Answer the verifier's question for the supplier; the claim goes back to the queue.

    :raises Refused: if nothing was asked, or it was answered before
    """
    from commonweal_web.contracts.doors import allow

    claim = locked(claim)
    allow(by, Permission.RETURN_SUBMIT, claim.ret.contract)
    if not answer.strip():
        raise Invalid({"answer": ["Write your answer."]})
    asked = claim.decisions.filter(verdict=Verdict.ASK, answered_by=None).last()
    if asked is None or claim.state != ClaimState.ASKED:
        raise Refused("This question was answered before, or the claim has moved on.", code="answered")
    asked.answer, asked.answered_by, asked.answered_at = answer.strip(), by, now
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    perform(claim, ClaimAct.ANSWER)
    role = min(selectors.roles_of(by, Permission.RETURN_SUBMIT), default="")
    log(claim, "claim.answer", by, role, now, new={"answer": answer.strip()})
    return asked


def locked(claim: Claim) -> Claim:
    """Return a claim under its lock, after those of its contract, KPI and return."""
    Contract.objects.select_for_update().get(pk=claim.ret.contract_id)
    Kpi.objects.select_for_update().get(pk=claim.kpi_id)
    Return.objects.select_for_update().get(pk=claim.ret_id)
    found = Claim.objects.select_for_update(of=("self",))
    return found.select_related(
        "kpi__contract__authority", "kpi__current", "kpi_version__kpi", "ret__contract__authority"
    ).get(pk=claim.pk)


def expect(claim: Claim, version: int | None) -> None:
    """
    Refuse an act made from another version of the claim, and say what changed.

    :raises StaleVersion: with who did what
    """
    if version is None or version == claim.version:
        return
    last = claim.decisions.select_related("by").last()
    who = f"{last.by.name}: {last.get_verdict_display()}" if last else claim.get_state_display()
    raise StaleVersion(
        f"Somebody changed this claim while you had it open ({who}), so nothing of yours was saved. "
        f"Look at what it says now, then decide.",
        changes={"State": ("waiting to be checked", claim.get_state_display())},
    )


def planned(claim: Claim, wish: Wish, by: Any) -> Plan:
    """Return what a wish comes to, once it is possible in the claim's state."""
    if wish.verdict not in Verdict.values or wish.verdict == Verdict.CORRECT:
        raise Invalid({"verdict": ["Choose what you decide."]})
    if claim.state not in OPEN:
        raise Refused(f"This claim is “{claim.get_state_display()}” now, so it cannot be decided.", code="wrong_state")
    if wish.verdict in (Verdict.ASK, Verdict.REJECT, Verdict.DISPUTE, Verdict.SETTLE) and not wish.reason.strip():
        raise Invalid({"reason": [_REASONS[Verdict(wish.verdict)]]})
    held = ledger.standing(claim)
    if wish.verdict == Verdict.SETTLE:
        return _settled(claim, wish, held[D], by)
    plan = _PLANS[Verdict(wish.verdict)](claim, wish, held[P])
    if plan.accepted:
        evidence.require_usable(claim, wish.reason)
        doubles.require_not_doubtful(claim, held[V].amount + plan.accepted)
    return plan


def _accept(claim: Claim, wish: Wish, pending: Balance) -> Plan:
    if claim.amount and pending == EMPTY:
        raise Refused("Nothing of this claim is pending. Settle the dispute instead.", code="nothing_pending")
    return Plan(accepted=pending.amount)


def _part(claim: Claim, wish: Wish, pending: Balance) -> Plan:
    accepted, rejected = wish.accepted or ZERO, wish.rejected or ZERO
    unit = (claim.kpi_version or claim.kpi.current).unit  # type: ignore[union-attr]
    if wish.accepted is None and wish.rejected is None:
        raise Invalid({"accepted": ["Enter how much you accept."]})
    if accepted + rejected > pending.amount:
        words = (
            f"{in_words(accepted + rejected, unit)} is more than the {in_words(pending.amount, unit)} that are pending."
        )
        raise Invalid({"accepted": [words]})
    if rejected and not wish.reason.strip():
        raise Invalid({"reason": ["Say why a part is rejected."]})
    if not accepted + rejected:
        raise Invalid({"accepted": ["Enter an amount above 0, or choose another answer."]})
    return Plan(accepted=accepted, rejected=rejected)


def _reject(claim: Claim, wish: Wish, pending: Balance) -> Plan:
    return Plan(rejected=pending.amount)


def _ask(claim: Claim, wish: Wish, pending: Balance) -> Plan:
    return Plan()


def _dispute(claim: Claim, wish: Wish, pending: Balance) -> Plan:
    amount = pending.amount if wish.disputed is None else wish.disputed
    if not ZERO < amount <= pending.amount:
        raise Invalid(
            {"disputed": [f"Enter an amount above 0 and up to the {plain(pending.amount)} that are pending."]}
        )
    return Plan(disputed=amount)


def _settled(claim: Claim, wish: Wish, disputed: Balance, by: Any) -> Plan:
    if not disputed.amount:
        raise Refused("Nothing of this claim is disputed.", code="nothing_disputed")
    if claim.decisions.filter(verdict=Verdict.DISPUTE, by=by).exists():
        raise NotPermitted("You marked this claim as disputed, so a second verifier settles it.", code="own_dispute")
    accepted = wish.accepted if wish.accepted is not None else disputed.amount
    rejected = wish.rejected if wish.rejected is not None else disputed.amount - accepted
    if min(accepted, rejected) < 0 or accepted + rejected != disputed.amount:
        words = f"Accepted and rejected must make the {plain(disputed.amount)} that are disputed."
        raise Invalid({"accepted": [words]})
    return Plan(accepted=accepted, rejected=rejected, source=D)


_PLANS = {
    Verdict.ACCEPT: _accept,
    Verdict.PART: _part,
    Verdict.REJECT: _reject,
    Verdict.ASK: _ask,
    Verdict.DISPUTE: _dispute,
}
_REASONS = {
    Verdict.ASK: "Write what you ask the supplier.",
    Verdict.REJECT: "Say why it is rejected. The supplier reads this.",
    Verdict.DISPUTE: "Say what is disputed and what it rests on. The supplier reads this.",
    Verdict.SETTLE: "Say how the dispute is settled and why. The supplier reads this.",
}


def _note(claim: Claim, wish: Wish, plan: Plan, by: Any, now: dt.datetime) -> Decision:
    return Decision.objects.create(
        claim=claim,
        verdict=wish.verdict,
        accepted=plan.accepted,
        rejected=plan.rejected,
        disputed=plan.disputed,
        reason=wish.reason.strip(),
        by=by,
        submitter_id=claim.ret.submitted_by_id,
        at=now,
        form_key=wish.form_key or secrets.token_urlsafe(18),
    )


def _next_state(claim: Claim, wish: Wish) -> None:
    """Take the claim where it belongs now: asked, decided once nothing is open, or still waiting; then the return."""
    if wish.verdict == Verdict.ASK:
        perform(claim, ClaimAct.ASK)
        return
    held = ledger.standing(claim)
    done = held[P] == EMPTY and held[D] == EMPTY
    perform(claim, ClaimAct.DECIDE if done else ClaimAct.PART)
    ret = claim.ret
    left = Claim.objects.filter(ret=ret).exclude(state__in=[ClaimState.DECIDED, ClaimState.WITHDRAWN])
    if done and allowed(ret, ReturnAct.CHECK) and not left.exists():
        perform(ret, ReturnAct.CHECK)


def role_of(by: Any) -> str:
    return min(selectors.roles_of(by, Permission.CLAIM_VERIFY), default="")


def log(
    claim: Claim,
    verb: str,
    by: Any,
    role: str,
    now: dt.datetime,
    *,
    decision: Decision | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Write the act's one row of the log."""
    if decision is not None:
        new = {"accepted": decision.accepted, "rejected": decision.rejected, "disputed": decision.disputed}
    record(
        organisation_id=claim.ret.contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=(claim._meta.label_lower, claim.pk, f"{claim.kpi} {claim.ret.starts:%Y-%m-%d}"),
        contract_id=claim.ret.contract_id,
        new={"state": claim.state, "revision": claim.revision, **(new or {})},
        reason=decision.reason if decision else "",
        now=now,
    )
