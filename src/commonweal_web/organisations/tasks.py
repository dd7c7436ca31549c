"""The scheduled jobs of the app `organisations`."""

from __future__ import annotations

import datetime as dt

from commonweal_web.core import jobs
from commonweal_web.organisations.models import SIGN_INS_KEPT, SignInEvent, SignInFailure


@jobs.daily(hour=3, minute=20)
def forget_sign_ins(now: dt.datetime) -> None:
    """Forget events at the door after a year, and failed tries after a day."""
    SignInEvent.objects.filter(at__lt=now - SIGN_INS_KEPT).delete()
    SignInFailure.objects.filter(at__lt=now - dt.timedelta(days=1)).delete()
