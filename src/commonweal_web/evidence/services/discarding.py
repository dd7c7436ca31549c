"""Delete the bytes of what nobody needs any more, and never those that somebody needs again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from commonweal_web.evidence import config, hooks
from commonweal_web.evidence.models import StoredFile

REMOVED_NAME = "Removed file"


def discard_if_unused(stored_id: int, now: dt.datetime) -> None:
    """
    Mark the bytes of a file as discarded if no item needs them. They are deleted after the commit: a transaction that
    fails must not have deleted anything.
    """
    stored = StoredFile.objects.select_for_update().get(pk=stored_id)
    if needed(stored):
        return
    stored.discarded_at = now
    stored.save(update_fields=["discarded_at"])
    transaction.on_commit(lambda: stored_discard(stored_id=stored_id))


def needed(stored: StoredFile) -> bool:
    """Return whether an item still needs the bytes: one that stands, or a withdrawn one that something rested on; or
    a record of another app does."""
    items = stored.items.filter(Q(withdrawn_at__isnull=True) | ~Q(name=REMOVED_NAME))
    return items.exists() or bool(hooks.holders_of(stored.sha256))


@transaction.atomic
def stored_discard(*, stored_id: int) -> bool:
    """
    Delete the bytes of a discarded file, and return whether they are gone.

    The row is locked, and an upload of the same bytes takes the same lock first: what somebody needs again stays.
    """
    stored = StoredFile.objects.select_for_update().get(pk=stored_id)
    if stored.discarded_at is None or needed(stored):
        return False
    config.store().remove(stored.sha256)
    return True


def stray_discard(*, sha256: str, now: dt.datetime) -> bool:
    """Delete bytes that no row names: an upload that failed after they were put in place."""
    row = StoredFile(sha256=sha256, size=0, stored_at=now, discarded_at=now)
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return stored_discard(stored_id=StoredFile.objects.only("pk").get(sha256=sha256).pk)
