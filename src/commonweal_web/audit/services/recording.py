"""
Writing the log. Every service that changes a state calls `record` once, last, inside its own transaction.

Writing it last keeps the lock order of the service: the chain's head is locked after every business row, and for the
shortest time.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import models, transaction

from commonweal_web.audit.canonical import GENESIS, plain, text
from commonweal_web.audit.models import ChainHead, Event

Record = models.Model | tuple[str, int, str]
"""What an event is about: a model's row, or its type, id and label."""


def record(
    *,
    organisation_id: int,
    by: Any,
    role: str,
    verb: str,
    record: Record,
    now: dt.datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
    contract_id: int | None = None,
) -> Event:
    """
    Append one event to the chain of an organisation (0 is the platform's own), in the caller's transaction.

    `by` is the person who acts, or None when the system does. `old` and `new` hold the values that changed: texts,
    whole numbers, Decimals, dates and lists or mappings of these; ids rather than names of people.

    :raises TransactionManagementError: outside a transaction, since the act and its row belong together
    :raises TypeError: for a value without one clear spelling, such as a float
    """
    _insist_on_a_transaction()
    kind, pk, label = _reference(record)
    event = Event(
        chain=organisation_id,
        at=now.astimezone(dt.UTC),
        actor_id=getattr(by, "pk", None),
        actor_name=text("" if by is None else str(by))[:300],
        role=role,
        verb=verb,
        record_type=kind,
        record_id=pk,
        record_label=text(label)[:300],
        contract_id=contract_id,
        old=plain(old),
        new=plain(new),
        reason=text(reason),
        request_id=_request_id(),
        salt=secrets.token_hex(16),
    )
    return _append(event)


def _append(event: Event) -> Event:
    head = _locked_head(event.chain)
    event.seq = head.seq + 1
    event.previous_hash = head.hash
    event.names_hash = event.computed_names_hash()
    event.hash = event.computed_hash()
    event.save(force_insert=True)
    head.seq, head.hash = event.seq, event.hash
    head.save(update_fields=["seq", "hash"])
    return event


def _locked_head(chain: int) -> ChainHead:
    heads = ChainHead.objects.select_for_update()
    head = heads.filter(chain=chain).first()
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(chain=chain, seq=0, hash=GENESIS)], ignore_conflicts=True)
        head = heads.get(chain=chain)
    return head


def _insist_on_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "An event of the log is written inside the transaction of the act it tells of. Open transaction.atomic()."
        )


def _reference(record: Record) -> tuple[str, int, str]:
    if isinstance(record, tuple):
        return record
    return record._meta.label_lower, record.pk, str(record)


def _request_id() -> str:
    return text(str(structlog.contextvars.get_contextvars().get("request_id", "")))[:100]
