"""Shortfalls, and the ceiling of a service credit under a contract's own terms. A ceiling is no fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.performance.targets import ZERO
from commonweal.quantities import HUNDRED, plain, to_pence, to_pounds


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing of one KPI: `quantity` = due - verified, never below zero, at `value` pounds per unit."""

    kpi: str
    due: Decimal
    verified: Decimal
    quantity: Decimal
    value: Decimal
    pence: int

    @property
    def pounds(self) -> Decimal:
        return to_pounds(self.pence)


@dataclass(frozen=True, slots=True)
class CreditCeiling:
    """The most that the terms allow: `share` per cent of the shortfalls, never above `cap_pence`."""

    shortfalls: tuple[Shortfall, ...]
    total_pence: int
    share: Decimal
    uncapped_pence: int
    cap_pence: int | None
    pence: int

    @property
    def pounds(self) -> Decimal:
        return to_pounds(self.pence)


def shortfall(*, kpi: str, due: Decimal, verified: Decimal, value: Decimal) -> Shortfall:
    """Return what is missing of a KPI and what it is worth; pence rounded once, half up."""
    missing = max(ZERO, due - verified)
    return Shortfall(kpi, due, verified, missing, value, to_pence(missing * value))


def credit_ceiling(*, shortfalls: Sequence[Shortfall], share: Decimal, cap: Decimal | None = None) -> CreditCeiling:
    """
    Return the most that a credit may be: `share` per cent of the shortfalls, at most `cap` pounds.

    Rounded once, half up, to the penny.

    :raises BadQuantity: if the share is not from 0 to 100, or the cap is below zero
    """
    if not 0 <= share <= HUNDRED:
        raise errors.BadQuantity(f"A credit of {plain(share)}% is not from 0 to 100. Copy it from the terms.")
    if cap is not None and cap < 0:
        raise errors.BadQuantity(f"The cap of {plain(cap)} pounds is below zero. Copy it from the terms.")
    total = sum(one.pence for one in shortfalls)
    uncapped = to_pence(to_pounds(total) * share / HUNDRED)
    cap_pence = None if cap is None else to_pence(cap)
    ceiling = uncapped if cap_pence is None else min(uncapped, cap_pence)
    return CreditCeiling(tuple(shortfalls), total, share, uncapped, cap_pence, ceiling)
