"""
From the facts of a portfolio to the ledger: promises, claims and decisions become movements.

What cannot be posted is a problem with its place in the input, never an exception and never silently left out.
A decision that names no claim is taken from the claims of its KPI and period, oldest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.ledger import ZERO, Account, Ledger, Movement, Slot
from commonweal.portfolio import Claim, Decision, Kind, Kpi, Outcome, Portfolio, Target
from commonweal.quantities import plain

CLAIM_OUTCOMES: Mapping[Outcome, Account] = {
    Outcome.VERIFIED: Account.VERIFIED,
    Outcome.REJECTED: Account.REJECTED,
    Outcome.DISPUTED: Account.DISPUTED,
    Outcome.WITHDRAWN: Account.WITHDRAWN,
}
PROMISE_OUTCOMES: Mapping[Outcome, Account] = {
    Outcome.RELIEVED: Account.RELIEVED,
    Outcome.TRANSFERRED: Account.TRANSFERRED,
    Outcome.WRITTEN_OFF: Account.WRITTEN_OFF,
}


@dataclass(slots=True)
class Posted:
    """A ledger made from a portfolio, the origin of each movement, and what could not be posted."""

    ledger: Ledger = field(default_factory=Ledger)
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def post(portfolio: Portfolio) -> Posted:
    """
    Return the ledger of `portfolio`.

    Each claim is one slot, so that its parts add up to it; a ratio moves its numerator as the amount and its
    denominator beside it, which goes with the first verified part unless a decision says otherwise.
    """
    posting = _Posting(portfolio)
    for kpi in portfolio.kpis:
        posting.promise(kpi)
    for claim in portfolio.claims:
        posting.claim(claim)
    for number, decision in enumerate(portfolio.decisions, start=1):
        posting.decision(decision, decision.ref or f"D{number}")
    return posting.result


def whole_life_target(kpi: Kpi, targets: list[Target]) -> Decimal | None:
    """Return a KPI's original promise: the one stated, or else the sum of its original targets; None without either."""
    if kpi.target is not None:
        return kpi.target
    original = [t.amount for t in targets if t.version == 0]
    return sum(original, ZERO) if original else None


def kept_share(kpi: Kpi) -> Decimal:
    """Return the share of the gross value that is left after every adjustment of the KPI."""
    share = Decimal(1)
    for _, kept in kpi.adjustments:
        share *= kept
    return share


