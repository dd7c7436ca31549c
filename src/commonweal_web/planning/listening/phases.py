"""Where a form on priorities stands on a day in London, and where its plan's soundings do."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from commonweal.reporting import wording
from commonweal_web.planning.models import Priority


class Phase(StrEnum):
    """In the order in which one passes them."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


WORDS = {
    Phase.COMING: "not open yet",
    Phase.OPEN: "open",
    Phase.CLOSED: "closed, results to come",
    Phase.PUBLISHED: "closed, results published",
}


def phase_of(priority: Priority, day: dt.date) -> Phase:
    """Return the phase; both the first and the last day are open to their end."""
    if priority.published_at is not None:
        return Phase.PUBLISHED
    if day < priority.opens:
        return Phase.COMING
    return Phase.OPEN if day <= priority.closes else Phase.CLOSED


def when(priority: Priority, day: dt.date) -> str:
    """Say when residents can answer."""
    first, last = wording.day(priority.opens), wording.day(priority.closes)
    match phase_of(priority, day):
        case Phase.COMING:
            return f"Opens on {first} and closes at the end of {last}"
        case Phase.OPEN:
            return f"Open from {first} to the end of {last}"
    return f"Was open from {first} to {last}"
