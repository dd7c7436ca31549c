"""The scheduled jobs of the app `contracts`."""

from __future__ import annotations

import datetime as dt

from commonweal_web.contracts.services import contacts
from commonweal_web.core import jobs


@jobs.every(minutes=15)
def raise_contact_alarms(now: dt.datetime) -> None:
    """Raise the alarm of each live contract that has nobody to write to at its supplier at this hour."""
    contacts.contact_alarms(now)
