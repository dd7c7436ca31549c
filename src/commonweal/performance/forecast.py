"""Forecast to the end of a contract as a range, and the rate that would still keep the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commonweal.performance.targets import SIX_PLACES, ZERO

METHOD = "slowest, average and fastest observed period, carried on to the end"


@dataclass(frozen=True, slots=True)
class Forecast:
    """
    Where a KPI will end if it goes on as observed, in its unit.

    `low`, `central` and `high` are None where fewer than two periods (for `central`: none) were observed.
    `rate_needed` per period left still keeps the promise; None when no period is left. `observed` are the amounts
    that the range rests on.
    """

    low: Decimal | None
    central: Decimal | None
    high: Decimal | None
    rate_needed: Decimal | None
    observed: tuple[Decimal, ...]
    periods_left: int
    method: str = METHOD


def forecast(*, verified: Decimal, target: Decimal, observed: Sequence[Decimal], periods_left: int) -> Forecast:
    """
    Carry the observed rates on over the periods that are left, and add them to what is verified.

    For measures that add up over time only. `observed` holds the verified amount of each period that has ended and
    was reported, a declared nil as zero; missing periods are left out, since nobody knows them. One period alone
    gives no range. Half up to six decimals.
    """
    needed = run_rate_needed(verified=verified, target=target, periods_left=periods_left)
    rates = tuple(observed)
    if not rates:
        return Forecast(None, None, None, needed, rates, periods_left, "no period observed yet")
    central = (verified + periods_left * sum(rates, ZERO) / len(rates)).quantize(SIX_PLACES, ROUND_HALF_UP)
    if len(rates) == 1:
        return Forecast(None, central, None, needed, rates, periods_left, "one period observed: no range")
    low, high = (verified + periods_left * rate for rate in (min(rates), max(rates)))
    return Forecast(low, central, high, needed, rates, periods_left)


def run_rate_needed(*, verified: Decimal, target: Decimal, periods_left: int) -> Decimal | None:
    """Return what each period left must bring to reach `target`; zero when it is reached, None without periods."""
    if periods_left <= 0:
        return None
    return (max(ZERO, target - verified) / periods_left).quantize(SIX_PLACES, ROUND_HALF_UP)
