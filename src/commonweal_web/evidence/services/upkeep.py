"""What happens to stored files without anybody clicking: the nightly check, waiting scans, deletion of leftovers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from django.db import transaction

from commonweal_web.audit.services import record
from commonweal_web.evidence import config, hooks
from commonweal_web.evidence.models import EvidenceItem, HeldUpload, StoredFile
from commonweal_web.evidence.policies import Scan
from commonweal_web.evidence.scanner import ScannerDown, Verdict
from commonweal_web.evidence.services.discarding import stored_discard, stray_discard
from commonweal_web.evidence.services.held import KEPT_HOURS
from commonweal_web.evidence.store import SpoiltFile

log = structlog.get_logger(__name__)
BATCH = 200
PLATFORM = 0
LEFT_SECONDS = 2 * KEPT_HOURS * 3600


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the stored files found."""

    files: int
    spoilt: int


def files_check(*, now: dt.datetime, batch: int = BATCH) -> Checked:
    """Compare every stored file with its hash, in batches; each one found spoilt, or sound again, is noted once."""
    store, files, spoilt, last = config.store(), 0, 0, 0
    while True:
        rows = list(StoredFile.objects.filter(discarded_at__isnull=True, pk__gt=last).order_by("pk")[:batch])
        if not rows:
            return Checked(files, spoilt)
        for row in rows:
            reason = store.check(row.sha256, row.size)
            files, spoilt = files + 1, spoilt + bool(reason)
            if reason != row.spoilt:
                spoilt_note(stored_id=row.pk, reason=reason, now=now)
        StoredFile.objects.filter(pk__in=[row.pk for row in rows]).update(checked_at=now)
        last = rows[-1].pk


@transaction.atomic
def spoilt_note(*, stored_id: int, reason: str, now: dt.datetime) -> None:
    """Note that a file is spoilt, or (with an empty reason) sound again: once, in the log of each body it concerns."""
    stored = StoredFile.objects.select_for_update().get(pk=stored_id)
    if stored.spoilt == reason:
        return
    old, stored.spoilt = stored.spoilt, reason
    stored.save(update_fields=["spoilt"])
    log.error("evidence_spoilt" if reason else "evidence_sound_again", sha256=stored.sha256, reason=reason)
    for body in _bodies(stored):
        _note(body, stored, "evidence_spoilt" if reason else "evidence_sound_again", now, reason or old)


def _bodies(stored: StoredFile) -> list[int]:
    """Return the bodies that a file concerns; the platform where it is nobody's."""
    items = EvidenceItem.objects.filter(file=stored).values_list("contract__authority_id", flat=True)
    return sorted({*items, *hooks.holders_of(stored.sha256)}) or [PLATFORM]


def _note(body: int, stored: StoredFile, verb: str, now: dt.datetime, reason: str) -> None:
    record(
        organisation_id=body,
        by=None,
        role="system",
        verb=verb,
        record=(StoredFile._meta.label_lower, stored.pk, stored.sha256[:12]),
        now=now,
        new={"sha256": stored.sha256, "scan": stored.scan},
        reason=reason,
    )


def files_scan(*, now: dt.datetime) -> int:
    """
    Ask the scanner about every file that waits, and return how many were settled. It stops when the scanner is down;
    the files stay pending and the next run goes on.
    """
    scanner = config.scanner()
    if not scanner.configured:
        return 0
    settled = 0
    waiting = StoredFile.objects.filter(scan__in=(Scan.PENDING, Scan.NONE), discarded_at__isnull=True).order_by("pk")
    for row in waiting.iterator(chunk_size=BATCH):
        try:
            with config.store().open(row.sha256, row.size) as stream:
                verdict = scanner.scan(stream)
        except ScannerDown:
            log.warning("scanner_down", settled=settled)
            break
        except SpoiltFile as spoilt:
            spoilt_note(stored_id=row.pk, reason=spoilt.reason, now=now)
            continue
        _settle(row.pk, verdict, now)
        settled += 1
    return settled


@transaction.atomic
def _settle(stored_id: int, verdict: Verdict, now: dt.datetime) -> None:
    stored = StoredFile.objects.select_for_update().get(pk=stored_id)
    if stored.scan not in (Scan.PENDING, Scan.NONE):
        return
    stored.scan, stored.scanned_at = (Scan.CLEAN if verdict.clean else Scan.INFECTED), now
    stored.virus = verdict.signature
    stored.save(update_fields=["scan", "scanned_at", "virus"])
    if not verdict.clean:
        for body in _bodies(stored):
            _note(body, stored, "evidence_virus_found", now, verdict.signature)


def files_sweep(*, now: dt.datetime) -> int:
    """Delete spreadsheets held for more than a day, what was discarded, and bytes that no row names."""
    old = HeldUpload.objects.filter(at__lt=now - dt.timedelta(hours=KEPT_HOURS))
    for held in old:
        (config.store().incoming / held.received).unlink(missing_ok=True)
    count, _ = old.delete()
    for stored_id in StoredFile.objects.filter(discarded_at__isnull=False).values_list("pk", flat=True):
        stored_discard(stored_id=stored_id)
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    for sha256 in config.store().stored(older_than_seconds=LEFT_SECONDS):
        if sha256 not in known:
            count += stray_discard(sha256=sha256, now=now)
    return count + config.store().sweep(older_than_seconds=LEFT_SECONDS)
