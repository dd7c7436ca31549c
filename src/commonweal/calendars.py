"""Working days, due dates and the ladder of messages that follows a due date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from commonweal import errors
from commonweal.periods import DAY, Period, day_in_words

SATURDAY = 5
LADDER = (-10, -3, 1, 5, 10)
"""Days before and after the due date on which a message goes out, unless a body sets its own."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    The bank holidays of one division of the United Kingdom, known from `first_year` to `last_year`.

    A day of another year is an error: no known holiday there would mean that nobody has looked.
    """

    division: str
    holidays: frozenset[dt.date]
    first_year: int
    last_year: int

    def is_working_day(self, day: dt.date) -> bool:
        """
        Return whether `day` is a Monday to Friday and no bank holiday.

        :raises BadPeriod: for a year that the calendar does not cover
        """
        if not self.first_year <= day.year <= self.last_year:
            raise errors.BadPeriod(
                f"The bank holidays of {self.division} are known for {self.first_year} to {self.last_year}, "
                f"not for {day_in_words(day)}. Update the data pack, or correct the date."
            )
        return day.weekday() < SATURDAY and day not in self.holidays

    def roll_forward(self, day: dt.date) -> dt.date:
        """Return `day` itself if it is a working day, else the next one. Raises as `is_working_day`."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """
        Return the day `count` working days after `day` (before it, if negative); 0 is `day`, rolled forward.

        Raises as `is_working_day`.
        """
        if count == 0:
            return self.roll_forward(day)
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days(self, period: Period) -> int:
        """Return how many working days a period has. Raises as `is_working_day`."""
        return sum(self.is_working_day(period.start + DAY * at) for at in range(period.days))


@dataclass(frozen=True, slots=True)
class Rung:
    """One message of the ladder: `offset` days from the due date, and the working day on which it goes out."""

    offset: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a return is due, when messages go out, and `lock`, the last day on which it can still be sent."""

    due: dt.date
    ladder: tuple[Rung, ...]
    lock: dt.date

    def locked(self, as_at: dt.date) -> bool:
        """Return whether the period is closed on `as_at`; it closes at the end of the day `lock`."""
        return as_at > self.lock

    def days_late(self, received: dt.date) -> int:
        """Return how many days after the due date a return came; 0 if it came in time."""
        return max(0, (received - self.due).days)


def due_date(period: Period, days: int, calendar: Calendar) -> dt.date:
    """
    Return the day on which the return for `period` is due: `days` after its end, rolled to a working day.

    Raises as `Calendar.is_working_day`.
    """
    return calendar.roll_forward(period.end + DAY * days)


def deadline(
    *, period: Period, due_days: int, lock_days: int, calendar: Calendar, ladder: Sequence[int] = LADDER
) -> Deadline:
    """
    Return the due date of a period and all that hangs on it.

    All offsets are calendar days from the due date; a day that is no working day rolls to the next one.
    Raises as `Calendar.is_working_day`.
    """
    due = due_date(period, due_days, calendar)
    rungs = tuple(Rung(offset, calendar.roll_forward(due + DAY * offset)) for offset in ladder)
    return Deadline(due, rungs, calendar.roll_forward(due + DAY * lock_days))
