"""The one place of the service that reads a clock. Tests and the demo let it stand with `fixed`."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed", default=None)


def now() -> dt.datetime:
    """Return this moment, with its zone."""
    return _fixed.get() or timezone.now()


def today() -> dt.date:
    """Return the calendar day in London, where deadlines are."""
    return now().astimezone(LONDON).date()


@contextlib.contextmanager
def fixed(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (with its zone) inside the block."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
