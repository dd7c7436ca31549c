"""Numbers that are none: they are found first and set aside, so that every other check can compute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from commonweal.checks.context import Context
from commonweal.checks.problem import Origin
from commonweal.checks.registry import Finding, error
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Portfolio, Target

Row = TypeVar("Row", Contract, Kpi, Target, Claim, Decision)


@error("not_a_number", "An amount is infinite or no number.")
def not_a_number(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for where, name, number in _bad(portfolio):
        yield Finding(where, f"{number} stands where an amount belongs.", "Give a number, like 12.5.", name)


def without_bad_numbers(portfolio: Portfolio) -> Portfolio:
    """Return the portfolio without the rows that hold an infinite amount or one that is no number."""
    return replace(
        portfolio,
        contracts=_good(portfolio.contracts),
        kpis=_good(portfolio.kpis),
        targets=_good(portfolio.targets),
        claims=_good(portfolio.claims),
        decisions=_good(portfolio.decisions),
    )


def _good(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not any(True for _ in _bad_of(row))]


def _bad(portfolio: Portfolio) -> Iterator[tuple[Origin, str, Decimal]]:
    rows = (portfolio.contracts, portfolio.kpis, portfolio.targets, portfolio.claims, portfolio.decisions)
    for row in (row for group in rows for row in group):
        for number in _bad_of(row):
            yield row.origin, row.ref if isinstance(row, Contract) else row.contract, number


def _bad_of(row: Contract | Kpi | Target | Claim | Decision) -> Iterator[Decimal]:
    return (number for number in _numbers(row) if number is not None and not number.is_finite())


def _numbers(row: Contract | Kpi | Target | Claim | Decision) -> tuple[Decimal | None, ...]:
    match row:
        case Claim():
            return (row.amount, row.denominator, row.stated_value)
        case Target():
            return (row.amount,)
        case Decision():
            return (row.amount, row.denominator)
        case Kpi():
            return (row.target, row.value_per_unit, row.stated_value, *(kept for _, kept in row.adjustments))
        case _:
            return (row.value, row.rag_green, row.rag_amber, row.credit_share, row.credit_cap)
