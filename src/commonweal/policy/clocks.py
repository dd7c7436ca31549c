"""
Time limits of the law: the last day on which something may still be done.

"A period of 30 days beginning with" a day counts that day as day 1, so it ends 29 days later, be that a Sunday or a
bank holiday. Only where the law says working days does the calendar come in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from commonweal import errors
from commonweal.calendars import Calendar
from commonweal.periods import DAY, Period, add_months
from commonweal.policy.rules import Clock


def last_day(clock: Clock, first: dt.date, *, calendars: Sequence[Calendar] = ()) -> dt.date:
    """
    Return the last day of a time limit that begins with `first`.

    Months end on the day before the day of the same number: twelve months beginning with 1 April 2026 end on 31 March
    2027; where the month has no such day, on its last day. Working days count from `first` if it is one, and a day is
    one only if it is in every calendar given: for the Procurement Act (section 123) a bank holiday of any part of the
    United Kingdom is none.

    :raises BadPeriod: for working days without a calendar, or in a year that a calendar does not cover
    """
    if clock.days is not None:
        return first + DAY * (clock.days - 1)
    if clock.months is not None:
        same = add_months(first, clock.months)
        return same - DAY if same.day == first.day else same
    if not calendars:
        raise errors.BadPeriod("Working days cannot be counted without bank holidays. Give the calendars.")
    day, left = first, clock.working_days or 0
    while True:
        left -= all(calendar.is_working_day(day) for calendar in calendars)
        if not left:
            return day
        day += DAY


def repeated(clock: Clock, first: dt.date, until: dt.date) -> list[Period]:
    """
    Return the periods of a time limit that begins anew when it ends, from `first` to `until`; the last is cut off.

    Counted from `first` each time, so that a year that begins on 29 February does not creep. In each of them the duty
    is due once, at the latest on its last day.

    :raises BadPeriod: if `until` is before `first`, or the limit is not in months
    """
    if clock.months is None:
        raise errors.BadPeriod("Only a time limit in months begins anew. Give the months.")
    whole = Period(first, until)
    found: list[Period] = []
    start = first
    while start <= whole.end:
        so_many = Clock(clock.start, months=clock.months * (len(found) + 1))
        found.append(Period(start, min(last_day(so_many, first), whole.end)))
        start = found[-1].end + DAY
    return found
