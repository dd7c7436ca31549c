"""Are the returns whole? Claim lines: repeats, nil and zero, percentages, evidence, dates of receipt."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commonweal.checks.common import about, at, content_of, repeats, subject
from commonweal.checks.context import Context
from commonweal.checks.registry import Finding, error, warning
from commonweal.checks.wording import amount
from commonweal.portfolio import Claim, Kind, Kpi, Portfolio

HUNDRED = Decimal(100)
COUNTED = frozenset({Kind.QUANTITY, Kind.MONEY})


@error("repeated_claim", "A claim's reference stands twice on its contract.")
def repeated_claim(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim, first in repeats((c, (c.contract, c.ref)) for c in portfolio.claims if c.ref):
        found = f"Claim {claim.ref} of {claim.contract} is already given{at(first.origin)}."
        yield Finding(claim.origin, found, "Delete one of the rows, or give it a reference of its own.", about(claim))


@warning("claim_looks_repeated", "Two claims are the same in everything but their reference.")
def claim_looks_repeated(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    content = content_of(Claim)
    for claim, first in repeats((c, content(c)) for c in portfolio.claims):
        if claim.ref != first.ref or not claim.ref:
            found = f"This claim of {amount(claim.amount)} for {claim.kpi} is the same as {first.ref or 'the one'}"
            mend = "Keep one of them if it is one delivery; otherwise say what tells them apart."
            yield Finding(claim.origin, f"{found}{at(first.origin)}.", mend, about(claim))


@warning("evidence_on_two_contracts", "One piece of evidence supports claims on two contracts.")
def evidence_on_two_contracts(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    seen: dict[str, Claim] = {}
    for claim in portfolio.claims:
        if not claim.evidence_hash:
            continue
        first = seen.setdefault(claim.evidence_hash, claim)
        if first.contract != claim.contract:
            name = claim.evidence or f"with hash {claim.evidence_hash[:12]}"
            found = f"The evidence {name} also stands under {first.contract}/{first.kpi}{at(first.origin)}."
            mend = "Check that one delivery is not claimed on both, or divide it between the contracts."
            yield Finding(claim.origin, found, mend, about(claim))


@warning("claim_without_received_date", "A claim does not say when it was received.")
def claim_without_received_date(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim in portfolio.claims:
        if claim.received is None:
            found = f"The claim for {claim.kpi} in {claim.period.label} has no date of receipt."
            mend = "Give the day it arrived; until then it cannot be said whether it was on time."
            yield Finding(claim.origin, found, mend, about(claim))


@warning("nil_without_reason", "A nil return gives no reason.")
def nil_without_reason(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim in portfolio.claims:
        if claim.nil and not claim.reason.strip():
            found = f"Nil is declared for {claim.kpi} in {claim.period.label}, without a reason."
            yield Finding(claim.origin, found, "Ask why nothing was delivered and add the reason.", about(claim))


@error("nil_with_amount", "A row declares nil and claims an amount.")
def nil_with_amount(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim in portfolio.claims:
        if claim.nil and claim.amount != 0:
            found = f"Nil is declared for {claim.kpi}, but {amount(claim.amount)} is claimed in the same row."
            yield Finding(claim.origin, found, "Take out the nil or the amount.", about(claim))


@warning("zero_without_nil", "A claim of zero is not declared as nil.")
def zero_without_nil(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim, kpi in _with_kpi(portfolio, context):
        if claim.amount == 0 and not claim.nil and kpi.kind in COUNTED:
            found = f"Zero is claimed for {kpi.ref} in {claim.period.label}, but nil is not declared."
            yield Finding(claim.origin, found, "Declare nil with its reason, or give the amount.", about(claim))


@error("ratio_without_denominator", "A percentage is claimed without the number that it is a part of.")
def ratio_without_denominator(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim, kpi in _with_kpi(portfolio, context):
        if kpi.kind is Kind.RATIO and not claim.nil and claim.denominator is None:
            found = f"{amount(claim.amount)} is claimed for {kpi.ref}, which is a percentage, without a denominator."
            mend = "Give both numbers, such as 184 of 184; a percentage alone cannot be added up."
            yield Finding(claim.origin, found, mend, about(claim))


@error("ratio_denominator_zero", "A percentage is claimed as a part of nothing.")
def ratio_denominator_zero(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for claim, kpi in _with_kpi(portfolio, context):
        if kpi.kind is Kind.RATIO and not claim.nil and claim.denominator is not None and claim.denominator == 0:
            found = f"The claim for {kpi.ref} is {amount(claim.amount)} of 0."
            yield Finding(
                claim.origin, found, "Give the whole number that this is a part of, or declare nil.", about(claim)
            )


@error("ratio_above_whole", "The part is larger than the whole.")
def ratio_above_whole(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if kpi.kind is Kind.RATIO and kpi.target is not None and kpi.target > HUNDRED:
            found = f"The target is {amount(kpi.target)} %, more than all."
            yield Finding(kpi.origin, found, "Give a percentage between 0 and 100.", subject(kpi))
    for claim, kpi in _with_kpi(portfolio, context):
        whole = claim.denominator
        if kpi.kind is Kind.RATIO and whole is not None and 0 < whole < claim.amount:
            found = f"The claim for {kpi.ref} is {amount(claim.amount)} of {amount(whole)}, more than all."
            yield Finding(claim.origin, found, "Check whether numerator and denominator were swapped.", about(claim))


def _with_kpi(portfolio: Portfolio, context: Context) -> Iterator[tuple[Claim, Kpi]]:
    kpis = context.index.kpis
    for claim in portfolio.claims:
        kpi = kpis.get((claim.contract, claim.kpi))
        if kpi is not None:
            yield claim, kpi
