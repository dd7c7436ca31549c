"""Working days, due dates and the ladder of messages that follows a due date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from commonweal import errors
from commonweal.periods import DAY, Period

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
                f"not for {day:%-d %B %Y}. Update the data pack, or correct the date."
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


def load_calendars() -> dict[str, Calendar]:
    """Return the calendars of the data package by division. Raises as `calendars_of`."""
    text = resources.files("commonweal_data").joinpath("calendars", "bank-holidays.yaml").read_text("utf-8")
    return calendars_of(yaml.safe_load(text))


def calendars_of(data: object) -> dict[str, Calendar]:
    """
    Return calendars by division from a file of bank holidays: first_year, last_year, divisions with their days.

    :raises BadPack: if something is missing, is of another sort, or a day is outside the years or stands twice
    """
    try:
        return _calendars(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise errors.BadPack(
            f"The file of bank holidays cannot be used: {error}. It needs first_year, last_year and divisions, "
            f"each with an id and holidays, each with its day under `on`."
        ) from None


def _calendars(data: Any) -> dict[str, Calendar]:
    found: dict[str, Calendar] = {}
    first, last = data["first_year"], data["last_year"]
    for division in data["divisions"]:
        days = [holiday["on"] for holiday in division["holidays"]]
        for day in days:
            if not first <= day.year <= last or days.count(day) > 1:
                raise errors.BadPack(f"{day} of {division['id']} stands twice, or outside {first} to {last}.")
        if not {day.year for day in days} >= set(range(first, last + 1)):
            raise errors.BadPack(f"{division['id']} lacks the bank holidays of a year from {first} to {last}.")
        found[division["id"]] = Calendar(division["id"], frozenset(days), first, last)
    return found
