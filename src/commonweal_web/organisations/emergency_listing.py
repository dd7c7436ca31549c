"""What the pages of emergency access show: the own ones, and those to a body with what was read under each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from commonweal_web.audit import selectors as audit
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.organisations.emergency_models import EmergencyAccess
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.services.emergency import READ

NEWEST = 20
SHOWN = 500
"""So many pages of one access are listed; the log has them all."""


def past_of(user: Any, now: dt.datetime) -> list[EmergencyAccess]:
    """Return the newest accesses of a person that have ended."""
    rows = EmergencyAccess.objects.filter(person=user).select_related("organisation")
    return [row for row in rows[:NEWEST] if not row.runs(now)]


def to_body(organisation: Organisation) -> QuerySet[EmergencyAccess]:
    """Return every access to a body, newest first."""
    return EmergencyAccess.objects.filter(organisation=organisation).select_related("person", "organisation")


def with_pages(rows: Iterable[EmergencyAccess], now: dt.datetime) -> list[dict[str, Any]]:
    """Return each access with whether it runs, and a table of the pages read under it."""
    return [{"row": row, "runs": row.runs(now), "last": _last(row), "table": _pages(row)} for row in rows]


def _last(row: EmergencyAccess) -> dt.datetime:
    return row.ended_at or row.ends_at


def _pages(row: EmergencyAccess) -> Table:
    events = audit.timeline(row).filter(verb=READ)
    count = events.count()
    more = f"; the first {SHOWN} are here, all are in the log" if count > SHOWN else ""
    return Table(
        f"Access {row.pk}: {count} page{'' if count == 1 else 's'} read{more}",
        [Column("When"), Column("Page")],
        [[Cell(moment(event.at)), Cell(event.record_label)] for event in events[:SHOWN]],
        dense=True,
        empty="No page was read.",
    )
