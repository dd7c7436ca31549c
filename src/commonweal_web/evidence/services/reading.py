"""Read an evidence file: through the permission, the scan and the hash, and with a row of the log."""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO

import structlog
from django.db import transaction

from commonweal_web.contracts.doors import allow
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.evidence import config
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.policies import may_be_opened, why_not
from commonweal_web.evidence.selectors import is_own, needs_reason
from commonweal_web.evidence.services import common
from commonweal_web.evidence.services.upkeep import spoilt_note
from commonweal_web.evidence.store import SpoiltFile
from commonweal_web.organisations.models import User
from commonweal_web.organisations.policies import Permission

log = structlog.get_logger(__name__)
SHORTEST_REASON = 10


def item_open(*, item: EvidenceItem, reason: str = "", by: User, now: dt.datetime) -> BinaryIO:
    """
    Return the file of an item, open at its start, its bytes compared with its hash.

    Each reading by an officer is a row of the log; one of a file that names people says why.

    :raises NotPermitted: if `by` may not read it
    :raises Refused: if it was removed, waits for the scanner, holds a virus, or names people and no reason is given
    :raises SpoiltFile: if the stored bytes are not those that were handed in
    """
    allow(by, Permission.EVIDENCE_READ, item.contract)
    if not EvidenceItem.objects.visible_to(by).filter(pk=item.pk).exists():
        raise NotPermitted("This file belongs to somebody else's part of the contract.")
    if item.file.discarded_at is not None:
        raise Refused("This file was removed, so there is nothing to open.", code="removed")
    if not may_be_opened(item.file.scan, scanner_configured=config.scanner().configured):
        raise Refused(why_not(item.file.scan), code=f"scan_{item.file.scan}")
    private = needs_reason(by, item)
    if private and len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "Say in a few words why you need to see the people in this file. It is written to the log.",
            code="reason_needed",
            field="reason",
        )
    stream = _opened(item, by, now)
    if not is_own(by, item):
        _note_read(item, "evidence_people_read" if private else "evidence_read", reason, by, now)
    return stream


def _opened(item: EvidenceItem, by: Any, now: dt.datetime) -> BinaryIO:
    try:
        return config.store().open(item.file.sha256, item.file.size)
    except SpoiltFile as spoilt:
        log.error("evidence_spoilt", sha256=spoilt.sha256, reason=spoilt.reason, item_id=item.pk, user_id=by.pk)
        spoilt_note(stored_id=item.file_id, reason=spoilt.reason, now=now)
        raise


@transaction.atomic
def _note_read(item: EvidenceItem, verb: str, reason: str, by: User, now: dt.datetime) -> None:
    common.note(
        item=item,
        verb=verb,
        by=by,
        role=common.role_of(by, Permission.EVIDENCE_READ),
        now=now,
        new={"sha256": item.file.sha256},
        reason=reason.strip(),
    )
