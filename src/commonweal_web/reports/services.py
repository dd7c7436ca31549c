"""The one thing that reading pages changes: until when somebody has read what moved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.organisations.models import User


@transaction.atomic
def moved_seen(*, by: Any, now: dt.datetime) -> None:
    """Note that `by` has read what moved until now. A mark of one's own for oneself: the log does not speak of it."""
    User.objects.filter(pk=by.pk).update(last_seen_moved=now)
