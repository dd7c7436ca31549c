"""What somebody else changed since a page was opened, read from the log, for the page that refuses a stale save."""

from __future__ import annotations

from typing import Any

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import StaleVersion
from commonweal_web.core.versions import Versioned

HIDDEN = frozenset({"version", "number"})


def expect(row: Versioned, shown: int | None) -> None:
    """
    Refuse an act on another version than the one shown; call it on the locked row.

    :raises StaleVersion: with each change that the log holds since then
    """
    try:
        row.expect(shown)
    except StaleVersion as stale:
        raise StaleVersion(stale.message, changes=_changes(row, shown or 0)) from None


def _changes(row: Versioned, shown: int) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    events = Event.objects.filter(record_type=row._meta.label_lower, record_id=row.pk).order_by("seq")
    for event in events:
        new: dict[str, Any] = event.new or {}
        if int(new.get("version", 0)) <= shown:
            continue
        old: dict[str, Any] = event.old or {}
        for name, now in new.items():
            if name not in HIDDEN:
                label = name.replace("_", " ").capitalize()
                before = found[label][0] if label in found else str(old.get(name, ""))
                found[label] = (before, str(now))
    return found