class _Posting:
    def __init__(self, portfolio: Portfolio) -> None:
        self.result = Posted()
        self.kpis = {kpi.key: kpi for kpi in portfolio.kpis}
        self.targets: dict[tuple[str, str], list[Target]] = defaultdict(list)
        for target in portfolio.targets:
            self.targets[(target.contract, target.kpi)].append(target)
        self.claims: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        self.by_ref: dict[tuple[str, str], Claim] = {}

    def promise(self, kpi: Kpi) -> None:
        amount = whole_life_target(kpi, self.targets[kpi.key])
        if amount and amount > 0 and kpi.kind is not Kind.RATIO:
            movement = Movement(
                f"{kpi.contract}/{kpi.ref}/promise", promise_slot(kpi), Account.OUTSIDE, Account.PROMISED, amount
            )
            self._move(kpi, movement, kpi.origin)

    def claim(self, claim: Claim) -> None:
        kpi = self._kpi(claim.contract, claim.kpi, claim.origin)
        if kpi is None:
            return
        self.claims[kpi.key].append(claim)
        self.by_ref[(claim.contract, claim.ref)] = claim
        if claim.nil or (claim.amount == 0 and not claim.denominator):
            return
        movement = Movement(
            f"{claim.contract}/{claim.ref}",
            claim_slot(kpi, claim),
            Account.OUTSIDE,
            Account.PENDING,
            claim.amount,
            denominator=claim.denominator or ZERO,
            on=claim.received,
            by=claim.by,
            role=claim.role,
            reason=claim.reason,
            evidence=claim.evidence,
            evidence_hash=claim.evidence_hash,
        )
        self._move(kpi, movement, claim.origin)

    def decision(self, decision: Decision, ref: str) -> None:
        kpi = self._kpi(decision.contract, decision.kpi, decision.origin)
        if kpi is None:
            return
        movement_id = f"{decision.contract}/{ref}"
        if decision.corrects:
            self._correct(decision, movement_id)
        elif decision.outcome in CLAIM_OUTCOMES:
            self._decide_claim(kpi, decision, movement_id)
        elif decision.outcome is Outcome.VARIED:
            self._vary(kpi, decision, movement_id)
        else:
            target = PROMISE_OUTCOMES[decision.outcome]
            slot = promise_slot(kpi)
            self._move(kpi, _movement(movement_id, slot, Account.PROMISED, target, decision), decision.origin)

    def _vary(self, kpi: Kpi, decision: Decision, movement_id: str) -> None:
        way = (Account.OUTSIDE, Account.PROMISED) if decision.amount > 0 else (Account.PROMISED, Account.OUTSIDE)
        movement = _movement(movement_id, promise_slot(kpi), *way, decision, amount=abs(decision.amount))
        self._move(kpi, movement, decision.origin)

    def _decide_claim(self, kpi: Kpi, decision: Decision, movement_id: str) -> None:
        target = CLAIM_OUTCOMES[decision.outcome]
        parts = list(self._parts(kpi, decision))
        left = decision.amount - sum((amount for _, _, amount in parts), ZERO)
        if left != 0 or not parts:
            self._problem(
                "decision_above_claim",
                decision.origin,
                f"This decision is about {plain(decision.amount)} {kpi.unit}, but only "
                f"{plain(decision.amount - left)} {kpi.unit} of {kpi.deliverable or kpi.measure} is open to it.",
                "Correct the amount, or add the claim that it belongs to. The decision was left out.",
            )
            return
        for number, (slot, source, amount) in enumerate(parts):
            part_id = movement_id if number == 0 else f"{movement_id}.{number + 1}"
            movement = _movement(part_id, slot, source, target, decision, amount=amount)
            self._move(kpi, self._with_denominator(movement, decision), decision.origin)

    def _parts(self, kpi: Kpi, decision: Decision) -> Iterator[tuple[Slot, Account, Decimal]]:
        """Yield what the decision takes from each claim: from disputed amounts first when it settles a dispute."""
        wanted = decision.amount
        for claim in self._open_claims(kpi, decision):
            slot = claim_slot(kpi, claim)
            for source in _sources(decision):
                held = self.result.ledger.balance(slot, source)
                taken = min(held.amount, wanted)
                if taken > 0 or (wanted == held.amount == 0 and held.denominator > 0):
                    yield slot, source, taken
                    wanted -= taken

    def _open_claims(self, kpi: Kpi, decision: Decision) -> list[Claim]:
        if decision.claim:
            claim = self.by_ref.get((decision.contract, decision.claim))
            return [claim] if claim and claim.kpi == kpi.ref else []
        return [c for c in self.claims[kpi.key] if decision.period in (None, c.period)]

    def _with_denominator(self, movement: Movement, decision: Decision) -> Movement:
        held = self.result.ledger.balance(movement.slot, movement.source)
        if decision.denominator is not None:
            return replace(movement, denominator=decision.denominator)
        whole = movement.amount == held.amount or movement.target is Account.VERIFIED
        return replace(movement, denominator=held.denominator if whole else ZERO)

    def _correct(self, decision: Decision, movement_id: str) -> None:
        try:
            movement = self.result.ledger.correct(
                f"{decision.contract}/{decision.corrects}",
                amount=decision.amount,
                new_id=movement_id,
                on=decision.on,
                by=decision.by,
                reason=decision.reason,
            )
        except errors.IllegalMovement as error:
            self._problem("illegal_movement", decision.origin, error.message, "The correction was left out.")
        else:
            self.result.origins[movement.id] = decision.origin

    def _move(self, kpi: Kpi, movement: Movement, origin: Origin) -> None:
        try:
            posted = self.result.ledger.move(movement, value=kpi.value_per_unit, kept=kept_share(kpi))
        except errors.IllegalMovement as error:
            self._problem("illegal_movement", origin, error.message, "The row was left out of every figure.")
        else:
            self.result.origins[posted.id] = origin

    def _kpi(self, contract: str, ref: str, origin: Origin) -> Kpi | None:
        kpi = self.kpis.get((contract, ref))
        if kpi is None:
            self._problem(
                "unknown_kpi",
                origin,
                f"Contract {contract} has no KPI {ref}.",
                "Add the KPI to the KPIs sheet or correct the reference. The row was left out of every figure.",
            )
        return kpi

    def _problem(self, code: str, origin: Origin, found: str, mend: str) -> None:
        self.result.problems.append(Problem(code, Severity.ERROR, origin, found, mend))


def _sources(decision: Decision) -> tuple[Account, ...]:
    """Return the accounts that a decision on a claim takes from, in order."""
    if decision.out_of:
        return (Account(decision.out_of),)
    if CLAIM_OUTCOMES[decision.outcome] in (Account.DISPUTED, Account.WITHDRAWN):
        return (Account.PENDING,)
    return (Account.PENDING, Account.DISPUTED)


def promise_slot(kpi: Kpi) -> Slot:
    """Return the slot that a KPI's whole-life promise is kept in."""
    return Slot(kpi.contract, kpi.ref, None, kpi.place, kpi.cohort)


def claim_slot(kpi: Kpi, claim: Claim) -> Slot:
    """Return the slot of one claim line; a claim without place or cohort takes the KPI's."""
    return Slot(kpi.contract, kpi.ref, claim.period, claim.place or kpi.place, claim.cohort or kpi.cohort, claim.ref)


def _movement(
    movement_id: str,
    slot: Slot,
    source: Account,
    target: Account,
    decision: Decision,
    *,
    amount: Decimal | None = None,
) -> Movement:
    return Movement(
        movement_id,
        slot,
        source,
        target,
        decision.amount if amount is None else amount,
        on=decision.on,
        by=decision.by,
        role=decision.role,
        reason=decision.reason,
        evidence=decision.evidence,
    )
