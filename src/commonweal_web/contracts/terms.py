"""
What a contract's dates and a KPI's promise come to, period by period: every sum is the engine's.

No database here: rows go in as plain values, so that a form's preview and a service's writing are the same sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.performance.targets import PeriodTarget, scale_targets, targets_by_period, total_of
from commonweal.periods import Period, financial_year_of, periods_of
from commonweal.portfolio import Aggregation, Kind, PeriodScheme, Profile
from commonweal.quantities import plain
from commonweal_web.core.errors import Refused

SUMMED = (Aggregation.SUM.value, Aggregation.DISTINCT.value)
TYPED = (Profile.STEPPED.value, Profile.MILESTONES.value)
"""Profiles whose targets by period somebody types; those of the others are worked out."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What is owed in one period."""

    starts: dt.date
    ends: dt.date
    amount: Decimal

    @property
    def period(self) -> Period:
        return Period(self.starts, self.ends)

    @property
    def label(self) -> str:
        return self.period.label


def periods(scheme: str, starts: dt.date, ends: dt.date) -> list[Period]:
    """Return the reporting periods of a contract. Raises BadPeriod for a term that has none."""
    return periods_of(PeriodScheme(scheme), Period(starts, ends))


def adds_up(kind: str, over_time: str) -> bool:
    """Say whether the targets of the periods add up to the whole-life one; a percentage is owed in full in each."""
    return over_time in SUMMED and kind != Kind.RATIO.value


def spread(
    *,
    total: Decimal | None,
    profile: str,
    kind: str,
    over_time: str,
    periods: Sequence[Period],
    given: Mapping[Period, Decimal] | None = None,
) -> list[Amount]:
    """
    Return what each period owes; `given` is what was typed by period (a period that is not given owes nothing).

    A KPI that does not add up over time owes its whole target in each period. Without a target nothing is owed.

    :raises Refused: where what was typed is not the total, with both sums
    """
    if total is None:
        return []
    if not adds_up(kind, over_time):
        each = given or {}
        return [Amount(one.start, one.end, each.get(one, total)) for one in periods]
    try:
        if profile in TYPED or given is None:
            typed = {period: amount for period, amount in (given or {}).items() if amount}
            found = targets_by_period(total=total, periods=periods, profile=Profile(profile), given=typed)
        else:
            found = targets_by_period(total=total, periods=periods, profile=Profile.STEPPED, given=dict(given))
    except (errors.BadSplit, errors.BadPeriod) as error:
        raise Refused(error.message, code="targets", field="target") from error
    return [Amount(t.period.start, t.period.end, t.amount) for t in found]


def scaled(amounts: Sequence[Amount], *, old_pence: int, new_pence: int, effective: dt.date) -> list[Amount]:
    """
    Return the targets scaled from the day `effective` on by two contract values; those before it do not change.

    :raises Refused: if the old value is not above zero
    """
    targets = [PeriodTarget(one.period, one.amount) for one in amounts]
    try:
        change = scale_targets(targets=targets, old=Decimal(old_pence), new=Decimal(new_pence), effective=effective)
    except errors.BadSplit as error:
        raise Refused(error.message, code="targets") from error
    return [Amount(t.period.start, t.period.end, t.amount) for t in change.adjusted]


def total(amounts: Iterable[Amount]) -> Decimal:
    """Return the sum of targets."""
    return total_of([PeriodTarget(one.period, one.amount) for one in amounts])


def whole_life(amounts: Sequence[Amount], *, kind: str, over_time: str) -> Decimal | None:
    """Return the whole-life target that targets by period stand for: their sum, or the last for what is not summed."""
    if not amounts:
        return None
    return total(amounts) if adds_up(kind, over_time) else amounts[-1].amount


def year_of(day: dt.date, starts: dt.date) -> int:
    """Return the contract year, counted from 1, that a day falls into."""
    years = day.year - starts.year - ((day.month, day.day) < (starts.month, starts.day))
    return years + 1


def financial_year(day: dt.date) -> str:
    """Return 2026/27 for a day from 1 April 2026 on."""
    return financial_year_of(day)


def differs(one: Sequence[Amount], other: Sequence[Amount]) -> bool:
    """Say whether two lists of targets owe different amounts in any period."""
    return {(a.starts, a.ends): a.amount for a in one} != {(a.starts, a.ends): a.amount for a in other}


def shown(amount: Decimal | None) -> str:
    """Return an amount without trailing zeros, as a form's box and the log write it."""
    return "" if amount is None else plain(amount)
