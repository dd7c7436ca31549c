"""Reporting periods: contract years and quarters, financial years, months; overlap and proration."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from commonweal import errors
from commonweal.quantities import plain, split

if TYPE_CHECKING:
    from commonweal.portfolio import PeriodScheme

DAY = dt.timedelta(days=1)
FINANCIAL_YEAR_MONTH = 4
LONGEST_TERM = 300
"""Years. Leases run for 125; what is longer is a placeholder such as 31 December 9999."""
SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """
    A run of whole days, first and last day included.

    :raises BadPeriod: if the last day is before the first
    """

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise errors.BadPeriod(
                f"A period cannot end on {self.end:%d %B %Y}, before it starts on {self.start:%d %B %Y}. "
                f"Swap the dates or correct one of them."
            )

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """In words: "April 2026", "April to June 2026" or "15 April to 30 June 2026"."""
        return label(self)

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{day_in_words(self.start)} to {day_in_words(self.end)}"


@dataclass(frozen=True, slots=True)
class Proration:
    """The part of `amount` that falls on `days` of `of_days`; `result` has up to six decimals."""

    amount: Decimal
    days: int
    of_days: int
    result: Decimal

    def __str__(self) -> str:
        return f"{plain(self.amount)} x {self.days} of {self.of_days} days = {plain(self.result)}"


def add_months(day: dt.date, months: int) -> dt.date:
    """
    Return the same day `months` later (earlier if negative), or the last day of that month where it has no such day.

    Count from the first day of a series, never from step to step: then 31 January, 28 February, 31 March.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=years, month=month + 1, day=min(day.day, calendar.monthrange(years, month + 1)[1]))


def months_in(period: Period) -> Decimal:
    """
    Return the length of a period in months, half up to six decimals: three for any quarter.

    Days beyond the last whole month from its first day count as a part of the month that they begin.
    """
    stop = period.end + DAY
    whole = (stop.year - period.start.year) * 12 + stop.month - period.start.month
    if add_months(period.start, whole) > stop:
        whole -= 1
    reached, following = add_months(period.start, whole), add_months(period.start, whole + 1)
    rest = Decimal((stop - reached).days) / (following - reached).days
    return (whole + rest).quantize(SIX_PLACES, ROUND_HALF_UP).normalize() + 0


def contract_years(start: dt.date, end: dt.date) -> list[Period]:
    """Return years counted from `start`; the last is cut off at `end`, which is included."""
    return list(_steps(start, Period(start, end), 12))


def contract_quarters(start: dt.date, end: dt.date) -> list[Period]:
    """Return quarters of three months counted from `start`; the last is cut off at `end`, which is included."""
    return list(_steps(start, Period(start, end), 3))


def contract_months(start: dt.date, end: dt.date) -> list[Period]:
    """Return months counted from the day of `start`; the last is cut off at `end`, which is included."""
    return list(_steps(start, Period(start, end), 1))


def financial_years(start: dt.date, end: dt.date) -> list[Period]:
    """Return financial years, from 1 April to 31 March, cut off at `start` and `end`."""
    return list(_steps(_financial_start(start), Period(start, end), 12))


def financial_quarters(start: dt.date, end: dt.date) -> list[Period]:
    """Return quarters that begin on 1 April, July, October and January, cut off at `start` and `end`."""
    return list(_steps(_financial_start(start), Period(start, end), 3))


def months(start: dt.date, end: dt.date) -> list[Period]:
    """Return calendar months, cut off at `start` and `end`."""
    return list(_steps(start.replace(day=1), Period(start, end), 1))


_MAKERS = {
    "contract_quarters": contract_quarters,
    "contract_years": contract_years,
    "financial_quarters": financial_quarters,
    "financial_years": financial_years,
    "months": months,
}


def periods_of(scheme: PeriodScheme, term: Period) -> list[Period]:
    """
    Return the reporting periods of a contract, oldest first: without gap or overlap, from its first to its last day.

    Months are calendar months: a contract from 15 April has a first month of 16 days.

    :raises BadPeriod: for a term of more than 300 years, which is a placeholder and no date
    """
    if term.end.year - term.start.year > LONGEST_TERM:
        raise errors.BadPeriod(
            f"The term {term} is too long to have reporting periods. "
            f"Give the real last day; where it is not known, leave it empty."
        )
    return _MAKERS[str(scheme.value)](term.start, term.end)


