"""The scheduled jobs of the app `delivery`."""

from __future__ import annotations

import datetime as dt

from commonweal_web.core import jobs
from commonweal_web.delivery import calendar, reminders


@jobs.daily(hour=2)
def expect_returns(now: dt.datetime) -> None:
    """Make the returns that live contracts owe and that are not there yet."""
    calendar.returns_create_all(now)


@jobs.daily(hour=8)
def remind(now: dt.datetime) -> None:
    """Queue the reminders that are due."""
    reminders.send_due(now)
