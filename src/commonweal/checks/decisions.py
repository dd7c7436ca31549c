"""Are the decisions sound? Amounts against claims, nobody checks their own work, evidence and reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from decimal import Decimal

from commonweal.checks.common import ZERO, about, at, content_of, did_you_mean, repeats
from commonweal.checks.context import Context
from commonweal.checks.registry import Finding, error, warning
from commonweal.checks.wording import amount
from commonweal.periods import Period
from commonweal.portfolio import Claim, Decision, Outcome, Portfolio

Key = tuple[Hashable, ...]

CLOSING = frozenset({Outcome.VERIFIED, Outcome.REJECTED, Outcome.WITHDRAWN})
OF_CLAIMS = CLOSING | {Outcome.DISPUTED}
CHECKING = OF_CLAIMS - {Outcome.WITHDRAWN}
NEEDS_REASON = frozenset(Outcome) - {Outcome.VERIFIED, Outcome.WITHDRAWN}


@error("unknown_claim", "A decision names a claim that its contract does not have.")
def unknown_claim(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    refs: dict[str, list[str]] = defaultdict(list)
    for contract, ref in context.index.claims:
        refs[contract].append(ref)
    for decision in portfolio.decisions:
        if decision.claim and (decision.contract, decision.claim) not in context.index.claims:
            close = did_you_mean(decision.claim, refs[decision.contract])
            found = f"Contract {decision.contract} has no claim {decision.claim}.{close}"
            yield Finding(decision.origin, found, "Correct the reference of the claim.", about(decision))


@error("decision_above_claim", "Decisions together are about more than was claimed.")
def decision_above_claim(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    index = context.index
    claimed = _claimed(portfolio)
    closed: dict[Key, Decimal] = defaultdict(Decimal)
    disputed: dict[Key, Decimal] = defaultdict(Decimal)
    for decision in portfolio.decisions:
        key = _claim_key(decision)
        if decision.outcome not in OF_CLAIMS or key not in claimed:
            continue
        # What was disputed is decided again later, so the two are not added up.
        sums = disputed if decision.outcome is Outcome.DISPUTED else closed
        before = sums[key]
        sums[key] += index.standing(decision)
        if before <= claimed[key] < sums[key]:
            found = f"Decisions about {decision.claim or decision.kpi} add up to {amount(sums[key])}"
            mend = "Correct the amount, or take back the decision that it replaces."
            yield Finding(decision.origin, f"{found}, but {amount(claimed[key])} was claimed.", mend, about(decision))


@error("decision_by_submitter", "Somebody decided about a claim that they submitted themselves.")
def decision_by_submitter(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    submitters = _Submitters(portfolio)
    for decision in portfolio.decisions:
        who = _person(decision.by)
        if who and decision.outcome in CHECKING and who in submitters.of(decision):
            found = f"{decision.by.strip()} submitted this claim and also decided about it."
            mend = "Ask somebody else to decide: nobody checks their own work."
            yield Finding(decision.origin, found, mend, about(decision))


@warning("verified_without_evidence", "An amount was verified without the evidence that its KPI asks for.")
def verified_without_evidence(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    index = context.index
    proven = {key for c in portfolio.claims if c.evidence.strip() or c.evidence_hash for key in _keys(c)}
    for decision in portfolio.decisions:
        kpi = index.kpis.get((decision.contract, decision.kpi))
        wants = kpi is not None and kpi.evidence_rule.strip()
        if decision.outcome is not Outcome.VERIFIED or not wants or index.standing(decision) == 0:
            continue
        if not decision.evidence.strip() and _claim_key(decision) not in proven:
            found = f"{amount(decision.amount)} of {decision.kpi} was verified, and no evidence is named."
            yield Finding(decision.origin, found, f"Name the evidence. The KPI asks for: {wants}.", about(decision))


@warning("decision_without_reason", "A decision that takes something away gives no reason.")
def decision_without_reason(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for decision in portfolio.decisions:
        if (decision.outcome in NEEDS_REASON or decision.corrects) and not decision.reason.strip():
            what = "corrected" if decision.corrects else decision.outcome.replace("_", " ")
            found = f"{amount(decision.amount)} of {decision.kpi} was {what} without a reason."
            yield Finding(decision.origin, found, "Add the reason; the other party will ask for it.", about(decision))


@warning("decision_without_name", "A decision does not say who took it.")
def decision_without_name(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for decision in portfolio.decisions:
        if not decision.by.strip():
            found = f"Nobody is named for the decision about {amount(decision.amount)} of {decision.kpi}."
            yield Finding(decision.origin, found, "Say who decided.", about(decision))


@warning("transfer_to_nowhere", "A promise was transferred, but not to a named contract.")
def transfer_to_nowhere(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for decision in portfolio.decisions:
        if decision.outcome is Outcome.TRANSFERRED and not decision.to_contract.strip():
            found = (
                f"{amount(decision.amount)} of {decision.kpi} was transferred, and no contract is named that takes it."
            )
            yield Finding(decision.origin, found, "Name the contract that takes it over.", about(decision))


@warning("decision_looks_repeated", "Two decisions are the same in everything but their reference.")
def decision_looks_repeated(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    content = content_of(Decision)
    for decision, first in repeats((d, content(d)) for d in portfolio.decisions):
        found = f"This decision about {amount(decision.amount)} of {decision.kpi} is already given{at(first.origin)}."
        mend = "Delete one of the rows if it is one decision; otherwise say what tells them apart."
        yield Finding(decision.origin, found, mend, about(decision))


class _Submitters:
    """Who sent in what: by claim line where it says so, and by return."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.receipts: dict[tuple[str, Period], set[str]] = defaultdict(set)
        self.claims: dict[Key, set[str]] = defaultdict(set)
        for receipt in portfolio.receipts:
            self.receipts[(receipt.contract, receipt.period)].add(_person(receipt.by))
        for claim in portfolio.claims:
            names = {_person(claim.by)} if claim.by.strip() else self.receipts[(claim.contract, claim.period)]
            for key in _keys(claim):
                self.claims[key] |= names

    def of(self, decision: Decision) -> set[str]:
        return self.claims.get(_claim_key(decision), set())


def _keys(claim: Claim) -> list[Key]:
    """Return the keys under which a decision may mean a claim: by its reference, its KPI and period, or its KPI."""
    whole = (claim.contract, "", claim.kpi)
    return [(claim.contract, claim.ref), (*whole, claim.period), whole]


def _claim_key(decision: Decision) -> Key:
    if decision.claim:
        return (decision.contract, decision.claim)
    period = (decision.period,) if decision.period else ()
    return (decision.contract, "", decision.kpi, *period)


def _claimed(portfolio: Portfolio) -> dict[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for claim in portfolio.claims:
        for key in _keys(claim):
            found[key] = found.get(key, ZERO) + claim.amount
    return found


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()
