"""Does it hang together? Contracts, KPIs and targets: what is missing, what stands twice, what does not add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from commonweal.checks.common import PENNY, ZERO, about, at, content_of, did_you_mean, repeats, subject
from commonweal.checks.context import Context, unit_id
from commonweal.checks.problem import Origin
from commonweal.checks.registry import Finding, error, note, warning
from commonweal.checks.wording import amount, either, unit_words
from commonweal.performance.targets import targets_by_period
from commonweal.periods import Period, periods_of
from commonweal.portfolio import Contract, Decision, Kind, Kpi, Outcome, Portfolio, Profile, Target

LONGEST_TERM = 60
"""Years. A longer term is asked about as unlikely; its periods would be made for nothing."""
COUNTED = frozenset({Kind.QUANTITY, Kind.MONEY, Kind.RATIO})
GIVEN_UP = frozenset({Outcome.RELIEVED, Outcome.TRANSFERRED, Outcome.WRITTEN_OFF})


@warning("contract_without_owner", "Nobody is named who looks after a contract.")
def contract_without_owner(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract in portfolio.contracts:
        if not contract.owner.strip():
            found = f"{contract.title or contract.ref} has no owner."
            yield Finding(contract.origin, found, "Name the contract manager.", contract.ref)


@warning("contract_without_kpis", "A contract has no KPIs and no reason for that.")
def contract_without_kpis(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract in portfolio.contracts:
        if not contract.no_kpi_reason.strip() and contract.ref not in context.index.kpis_of:
            found = f"{contract.title or contract.ref} has no KPIs, and no reason is given."
            yield Finding(contract.origin, found, "Add its KPIs, or say why it has none.", contract.ref)


@error("thresholds_reversed", "The threshold for amber is above the one for green.")
def thresholds_reversed(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract in portfolio.contracts:
        if contract.rag_amber > contract.rag_green:
            found = f"Amber starts at {amount(contract.rag_amber)} %, above green at {amount(contract.rag_green)} %."
            yield Finding(contract.origin, found, "Give the threshold for green as the higher one.", contract.ref)


@error("unknown_contract", "A row belongs to a contract that is not in the input.")
def unknown_contract(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    known = context.index.contracts
    rows = (portfolio.kpis, portfolio.targets, portfolio.claims, portfolio.receipts, portfolio.decisions)
    for row in (row for group in (*rows, portfolio.notes) for row in group):
        if row.contract not in known:
            found = f"There is no contract {row.contract or 'named'} here.{did_you_mean(row.contract, known)}"
            yield Finding(row.origin, found, "Add the contract, or correct its reference.", row.contract)


@error("unknown_kpi", "A target, claim or decision belongs to a KPI that its contract does not have.")
def unknown_kpi(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    index = context.index
    for row in (row for group in (portfolio.targets, portfolio.claims, portfolio.decisions) for row in group):
        if row.contract in index.contracts and (row.contract, row.kpi) not in index.kpis:
            refs = [kpi.ref for kpi in index.kpis_of.get(row.contract, ())]
            found = f"Contract {row.contract} has no KPI {row.kpi or 'here'}.{did_you_mean(row.kpi, refs)}"
            yield Finding(row.origin, found, "Add the KPI, or correct its reference.", about(row))


@error("repeated_contract", "A contract's reference stands twice.")
def repeated_contract(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract, first in repeats((c, c.ref) for c in portfolio.contracts):
        found = f"Contract {contract.ref or 'without a reference'} is already given{at(first.origin)}."
        yield Finding(
            contract.origin, found, "Delete one of the rows, or give it a reference of its own.", contract.ref
        )


@warning("contract_looks_repeated", "Two contracts are the same in everything but their reference.")
def contract_looks_repeated(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    content = content_of(Contract)
    for contract, first in repeats((c, content(c)) for c in portfolio.contracts if c.title or c.value):
        if contract.ref != first.ref:
            found = f"{contract.ref} is the same as {first.ref}{at(first.origin)} in all but its reference."
            yield Finding(contract.origin, found, "Keep one of them if it is one contract.", contract.ref)


@error("repeated_kpi", "A KPI's reference stands twice on its contract.")
def repeated_kpi(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi, first in repeats((k, k.key) for k in portfolio.kpis):
        found = f"KPI {kpi.ref or 'without a reference'} of {kpi.contract} is already given{at(first.origin)}."
        yield Finding(kpi.origin, found, "Delete one of the rows, or give it a reference of its own.", subject(kpi))


@warning("kpi_looks_repeated", "Two KPIs of a contract are the same in everything but their reference.")
def kpi_looks_repeated(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    content = content_of(Kpi)
    for kpi, first in repeats((k, content(k)) for k in portfolio.kpis):
        if kpi.ref != first.ref:
            found = f"KPI {kpi.ref} is the same as {first.ref}{at(first.origin)} in all but its reference."
            yield Finding(kpi.origin, found, "Keep one of them if it is one promise.", subject(kpi))


@warning("kpi_without_target", "A KPI that is counted has no numeric target.")
def kpi_without_target(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if kpi.kind in COUNTED and kpi.target is None and kpi.key not in context.index.targets_of:
            found = f"{kpi.deliverable or kpi.ref} has no target, so nothing can be due."
            yield Finding(
                kpi.origin, found, f"Give the whole-life target in {unit_words(kpi.unit) or 'its unit'}.", subject(kpi)
            )


@note("kpi_without_evidence_rule", "A KPI does not say what proves its delivery.")
def kpi_without_evidence_rule(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if not kpi.evidence_rule.strip():
            found = f"{kpi.deliverable or kpi.ref} does not say what evidence is asked for."
            yield Finding(kpi.origin, found, "Say what shows that it was delivered.", subject(kpi))


@error("unit_not_of_measure", "A KPI counts in a unit that its measure does not count.")
def unit_not_of_measure(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        measure = context.measure(kpi)
        if measure is None or measure.unit in ("", "unknown") or _same_unit(kpi.unit, measure.unit):
            continue
        found = (
            f"{kpi.measure} counts {unit_words(measure.unit)}, but this KPI counts {unit_words(kpi.unit) or 'no unit'}."
        )
        mend = f"Give the target and claims in {unit_words(measure.unit)}, or choose another measure."
        yield Finding(kpi.origin, found, mend, subject(kpi))


@error("negative_amount", "An amount that cannot be negative is below zero.")
def negative_amount(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for where, what, number, name in _amounts(portfolio):
        if number is not None and number < 0:
            mend = "Give it as zero or more; to take something back, correct the row that it stands in."
            yield Finding(where, f"The {what} is {amount(number)}, below zero.", mend, name)


def _amounts(portfolio: Portfolio) -> Iterator[tuple[Origin, str, Decimal | None, str]]:
    for contract in portfolio.contracts:
        yield contract.origin, "contract value", contract.value, contract.ref
    for kpi in portfolio.kpis:
        yield kpi.origin, "target", kpi.target, subject(kpi)
        yield kpi.origin, "value per unit", kpi.value_per_unit, subject(kpi)
    for target in portfolio.targets:
        yield target.origin, "target", target.amount, about(target)
    for claim in portfolio.claims:
        yield claim.origin, "amount claimed", claim.amount, about(claim)
        yield claim.origin, "denominator", claim.denominator, about(claim)
    for decision in portfolio.decisions:
        # A variation may lower the promise, so its sign means something.
        if decision.outcome is not Outcome.VARIED:
            yield decision.origin, "amount decided", decision.amount, about(decision)


@error("repeated_target", "A KPI has two targets of one version for one period.")
def repeated_target(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for target, first in repeats((t, (t.contract, t.kpi, t.period, t.version)) for t in portfolio.targets):
        found = f"The target of {target.kpi} for {target.period.label} is already given{at(first.origin)}."
        mend = "Delete one of them; for a later adjustment, give the next version number."
        yield Finding(target.origin, found, mend, about(target))


@warning("milestones_differ_from_target", "Milestones do not add up to the whole-life target.")
def milestones_differ(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if kpi.profile not in (Profile.MILESTONES, Profile.STEPPED) or kpi.target is None or kpi.kind is Kind.RATIO:
            continue
        first = [t.amount for t in context.index.targets_of.get(kpi.key, ()) if t.version == 0]
        if first and (together := sum(first, ZERO)) != kpi.target:
            found = (
                f"The targets by period add up to {amount(together)}, the whole-life target is {amount(kpi.target)}."
            )
            yield Finding(kpi.origin, found, "Correct the one that is wrong.", subject(kpi))


@warning("target_changed_without_variation", "Adjusted targets have another sum than the original, with no variation.")
def target_changed(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        adjusted = _latest(t for t in context.index.targets_of.get(kpi.key, ()) if t.version > 0)
        if not adjusted or kpi.kind is Kind.RATIO:
            continue
        first = _originals(context, kpi)
        if first is None:
            continue
        before = sum((first.get(period, ZERO) for period in adjusted), ZERO)
        after = sum((target.amount for target in adjusted.values()), ZERO)
        agreed = sum(map(_effect, context.index.decisions_of.get(kpi.key, ())), ZERO)
        slack = PENNY * len(adjusted)
        if abs(after - before) > slack and abs(after - before - agreed) > slack:
            found = (
                f"The adjusted targets add up to {amount(after)}, the original ones of these periods to "
                f"{amount(before)}; variations and reliefs account for {amount(agreed)} of the difference."
            )
            yield Finding(kpi.origin, found, "Record the variation or relief, or correct the targets.", subject(kpi))


@warning("target_change_unexplained", "An adjusted target has no reason or nobody who approved it.")
def target_change_unexplained(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for target in portfolio.targets:
        missing = [w for w, v in (("reason", target.reason), ("approver", target.approved_by)) if not v.strip()]
        if target.version > 0 and missing:
            found = f"The adjusted target of {target.kpi} for {target.period.label} has no {either(missing)}."
            mend = "Say why it was changed and who approved it."
            yield Finding(target.origin, found, mend, about(target))


@error("promise_given_up_above_target", "More was relieved, transferred or written off than was promised.")
def promise_given_up(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    index = context.index
    for key, decisions in index.decisions_of.items():
        kpi = index.kpis.get(key)
        left = kpi.target if kpi is not None else None
        if kpi is None or left is None:
            continue
        # Variations first: they may be entered after the relief that they make room for.
        left += sum((index.standing(d) for d in decisions if d.outcome is Outcome.VARIED), ZERO)
        for decision in (d for d in decisions if d.outcome in GIVEN_UP):
            before, left = left, left - index.standing(decision)
            if left < 0 <= before:
                taken = amount(index.standing(decision), kpi.unit)
                found = (
                    f"{taken} are {decision.outcome.replace('_', ' ')}, but only {amount(before)} of the promise stand."
                )
                yield Finding(decision.origin, found, "Correct the amount.", subject(kpi))


def _effect(decision: Decision) -> Decimal:
    """Return what a decision adds to the promise."""
    if decision.corrects:
        return ZERO
    if decision.outcome is Outcome.VARIED:
        return decision.amount
    return -decision.amount if decision.outcome in GIVEN_UP else ZERO


def _latest(targets: Iterable[Target]) -> dict[Period, Target]:
    found: dict[Period, Target] = {}
    for target in targets:
        if target.period not in found or found[target.period].version < target.version:
            found[target.period] = target
    return found


def _originals(context: Context, kpi: Kpi) -> dict[Period, Decimal] | None:
    """Return the original targets by period, as given or else by the KPI's profile; None where neither is known."""
    given = {t.period: t.amount for t in context.index.targets_of[kpi.key] if t.version == 0}
    contract = context.index.contracts.get(kpi.contract)
    if given or kpi.target is None or contract is None or contract.start is None or contract.end is None:
        return given or None
    if kpi.profile not in (Profile.EVEN, Profile.S_CURVE) or not _divisible(contract.start, contract.end):
        return None
    periods = periods_of(contract.period_scheme, Period(contract.start, contract.end))
    divided = targets_by_period(total=kpi.target, periods=periods, profile=kpi.profile)
    return {target.period: target.amount for target in divided}


def _divisible(start: dt.date, end: dt.date) -> bool:
    """Return whether a term can be cut into periods: not turned round, absurdly long or at an end of the calendar."""
    inside = start.year > dt.MINYEAR and end.year < dt.MAXYEAR
    return start <= end and inside and end.year - start.year <= LONGEST_TERM


def _same_unit(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold() or unit_id(one) == (unit_id(other) or None)