def period_of(scheme: PeriodScheme, term: Period, day: dt.date) -> Period:
    """
    Return the reporting period that `day` falls into.

    :raises BadPeriod: if `day` is outside the term
    """
    found = next((period for period in periods_of(scheme, term) if day in period), None)
    if found is None:
        raise errors.BadPeriod(f"{day_in_words(day)} is outside the term {term}. Correct the date or the term.")
    return found


def financial_year_of(day: dt.date) -> str:
    """Return the label of the financial year of `day`: 31 March 2027 is in "2026/27", 1 April 2027 in "2027/28"."""
    first = _financial_start(day).year
    return f"{first}/{(first + 1) % 100:02}"


def overlap(one: Period, other: Period) -> Period | None:
    """Return the days that two periods share, or None if they share none."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Period(start, end) if start <= end else None


def prorate(amount: Decimal, whole: Period, part: Period) -> Proration:
    """
    Return the share of `amount`, meant for `whole`, that falls on the days it has in common with `part`.

    By days, both ends included; half up to six decimals. Unit as that of `amount`.
    """
    common = overlap(whole, part)
    days = common.days if common else 0
    return Proration(amount, days, whole.days, (amount * days / whole.days).quantize(SIX_PLACES, ROUND_HALF_UP))


def prorate_all(amount: Decimal, whole: Period, parts: Sequence[Period]) -> list[Proration]:
    """
    Divide `amount` over `parts` by days; the results add up to `amount` exactly, the last takes the remainder.

    :raises BadPeriod: if the parts do not fill `whole` without gap or overlap
    """
    joined = all(one.end + DAY == other.start for one, other in pairwise(parts))
    if not parts or not joined or (parts[0].start, parts[-1].end) != (whole.start, whole.end):
        raise errors.BadPeriod(f"The parts do not fill {whole} from end to end. Give them in order, without a gap.")
    results = split(amount, [Decimal(part.days) for part in parts])
    return [Proration(amount, p.days, whole.days, r) for p, r in zip(parts, results, strict=True)]


def day_in_words(day: dt.date) -> str:
    """Return a day as "4 November 2026", on every platform alike."""
    return f"{day.day} {day:%B %Y}"


def label(period: Period) -> str:
    """Return a period in words, as short as its dates allow: "April to June 2026", "15 April to 30 June 2026"."""
    start, end = period.start, period.end
    whole_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if whole_months and (start.year, start.month) == (end.year, end.month):
        return f"{end:%B %Y}"
    if start == end:
        return day_in_words(end)
    first = (f"{start:%B}" if whole_months else f"{start.day} {start:%B}") + (
        "" if start.year == end.year else f" {start:%Y}"
    )
    return f"{first} to {f'{end:%B %Y}' if whole_months else day_in_words(end)}"


def place_in_term(scheme: PeriodScheme, term: Period, period: Period) -> str:
    """
    Return where a period stands in its contract: "Year 1, quarter 1", "2026/27, quarter 1", "Year 2", "2027/28".

    Months have their name: "April 2026".

    :raises BadPeriod: if the scheme has no such period in this term
    """
    known = periods_of(scheme, term)
    if period not in known:
        raise errors.BadPeriod(f"{period} is no reporting period of the term {term}. It has: {known[0]}, and so on.")
    at = known.index(period)
    match str(scheme.value):
        case "contract_quarters":
            return f"Year {at // 4 + 1}, quarter {at % 4 + 1}"
        case "contract_years":
            return f"Year {at + 1}"
        case "financial_quarters":
            quarter = (period.start.month - FINANCIAL_YEAR_MONTH) % 12 // 3 + 1
            return f"{financial_year_of(period.start)}, quarter {quarter}"
        case "financial_years":
            return financial_year_of(period.start)
        case _:
            return f"{period.start:%B %Y}"


def _steps(anchor: dt.date, term: Period, width: int) -> Iterator[Period]:
    """Yield runs of `width` months counted from `anchor`, which is not after the term, clipped to the term."""
    at = 0
    while (start := add_months(anchor, at * width)) <= term.end:
        clipped = overlap(Period(start, add_months(anchor, (at + 1) * width) - DAY), term)
        if clipped:
            yield clipped
        at += 1


def _financial_start(day: dt.date) -> dt.date:
    return dt.date(day.year - (day.month < FINANCIAL_YEAR_MONTH), FINANCIAL_YEAR_MONTH, 1)
