"""The scheduled jobs of the app `core`."""

from __future__ import annotations

import datetime as dt

from commonweal_web.core import idempotency, jobs, outbox


@jobs.every(minutes=1)
def send_mail(now: dt.datetime) -> None:
    """Send the mail that is due."""
    outbox.drain(now)


@jobs.daily(hour=3)
def forget_form_keys(now: dt.datetime) -> None:
    """Forget the keys of forms that were sent long ago."""
    idempotency.forget(now)
