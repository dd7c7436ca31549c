"""How a whole-life target falls due: by period, by profile, to date; and how it is re-profiled or scaled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

from commonweal import errors
from commonweal.periods import DAY, Period, Proration, months_in, prorate
from commonweal.portfolio import Profile
from commonweal.quantities import HUNDRED, plain, split

ZERO = Decimal(0)
SIX_PLACES = Decimal("0.000001")
TWO_PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PeriodTarget:
    """What is owed in one period, in the KPI's unit; for a milestone, owed on the period's last day."""

    period: Period
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Due:
    """What was due to date: the periods that count in full, and the part of a running one where it was asked for."""

    amount: Decimal
    counted: tuple[PeriodTarget, ...]
    part: Proration | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Targets before and after a change; both stay on record. Periods are the same in both."""

    original: tuple[PeriodTarget, ...]
    adjusted: tuple[PeriodTarget, ...]

    @property
    def total_before(self) -> Decimal:
        return total_of(self.original)

    @property
    def total_after(self) -> Decimal:
        return total_of(self.adjusted)


@dataclass(frozen=True, slots=True)
class BothWays:
    """A delivery as a percentage of the adjusted and of the original target, to two decimals; None where that is 0."""

    delivered: Decimal
    of_adjusted: Decimal | None
    of_original: Decimal | None


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return `part` as a percentage of `whole`, half up to two decimals, or None where `whole` is zero."""
    return share_of(part, whole) if whole else None


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """Return `part` as a percentage of `whole`, which is not zero, half up to two decimals."""
    return (part * HUNDRED / whole).quantize(TWO_PLACES, ROUND_HALF_UP)


def total_of(targets: Sequence[PeriodTarget]) -> Decimal:
    """Return the sum of targets, in their unit."""
    return sum((target.amount for target in targets), ZERO)


def targets_by_period(
    *,
    total: Decimal,
    periods: Sequence[Period],
    profile: Profile,
    given: Mapping[Period, Decimal] | None = None,
) -> tuple[PeriodTarget, ...]:
    """
    Divide a whole-life target over the reporting periods; the result adds up to `total` exactly.

    even: the same for each month, so the same for each quarter, and less for a period that the start or the end of
    the contract cuts off. s_curve: after the share x of the time, 3x^2 - 2x^3 of the total is due, so that it starts
    slowly, is half done half way, and ends slowly. Both are rounded half up to six decimals, and the last period
    takes the remainder. stepped and milestones: as `given`; a period that is not given owes nothing.

    :raises BadSplit: without periods, or where what is given is not the total
    :raises BadPeriod: where what is given names a period that is not among `periods`
    """
    if profile in (Profile.STEPPED, Profile.MILESTONES):
        amounts = _given(total, periods, given or {})
    else:
        amounts = split(total, profile_weights(profile=profile, periods=periods))
    return tuple(PeriodTarget(period, amount) for period, amount in zip(periods, amounts, strict=True))


def profile_weights(*, profile: Profile, periods: Sequence[Period]) -> list[Decimal]:
    """
    Return the weights in whose proportion an even or s_curve target falls due, one for each period, never negative.

    Periods of equal length in months have whole numbers; for even they are 1.
    """
    lengths = [months_in(period) for period in periods]
    if len(set(lengths)) == 1:
        lengths = [Decimal(1)] * len(periods)
    return _s_curve_weights(lengths) if profile is Profile.S_CURVE else lengths


def due_to_date(
    *, targets: Sequence[PeriodTarget], as_at: dt.date, profile: Profile = Profile.EVEN, pro_rata: bool = False
) -> Due:
    """
    Return what was due by the end of the day `as_at`: the periods that have ended by then.

    With `pro_rata`, the running period counts by its days, except under milestones, which fall due on their day
    and not before. Result in the unit of the targets; the part of a period half up to six decimals.
    """
    ended = tuple(target for target in targets if target.period.end <= as_at)
    part = None
    if pro_rata and profile is not Profile.MILESTONES:
        running = next((target for target in targets if as_at in target.period and target not in ended), None)
        if running is not None:
            part = prorate(running.amount, running.period, Period(running.period.start, as_at))
    return Due(total_of(ended) + (part.result if part else ZERO), ended, part)


def reprofile(*, targets: Sequence[PeriodTarget], amounts: Sequence[Decimal]) -> Change:
    """
    Move what is owed between periods without changing the sum, as after an emergency.

    :raises BadSplit: if there is not one amount per period, an amount is below zero, or the sum would change
    """
    before, after = total_of(targets), sum(amounts, ZERO)
    if len(amounts) != len(targets):
        raise errors.BadSplit(f"{len(targets)} periods need {len(targets)} amounts, not {len(amounts)}.")
    if any(amount < 0 for amount in amounts):
        raise errors.BadSplit("A target cannot be below zero. Give zero for a period in which nothing is owed.")
    if before != after:
        raise errors.BadSplit(
            f"The new targets add up to {plain(after)}, the old ones to {plain(before)}. A re-profile keeps the sum; "
            f"record relief or a variation for the difference of {plain(abs(after - before))}."
        )
    adjusted = tuple(PeriodTarget(t.period, amount) for t, amount in zip(targets, amounts, strict=True))
    return Change(tuple(targets), adjusted)


def scale_targets(*, targets: Sequence[PeriodTarget], old: Decimal, new: Decimal, effective: dt.date) -> Change:
    """
    Scale what is owed from the day `effective` by `new` / `old`, such as the yearly contract values of a change.

    Earlier periods stay as they are. A period that `effective` cuts is scaled for the days from then on, by days;
    half up to six decimals.

    :raises BadSplit: if `old` is not above zero or `new` is below it
    """
    if old <= 0 or new < 0:
        raise errors.BadSplit(f"Targets cannot be scaled from {plain(old)} to {plain(new)}. Give the two values.")
    adjusted = tuple(PeriodTarget(t.period, _scaled(t, old, new, effective)) for t in targets)
    return Change(tuple(targets), adjusted)


def against_both(*, delivered: Decimal, adjusted: Decimal, original: Decimal) -> BothWays:
    """Return a delivery beside the adjusted and the original target, since a report prints both."""
    return BothWays(delivered, percent(delivered, adjusted), percent(delivered, original))


def _given(total: Decimal, periods: Sequence[Period], given: Mapping[Period, Decimal]) -> list[Decimal]:
    strangers = [period for period in given if period not in periods]
    if strangers:
        raise errors.BadPeriod(
            f"The target for {strangers[0]} belongs to no reporting period. Use the periods of the contract."
        )
    found = sum(given.values(), ZERO)
    if found != total:
        raise errors.BadSplit(
            f"The targets by period add up to {plain(found)}, the whole-life target is {plain(total)}. Correct one."
        )
    return [given.get(period, ZERO) for period in periods]


def _s_curve_weights(lengths: Sequence[Decimal]) -> list[Decimal]:
    # Times the cube of the whole length, so that nothing is divided, and nothing rounded, before the split.
    passed = list(accumulate(lengths, initial=ZERO))
    reached = [3 * x * x * passed[-1] - 2 * x * x * x for x in passed]
    return [after - before for before, after in pairwise(reached)]


def _scaled(target: PeriodTarget, old: Decimal, new: Decimal, effective: dt.date) -> Decimal:
    period = target.period
    if period.end < effective:
        return target.amount
    if period.start >= effective:
        return (target.amount * new / old).quantize(SIX_PLACES, ROUND_HALF_UP)
    before = prorate(target.amount, period, Period(period.start, effective - DAY)).result
    return before + ((target.amount - before) * new / old).quantize(SIX_PLACES, ROUND_HALF_UP)
