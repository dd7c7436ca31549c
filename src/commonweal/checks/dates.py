"""Are the dates possible? Terms, periods, receipt and decision, in their order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from commonweal.checks.common import about, subject
from commonweal.checks.context import Context
from commonweal.checks.problem import Origin
from commonweal.checks.registry import Finding, error, warning
from commonweal.checks.wording import day
from commonweal.periods import FINANCIAL_YEAR_MONTH
from commonweal.portfolio import Claim, Contract, PeriodScheme, Portfolio, Receipt, Target

EARLIEST = dt.date(1990, 1, 1)
LONGEST_TERM = 60
WIDTH = {
    PeriodScheme.CONTRACT_QUARTERS: 3,
    PeriodScheme.CONTRACT_YEARS: 12,
    PeriodScheme.FINANCIAL_QUARTERS: 3,
    PeriodScheme.FINANCIAL_YEARS: 12,
    PeriodScheme.MONTHS: 1,
}
OF_THE_CONTRACT = frozenset({PeriodScheme.CONTRACT_QUARTERS, PeriodScheme.CONTRACT_YEARS})


@error("ends_before_start", "A contract ends before it starts.")
def ends_before_start(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract in portfolio.contracts:
        if contract.start and contract.end and contract.end < contract.start:
            found = f"The contract starts on {day(contract.start)} and ends on {day(contract.end)}, before that."
            yield Finding(contract.origin, found, "Swap the dates or correct one of them.", contract.ref)


@warning("unlikely_date", "A date is before 1990, or a term is longer than 60 years.")
def unlikely_date(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for where, what, date, name in _dates(portfolio):
        if date is not None and date < EARLIEST:
            found = f"The {what} is {day(date)}, before 1990."
            yield Finding(where, found, "Check the year; a year of two digits may have been read wrongly.", name)
    for where, what, start, end, name in _spans(portfolio):
        if start is not None and end is not None and _months(start, end) >= LONGEST_TERM * 12:
            found = f"The {what} runs from {day(start)} to {day(end)}, more than {LONGEST_TERM} years."
            yield Finding(where, found, "Check the years; leave the last day empty if it is not known.", name)


@warning("date_in_future", "Something is dated after the day that the report is made for.")
def date_in_future(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    as_at = context.as_at
    if as_at is None:
        return
    rows = [(c.origin, "claim was received", c.received, about(c)) for c in portfolio.claims]
    rows += [(r.origin, "return was received", r.received, r.contract) for r in portfolio.receipts]
    rows += [(d.origin, "decision was taken", d.on, about(d)) for d in portfolio.decisions]
    for where, what, date, name in rows:
        if date is not None and date > as_at:
            found = f"The {what} on {day(date)}, after {day(as_at)}, the day of this report."
            yield Finding(where, found, "Correct the date, or make the report for a later day.", name)


@error("period_outside_contract", "A target or claim is for a time when the contract does not run.")
def period_outside_contract(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for row, contract in _with_contract(portfolio, context):
        before = contract.start is not None and row.period.end < contract.start
        after = contract.end is not None and row.period.start > contract.end
        if before or after:
            edge = f"starts on {day(contract.start)}" if before and contract.start else _ends(contract)
            found = f"{row.period.label} is outside the contract, which {edge}."
            yield Finding(row.origin, found, "Correct the period, or the dates of the contract.", _name(row))


@warning("period_crosses_contract", "A target or claim begins before its contract or goes on after it.")
def period_crosses_contract(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for row, contract in _with_contract(portfolio, context):
        start, end = contract.start, contract.end
        before = start is not None and row.period.start < start <= row.period.end
        after = end is not None and row.period.start <= end < row.period.end
        if before or after:
            edge = f"starts on {day(start)}" if before and start else _ends(contract)
            found = f"{row.period.label} is only partly inside the contract, which {edge}."
            yield Finding(row.origin, found, "Give the part of the period in which the contract runs.", _name(row))


@warning("period_crosses_scheme", "A claim or return covers parts of several reporting periods.")
def period_crosses_scheme(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for row, contract in _with_contract(portfolio, context):
        if not isinstance(row, Target) and _step(contract, row.period.start) != _step(contract, row.period.end):
            scheme = contract.period_scheme.replace("_", " ")
            found = f"{row.period.label} is not within one period; this contract reports in {scheme}."
            yield Finding(row.origin, found, "Give one row for each reporting period.", _name(row))


@error("received_before_period", "A claim or return was received before its period began.")
def received_before_period(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for row in _returns(portfolio):
        if row.received is not None and row.received < row.period.start:
            found = f"Received on {day(row.received)}, before {row.period.label} began on {day(row.period.start)}."
            yield Finding(row.origin, found, "Correct the date of receipt or the period.", _name(row))


@error("decision_before_receipt", "A decision was taken before its claim was received.")
def decision_before_receipt(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for decision in portfolio.decisions:
        claim = context.index.claims.get((decision.contract, decision.claim))
        if claim is None or claim.received is None or decision.on is None or decision.on >= claim.received:
            continue
        found = f"The decision is of {day(decision.on)}; the claim was received on {day(claim.received)}."
        yield Finding(decision.origin, found, "Correct one of the two dates.", about(decision))


@warning("decision_without_date", "A decision does not say when it was taken.")
def decision_without_date(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for decision in portfolio.decisions:
        if decision.on is None:
            found = f"The decision about {decision.claim or decision.kpi} has no date."
            yield Finding(decision.origin, found, "Give the day of the decision.", about(decision))


def _returns(portfolio: Portfolio) -> Iterator[Claim | Receipt]:
    yield from portfolio.claims
    yield from portfolio.receipts


def _with_period(portfolio: Portfolio) -> Iterator[Target | Claim | Receipt]:
    yield from portfolio.targets
    yield from _returns(portfolio)


def _with_contract(portfolio: Portfolio, context: Context) -> Iterator[tuple[Target | Claim | Receipt, Contract]]:
    contracts = context.index.contracts
    for row in _with_period(portfolio):
        contract = contracts.get(row.contract)
        turned_round = contract and contract.start and contract.end and contract.end < contract.start
        if contract is not None and not turned_round:
            yield row, contract


def _ends(contract: Contract) -> str:
    return f"ends on {day(contract.end)}" if contract.end else "has ended"


def _name(row: Target | Claim | Receipt) -> str:
    return row.contract if isinstance(row, Receipt) else about(row)


def _step(contract: Contract, date: dt.date) -> int | None:
    """Return the number of the reporting period that a day falls into; None where the contract has no first day."""
    width = WIDTH[contract.period_scheme]
    if contract.period_scheme in OF_THE_CONTRACT:
        return None if contract.start is None else _months(contract.start, date) // width
    return (date.year * 12 + date.month - FINANCIAL_YEAR_MONTH) // width


def _months(start: dt.date, date: dt.date) -> int:
    """Return how many whole months lie between two days; a month ends early where it has no such day."""
    whole = (date.year - start.year) * 12 + date.month - start.month
    last_of_month = (date + dt.timedelta(days=1)).day == 1 if date < dt.date.max else True
    return whole - (date.day < start.day and not last_of_month)


def _dates(portfolio: Portfolio) -> Iterator[tuple[Origin, str, dt.date | None, str]]:
    for contract in portfolio.contracts:
        yield contract.origin, "first day of the contract", contract.start, contract.ref
        yield contract.origin, "last day of the contract", contract.end, contract.ref
        yield contract.origin, "next break", contract.next_break, contract.ref
    for kpi in portfolio.kpis:
        yield kpi.origin, "day of the value", kpi.value_on, subject(kpi)
    for row in _with_period(portfolio):
        yield row.origin, "first day of the period", row.period.start, _name(row)
        if not isinstance(row, Target):
            yield row.origin, "date of receipt", row.received, _name(row)
    for decision in portfolio.decisions:
        yield decision.origin, "date of the decision", decision.on, about(decision)
    for note in portfolio.notes:
        yield note.origin, "date of the note", note.on, note.contract


def _spans(portfolio: Portfolio) -> Iterator[tuple[Origin, str, dt.date | None, dt.date | None, str]]:
    for contract in portfolio.contracts:
        yield contract.origin, "contract", contract.start, contract.end, contract.ref
    for row in _with_period(portfolio):
        yield row.origin, "period", row.period.start, row.period.end, _name(row)
