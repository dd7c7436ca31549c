"""
Reading the log: a record's timeline, an organisation's log with search, and its rows for an export.

These take ids that the caller has found in scope already: the log stands below the apps that know who may see what.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Max, Q, QuerySet

from commonweal_web.audit.canonical import instant
from commonweal_web.audit.models import ChainHead, Event
from commonweal_web.core.clock import LONDON


@dataclass(frozen=True, slots=True)
class Search:
    """What an auditor looks for; what is left empty does not narrow the log. The days are whole days in London."""

    words: str = ""
    record_type: str = ""
    record_id: int | None = None
    actor_id: int | None = None
    verbs: tuple[str, ...] = ()
    contract_id: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def timeline(record: models.Model) -> QuerySet[Event]:
    """Return what happened to one record, oldest first."""
    return Event.objects.filter(record_type=record._meta.label_lower, record_id=record.pk).order_by("at", "pk")


def contract_timeline(contract_id: int) -> QuerySet[Event]:
    """Return what happened to a contract and to everything under it, newest first."""
    return Event.objects.filter(contract_id=contract_id).order_by("-at", "-pk")


def log_of(organisation_id: int, search: Search | None = None) -> QuerySet[Event]:
    """Return the log of one organisation, newest first, narrowed by the search."""
    return Event.objects.filter(_matching(search or Search()), chain=organisation_id).order_by("-seq")


def verbs_of(organisation_id: int) -> list[str]:
    """Return every kind of act in the organisation's log, for the choices of a search."""
    return list(Event.objects.filter(chain=organisation_id).order_by("verb").values_list("verb", flat=True).distinct())


def people_of(organisation_id: int) -> list[tuple[int, str]]:
    """Return everybody who acted in the organisation's log: id and the latest name, in the order of the names."""
    rows = Event.objects.filter(chain=organisation_id, actor_id__isnull=False)
    last = rows.values("actor_id").annotate(last=Max("seq")).values("last")
    latest = rows.filter(seq__in=last).values_list("actor_id", "actor_name")
    return sorted(((pk or 0, name) for pk, name in latest), key=lambda person: (person[1].casefold(), person[0]))


def head_of(organisation_id: int) -> ChainHead | None:
    """Return where the organisation's chain ends."""
    return ChainHead.objects.filter(chain=organisation_id).first()


COLUMNS = (
    "chain", "number", "at", "person_id", "person", "role", "act", "record_type", "record_id", "record", "contract_id",
    "old", "new", "reason", "request_id", "salt", "names_hash", "previous_hash", "hash",
)  # fmt: skip


def export_rows(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """Yield each event as a plain row with everything that its hash covers, so that it can be computed again."""
    rows = events.order_by("seq").iterator(chunk_size=2000) if isinstance(events, QuerySet) else events
    for event in rows:
        yield dict(zip(COLUMNS, _values(event), strict=True))


def json_lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield each event as one line of JSON."""
    for row in export_rows(events):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def csv_rows(events: Iterable[Event]) -> Iterator[list[str]]:
    """Yield the header and each event as texts for a CSV file; the writer of the file guards against formulas."""
    yield list(COLUMNS)
    for row in export_rows(events):
        yield [_cell(value) for value in row.values()]


def _values(event: Event) -> tuple[Any, ...]:
    return (
        event.chain, event.seq, instant(event.at), event.actor_id, event.actor_name, event.role, event.verb,
        event.record_type, event.record_id, event.record_label, event.contract_id, event.old, event.new, event.reason,
        event.request_id, event.salt, event.names_hash, event.previous_hash, event.hash,
    )  # fmt: skip


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _matching(search: Search) -> Q:
    exact = {
        "record_type": search.record_type,
        "record_id": search.record_id,
        "actor_id": search.actor_id,
        "contract_id": search.contract_id,
        "verb__in": search.verbs,
        "at__gte": _start(search.first_day),
        "at__lt": _start(search.last_day and search.last_day + dt.timedelta(days=1)),
    }
    found = Q(**{name: value for name, value in exact.items() if value not in (None, "", ())})
    for word in search.words.replace("\0", "").split()[:10]:
        found &= Q(record_label__icontains=word) | Q(actor_name__icontains=word) | Q(reason__icontains=word)
    return found


def _start(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), tzinfo=LONDON) if day else None
