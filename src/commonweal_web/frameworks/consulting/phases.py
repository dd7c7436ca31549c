"""Where a consultation stands on a day in London."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from commonweal_web.core.clock import LONDON
from commonweal_web.frameworks.models import Consultation


class Phase(StrEnum):
    """In the order in which one passes them; a withdrawn one stays withdrawn."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


WORDS = {
    Phase.COMING: "not open yet",
    Phase.OPEN: "open",
    Phase.CLOSED: "closed, answers to come",
    Phase.ANSWERED: "closed and answered",
    Phase.WITHDRAWN: "withdrawn",
}


def phase_of(consultation: Consultation, day: dt.date) -> Phase:
    """Return the phase; both the first and the last day are open to their end."""
    if consultation.withdrawn_at is not None:
        return Phase.WITHDRAWN
    if consultation.summary_at is not None:
        return Phase.ANSWERED
    if day < consultation.opens:
        return Phase.COMING
    return Phase.OPEN if day <= consultation.closes else Phase.CLOSED


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day in London."""
    return moment.astimezone(LONDON).date()


def days_left(consultation: Consultation, day: dt.date) -> str:
    """Say how long it is still open."""
    left = (consultation.closes - day).days
    if left == 0:
        return "today is the last day"
    return "1 day left" if left == 1 else f"{left} days left"
