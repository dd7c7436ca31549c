"""The scheduled jobs of the app `mapping`."""

from __future__ import annotations

import datetime as dt

from commonweal_web.core import jobs
from commonweal_web.mapping.sheets import services


@jobs.daily(hour=3, minute=40)
def forget_sheets(now: dt.datetime) -> None:
    """Remove the sheets that nobody kept once their day has passed."""
    services.sheets_expire(now=now)
