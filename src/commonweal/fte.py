"""
Full-time equivalents and hours, built from people and sessions.

35 hours a week are one full-time equivalent. FTE is averaged in a period; FTE-years are that average times the
length of the period in years, so that 8 FTE in a quarter are 2 FTE-years. Nobody counts for more than 1.0 in a year.
Source: the counting rules that buyers publish beside their measures, such as Torbay Council's "TOMs dos and don'ts".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commonweal import errors
from commonweal.periods import DAY, Period, add_months, contract_years, months_in, overlap
from commonweal.quantities import ONE, Quantity, plain

FULL_TIME_HOURS = Decimal(35)
FTE_YEAR = "FTE-year"
HOUR = "hour"
SIX_PLACES = Decimal("0.000001")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Employment:
    """
    One person's job: a `share` of full time (0.5) or `weekly_hours` (17.5), exactly one of them.

    `person` is a keyed token, never a name; the same token twice is one person. Without an `end` the job goes on.
    An empty token stands for a person of its own, who cannot be told apart from others.

    :raises BadQuantity: if share and hours are both given or both missing, or not above zero, or the share above 1
    :raises BadPeriod: if it ends before it starts
    """

    person: str
    start: dt.date
    end: dt.date | None = None
    share: Decimal | None = None
    weekly_hours: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.share is None) == (self.weekly_hours is None):
            raise errors.BadQuantity("Give a person either a share of full time, like 0.5, or hours a week, like 17.5.")
        if self.share is not None and not 0 < self.share <= 1:
            raise errors.BadQuantity(
                f"A share of full time of {plain(self.share)} is not above 0 and up to 1. "
                f"Write half time as 0.5; for several people give one line each."
            )
        if self.weekly_hours is not None and self.weekly_hours <= 0:
            raise errors.BadQuantity(f"{plain(self.weekly_hours)} hours a week are not above 0. Leave the person out.")
        if self.end is not None:
            Period(self.start, self.end)

    @property
    def fte(self) -> Decimal:
        """The share of full time; hours are divided by 35 and never count for more than 1.0."""
        if self.share is not None:
            return self.share
        return min(ONE, (self.weekly_hours or ZERO) / FULL_TIME_HOURS)


@dataclass(frozen=True, slots=True)
class FteLine:
    """
    The working for one person and year, or part of a year.

    `share_days` are days weighted by share; `fte` = `share_days` / `of_days`, at most 1.0 (`capped` says that it was
    cut); `fte_years` = `fte` x `years`, half up to six decimals.
    """

    person: str
    year: Period
    share_days: Decimal
    of_days: int
    fte: Decimal
    capped: bool
    years: Decimal
    fte_years: Decimal


@dataclass(frozen=True, slots=True)
class FteYears:
    """The sum of the lines in FTE-years, and the lines in order of person and year."""

    total: Quantity
    lines: tuple[FteLine, ...]


def fte_years_of(
    *, employments: Sequence[Employment], period: Period, first_months_only: int | None = None
) -> FteYears:
    """
    Return the FTE-years that people worked in `period`, with the working per person.

    With `first_months_only`, a person counts only that long from their first day in any of the jobs, which is how
    measures for people who were out of work are limited to 12 months. The 1.0 that a person may count for is applied
    to each year of the period, counted from its first day.
    """
    lines = tuple(
        line
        for person, jobs in _by_person(employments)
        for year in contract_years(period.start, period.end)
        if (line := _line(person, _limited(jobs, first_months_only), year)) is not None
    )
    return FteYears(Quantity(sum((line.fte_years for line in lines), ZERO), FTE_YEAR), lines)


def fte_years(*, full_time: int = 0, part_time: Iterable[Decimal] = (), years: Decimal) -> Quantity:
    """
    Return the FTE-years of people who stay for the same number of years: 10 full time and 5 half time, 2 years: 25.

    `part_time` are shares of full time, one per person, each above 0 and up to 1.

    :raises BadQuantity: for another share, or fewer than no people or years
    """
    shares = list(part_time)
    if full_time < 0 or years < 0 or any(not 0 < share <= 1 for share in shares):
        raise errors.BadQuantity("People and years cannot be below zero, and a share of full time is above 0, up to 1.")
    return Quantity((full_time + sum(shares, ZERO)) * years, FTE_YEAR)


def session_hours(*, hours: Decimal, attendees: int, sessions: int = 1) -> Quantity:
    """
    Return the hours that people attended: hours of a session x attendees x sessions.

    :raises BadQuantity: if one of them is below zero
    """
    if min(hours, Decimal(attendees), Decimal(sessions)) < 0:
        raise errors.BadQuantity("Hours, attendees and sessions cannot be below zero. Correct the one that is.")
    return Quantity(hours * attendees * sessions, HOUR)


def years_in(period: Period) -> Decimal:
    """
    Return the length of a period in years, as twelfths: a quarter of a year for any quarter. Up to 28 digits.

    The months are those of `periods.months_in`.
    """
    return months_in(period) / 12


def _by_person(employments: Sequence[Employment]) -> list[tuple[str, list[Employment]]]:
    named: dict[str, list[Employment]] = {}
    for job in employments:
        if job.person:
            named.setdefault(job.person, []).append(job)
    return [*sorted(named.items()), *(("", [job]) for job in employments if not job.person)]


def _limited(jobs: Sequence[Employment], first_months_only: int | None) -> list[tuple[Decimal, dt.date, dt.date]]:
    last = dt.date.max
    if first_months_only is not None:
        last = add_months(min(job.start for job in jobs), first_months_only) - DAY
    return [(job.fte, job.start, min(job.end or dt.date.max, last)) for job in jobs]


def _line(person: str, spans: Sequence[tuple[Decimal, dt.date, dt.date]], year: Period) -> FteLine | None:
    shared = [(fte, overlap(Period(start, end), year)) for fte, start, end in spans if start <= end]
    share_days = sum((fte * days.days for fte, days in shared if days is not None), ZERO)
    if share_days == 0:
        return None
    average = share_days / year.days
    fte, years = min(ONE, average), years_in(year)
    worth = (fte * years).quantize(SIX_PLACES, ROUND_HALF_UP)
    return FteLine(person, year, share_days, year.days, fte, average > 1, years, worth)
