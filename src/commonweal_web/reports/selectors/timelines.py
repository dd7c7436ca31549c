"""What happened to a record, for those who may see it, in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from commonweal.periods import day_in_words
from commonweal_web.audit import selectors as audit
from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Change, Contract, Kpi
from commonweal_web.core import tables
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.organisations import selectors as organisations
from commonweal_web.reports import verbs

Rows = QuerySet[Event]
QUANTITY = re.compile(r"-?\d+\.\d{6}")
"""A quantity as it is stored."""


def is_officer(user: Any, contract: Contract) -> bool:
    """Return whether `user` looks from the council's side, which sees its internal notes."""
    return organisations.looked_into(user).filter(pk=contract.authority_id).exists()


def of_contract(contract: Contract) -> Rows:
    """Return what happened to a contract and everything under it, newest first."""
    return audit.contract_timeline(contract.pk)


def of_return(ret: Return) -> Rows:
    """Return what happened to a return, its claims and its reopenings, newest first."""
    found = audit.timeline(ret)
    for claim in ret.claims.all():
        found |= audit.timeline(claim)
    for reopening in ret.reopenings.all():
        found |= audit.timeline(reopening)
    return found.order_by("-at", "-pk")


def of_claim(claim: Claim) -> Rows:
    return audit.timeline(claim).order_by("-at", "-pk")


def of_kpi(kpi: Kpi) -> Rows:
    """Return what happened to a KPI and its versions, newest first."""
    found = audit.timeline(kpi)
    for version in kpi.versions.all():
        found |= audit.timeline(version)
    return found.order_by("-at", "-pk")


def of_change(change: Change) -> Rows:
    return audit.timeline(change).order_by("-at", "-pk")


def of_evidence(item: EvidenceItem) -> Rows:
    return audit.timeline(item).order_by("-at", "-pk")


def seen_by(user: Any, contract: Contract, rows: Rows) -> Rows:
    """Narrow events to what `user` may see: this contract's, and for a supplier only the acts that concern it."""
    rows = rows.filter(contract_id=contract.pk)
    if is_officer(user, contract):
        return rows
    kept = [verb for verb in rows.order_by().values_list("verb", flat=True).distinct() if verbs.for_supplier(verb)]
    return rows.filter(verb__in=kept)


def in_words(events: Iterable[Event], *, officer: bool) -> list[tables.Event]:
    """Return events for `parts/timeline.html`."""
    return [
        tables.Event(
            title=verbs.in_words(event.verb),
            at=event.at,
            by=_by(event),
            text=_text(event, officer=officer),
        )
        for event in events
    ]


def _by(event: Event) -> str:
    role = verbs.role_in_words(event.role)
    return ", ".join(filter(None, [event.actor_name, role])) if event.actor_name else "the service"


def lines(events: Iterable[Event], *, officer: bool) -> list[dict[str, Any]]:
    """Return events as short lines: what happened to which contract, who did it and when."""
    events = list(events)
    wanted = {event.contract_id for event in events}
    known = {contract.pk: contract for contract in Contract.objects.filter(pk__in=wanted)}
    return [
        {
            "words": verbs.in_words(event.verb),
            "label": event.record_label,
            "contract": known.get(event.contract_id or 0),
            "by": event.actor_name or "the service",
            "at": event.at,
        }
        for event in events
    ]


def _text(event: Event, *, officer: bool) -> str:
    parts = [event.record_label]
    if event.reason:
        parts.append(f"Reason: {event.reason}")
    if officer:
        parts += _changes(event.old, event.new)
    return ". ".join(part.rstrip(".") for part in parts if part) + ("." if any(parts) else "")


def changes_of(event: Event) -> list[str]:
    """Return what an event changed, value by value, in words."""
    return _changes(event.old, event.new)


def _changes(old: Any, new: Any) -> list[str]:
    before = old if isinstance(old, Mapping) else {}
    after = new if isinstance(new, Mapping) else {}
    found = []
    for name in [*after, *(name for name in before if name not in after)]:
        if name in verbs.SECRET_KEYS or isinstance(before.get(name), (dict, list)):
            continue
        value = after.get(name)
        if isinstance(value, (dict, list)):
            continue
        words = str(name).replace("_", " ")
        was = f" (was {_value(before[name])})" if before.get(name) not in (None, "") else ""
        found.append(f"{words[:1].upper()}{words[1:]}: {_value(value)}{was}")
    return found[:8]


def _value(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if value is True or value is False:
        return "yes" if value else "no"
    text = str(value)
    if QUANTITY.fullmatch(text):
        return text.rstrip("0").rstrip(".")
    try:
        return day_in_words(dt.date.fromisoformat(text))
    except ValueError:
        return text if len(text) <= 120 else f"{text[:117]}..."
