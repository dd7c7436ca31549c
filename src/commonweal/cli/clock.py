"""The only clock of Commonweal: today, as the default of a date that the user did not give."""

from __future__ import annotations

import datetime as dt


def today() -> dt.date:
    """Return the day on which the command runs, in the zone of the computer."""
    return dt.date.today()  # noqa: DTZ011 - a person's day, not an instant
