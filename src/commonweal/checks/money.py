"""Is it plausible? Spend, jobs and time, promised and claimed, against the value of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from commonweal.checks.common import ZERO, is_money, subject
from commonweal.checks.context import Context, unit_id
from commonweal.checks.registry import Finding, error, note, warning
from commonweal.checks.wording import amount, pounds, unit_words
from commonweal.portfolio import Claim, Contract, Kpi, Portfolio

HOURS_A_YEAR = Decimal(35 * 52)
WEEKS_A_YEAR = Decimal(52)
DAYS_A_YEAR = Decimal("365.25")


@error("local_spend_above_contract", "Spend promised or claimed is more than the whole contract is worth.")
def local_spend(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    mend = "Give only spend that this contract causes, in pounds, or correct the contract value."
    for kpi, worth in _priced_contracts(portfolio, context):
        if not is_money(kpi):
            continue
        if kpi.target is not None and kpi.target > worth:
            found = f"{_spend(kpi)} of {pounds(kpi.target)} is above the contract value of {pounds(worth)}."
            yield Finding(kpi.origin, found, mend, subject(kpi))
        for claim, so_far in _crossing(context, kpi, worth):
            found = f"{_spend(kpi)} claimed adds up to {pounds(so_far)}, above the contract value of {pounds(worth)}."
            yield Finding(claim.origin, found, mend, subject(kpi))


@error("fte_pay_above_contract", "The jobs promised or claimed would cost more in pay than the contract is worth.")
def fte_pay(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    pay = context.pay
    if pay is None:
        return
    mend = (
        "Count each person once a year, at their share of full time and only for work on this contract. "
        f"Pay used: {pay.source}."
    )
    for kpi, worth in _priced_contracts(portfolio, context):
        family = unit_id(kpi.unit)
        if family not in ("FTE", "FTE-year"):
            continue
        for row, count in _fte_years(context, kpi, family, worth / pay.amount):
            found = (
                f"{amount(count, 'FTE-year')} at the national median pay of {pounds(pay.amount)} a year would cost "
                f"{pounds(count * pay.amount)}, above the contract value of {pounds(worth)}."
            )
            yield Finding(row.origin, found, mend, subject(kpi))


@warning("time_above_contract", "The hours or weeks promised or claimed would cost more than the contract is worth.")
def time_cost(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    pay = context.pay
    if pay is None:
        return
    a_year = {"hour": HOURS_A_YEAR, "week": WEEKS_A_YEAR}
    for kpi, worth in _priced_contracts(portfolio, context):
        per_year = a_year.get(unit_id(kpi.unit))
        if per_year is None:
            continue
        for row, count in _target_and_claims(context, kpi, worth * per_year / pay.amount):
            found = (
                f"{amount(count, kpi.unit)} would cost {pounds(count / per_year * pay.amount)} at the national median "
                f"pay of {pounds(pay.amount)} a year, above the contract value of {pounds(worth)}."
            )
            mend = f"Check that this is a number of {unit_words(kpi.unit)} and not pounds. Pay used: {pay.source}."
            yield Finding(row.origin, found, mend, subject(kpi))


@note("contract_value_missing", "A contract has no value, so ratios to it cannot be checked.")
def contract_value_missing(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract in portfolio.contracts:
        if not contract.value:
            found = f"{contract.title or contract.ref} has no contract value; spend, jobs and share were not checked."
            yield Finding(contract.origin, found, "Give the value in pounds over the whole term.", contract.ref)


def _priced_contracts(portfolio: Portfolio, context: Context) -> Iterator[tuple[Kpi, Decimal]]:
    for kpi in portfolio.kpis:
        contract = context.index.contracts.get(kpi.contract)
        if contract is not None and contract.value is not None and contract.value > 0:
            yield kpi, contract.value


def _crossing(
    context: Context, kpi: Kpi, most: Decimal, weigh: Callable[[Claim], Decimal] = lambda claim: claim.amount
) -> Iterator[tuple[Claim, Decimal]]:
    """Yield the claim that takes the KPI's running total over `most`, with that total; those after it not again."""
    so_far = ZERO
    for claim in context.index.claims_of.get(kpi.key, ()):
        before, so_far = so_far, so_far + weigh(claim)
        if before <= most < so_far:
            yield claim, so_far


def _target_and_claims(context: Context, kpi: Kpi, most: Decimal) -> Iterator[tuple[Kpi | Claim, Decimal]]:
    if kpi.target is not None and kpi.target > most:
        yield kpi, kpi.target
    yield from _crossing(context, kpi, most)


def _fte_years(context: Context, kpi: Kpi, family: str, most: Decimal) -> Iterator[tuple[Kpi | Claim, Decimal]]:
    """Yield the target, and the claim that crosses, above `most` FTE-years. A claim of FTE counts for its period."""
    if kpi.target is not None:
        promised = kpi.target * (_term_years(context.index.contracts[kpi.contract]) if family == "FTE" else 1)
        if promised > most:
            yield kpi, round(promised, 2)
    for claim, so_far in _crossing(
        context, kpi, most, lambda c: c.amount * c.period.days / DAYS_A_YEAR if family == "FTE" else c.amount
    ):
        yield claim, round(so_far, 2)


def _term_years(contract: Contract) -> Decimal:
    """Return the length of the term in years, at least one, and one where the dates are missing or turned round."""
    if contract.start is None or contract.end is None:
        return Decimal(1)
    return max(Decimal(1), ((contract.end - contract.start).days + 1) / DAYS_A_YEAR)


def _spend(kpi: Kpi) -> str:
    """Return what to call the pounds of a KPI: local spend, or else its own words where they speak of no spending."""
    words = kpi.deliverable.strip()
    return "Local spend" if not words or "spen" in words.casefold() else f"“{words}”"
