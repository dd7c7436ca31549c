"""Noting what was refused, so that a search for doors is seen, without letting anybody fill the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.audit.models import Event
from commonweal_web.audit.services.recording import Record, record

VERB = "refused"
MOST_A_MINUTE = 10


def record_refusal(
    *, organisation_id: int, by: Any, role: str, verb: str, about: Record, now: dt.datetime, reason: str
) -> Event | None:
    """
    Note that a person was refused an act, in a transaction of its own; call it after the refused one has ended.

    Of one person (and of all who are not signed in, together) the first ten in a minute are noted; the tenth says so.
    """
    with transaction.atomic():
        since = now - dt.timedelta(minutes=1)
        actor = getattr(by, "pk", None)
        noted = Event.objects.filter(actor_id=actor, verb=VERB, at__gt=since, at__lte=now).count()
        if noted >= MOST_A_MINUTE:
            return None
        new = {"act": verb}
        if noted == MOST_A_MINUTE - 1:
            new["note"] = "Further refusals of this minute are not noted."
        return record(
            organisation_id=organisation_id, by=by, role=role, verb=VERB, record=about, now=now, new=new, reason=reason
        )
