"""
Where a return stands on a day: not due, open, missing, locked, reopened, received. All of it follows from dates.

Plain rules without a query: `standing` takes a loaded return and the day in London.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from commonweal.calendars import Deadline
from commonweal.periods import Period, day_in_words
from commonweal_web.core.clock import LONDON
from commonweal_web.delivery.models import Return, ReturnState

DAY = dt.timedelta(days=1)
HERE = frozenset({ReturnState.SUBMITTED, ReturnState.CHECKED})


class Where(StrEnum):
    """Where a return stands, in the order of its life."""

    NOT_BEGUN = "not begun"
    OPEN = "open"
    MISSING = "missing"
    LOCKED = "locked"
    REOPENED = "reopened"
    RECEIVED = "received"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a return stands and what to say of it; `days_late` counts from the due day to its arrival or to today."""

    where: Where
    days_left: int
    days_late: int
    closes: dt.date

    @property
    def open(self) -> bool:
        return self.where in (Where.OPEN, Where.MISSING, Where.REOPENED)

    @property
    def here(self) -> bool:
        return self.where in (Where.RECEIVED, Where.CHECKED)

    @property
    def lateness(self) -> str:
        """“28 days late”, or nothing."""
        return f"{self.days_late} {'day' if self.days_late == 1 else 'days'} late" if self.days_late else ""


def period_of(ret: Return) -> Period:
    """Return the days that a return is about."""
    return Period(ret.starts, ret.ends)


def deadline_of(ret: Return) -> Deadline:
    """Return due and locking day as the engine knows them."""
    return Deadline(ret.due, (), ret.locks)


def london_day(moment: dt.datetime) -> dt.date:
    """Return the calendar day in London of a moment."""
    return moment.astimezone(LONDON).date()


def closes_on(ret: Return, today: dt.date) -> dt.date:
    """Return the last day on which a return can be sent: that of a reopening in force, or else its locking day."""
    return ret.open_until if ret.open_until and ret.open_until >= today and today > ret.locks else ret.locks


def standing(ret: Return, today: dt.date) -> Standing:
    """Return where a return stands on `today`."""
    deadline, closes = deadline_of(ret), closes_on(ret, today)
    left = (min(closes, ret.due) - today).days if today <= ret.due else (closes - today).days
    if ret.state in HERE:
        where = Where.CHECKED if ret.state == ReturnState.CHECKED else Where.RECEIVED
        first = ret.first_received_at or ret.received_at
        return Standing(where, left, deadline.days_late(london_day(first)) if first else 0, closes)
    late = deadline.days_late(today)
    if today < ret.starts:
        where = Where.NOT_BEGUN
    elif today > closes:
        where = Where.LOCKED
    elif today > ret.locks:
        where = Where.REOPENED
    else:
        where = Where.MISSING if late else Where.OPEN
    return Standing(where, left, late, closes)


def may_be_typed(ret: Return, today: dt.date) -> bool:
    """Return whether a supplier can change the draft on `today`."""
    return ret.state not in HERE and standing(ret, today).open


def may_be_sent(ret: Return, arrived: dt.datetime) -> bool:
    """Return whether a return that arrived complete at `arrived` is taken: after its period, before it locks."""
    day = london_day(arrived)
    return may_be_typed(ret, day) and day > ret.ends


def why_locked(ret: Return, today: dt.date, authority: str) -> list[str]:
    """Return, sentence by sentence, why a return is closed, what became of the draft, and whom to ask."""
    days = (ret.locks - ret.due).days
    sentences = [
        f"This return was due on {day_in_words(ret.due)} and closed on {day_in_words(ret.locks)} "
        f"because {days} days passed without it."
    ]
    if ret.open_until and ret.open_until < today:
        sentences.append(f"It was opened again until {day_in_words(ret.open_until)}, and that day has passed too.")
    draft = (
        "Your draft is kept, as you left it." if ret.state == ReturnState.DRAFT else "Nothing was typed into it yet."
    )
    return [*sentences, draft, f"Ask {authority} to reopen it, and say why it is late."]
