"""The scheduled jobs of the app `frameworks`."""

from __future__ import annotations

import datetime as dt

from commonweal_web.core import jobs
from commonweal_web.frameworks.consulting import services


@jobs.daily(hour=3, minute=40)
def forget_seats(now: dt.datetime) -> None:
    """Forget who came to a session once it has ended."""
    services.forget_seats(now=now)
