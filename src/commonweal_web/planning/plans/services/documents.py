"""
Documents of a plan: taken in as evidence is (size, kind, virus check), kept under their hash, read through the plan.

The bytes lie in the store of evidence, so the nightly check, the virus check and the backup see them as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Q

from commonweal_web.core.errors import Refused
from commonweal_web.evidence import config, types
from commonweal_web.evidence import services as evidence
from commonweal_web.evidence.models import StoredFile
from commonweal_web.evidence.policies import VIRUS_FOUND, Scan, may_be_opened, why_not
from commonweal_web.evidence.services.discarding import discard_if_unused
from commonweal_web.evidence.store import SpoiltFile
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.doors import allow
from commonweal_web.planning.models import Document, Plan, PlanVersion, Sitting, Stage

MOST = 40
"""Documents of one plan that stand."""


def document_add(
    *, plan: Plan, stage: Stage | None, title: str, name: str, pieces: Iterable[bytes], by: Any, now: dt.datetime
) -> Document:
    """
    Add a file to a stage of a plan, or to the plan itself.

    The same file given again for the same stage is the document that is there already.

    :raises NotPermitted: if `by` may not draft this plan; asked before a byte is read
    :raises FileRefused: if it is not what its name says, or holds a virus or anything else that is not taken
    :raises FileTooLarge, StoreUnavailable: as evidence
    """
    allow(by, Permission.PLAN_DRAFT, plan)
    received = evidence.file_receive(pieces=pieces, name=name)
    try:
        return _kept(plan, stage, title, received, by, now)
    finally:
        config.store().drop(received.incoming)


@transaction.atomic
def _kept(
    plan: Plan, stage: Stage | None, title: str, received: evidence.Received, by: Any, now: dt.datetime
) -> Document:
    row = base.locked(plan, Permission.PLAN_DRAFT, by)
    base.written(row)
    standing = Document.objects.filter(plan=row, withdrawn_reason="")
    there = standing.filter(stage=stage, sha256=received.incoming.sha256).first()
    if there is not None:
        return there
    if standing.count() >= MOST:
        raise Refused(
            f"{row.reference} has {MOST} documents, the most that a plan may have. Withdraw one that is not needed.",
            code="too_many", field="file",
        )  # fmt: skip
    stored = evidence.file_keep(received=received, now=now)
    made = Document.objects.create(
        plan=row, stage=stage, title=title.strip() or received.name, file_name=received.name, kind=received.kind.id,
        size=stored.size, sha256=stored.sha256, added_by=by, added_at=now,
    )  # fmt: skip
    base.log(
        plan=row, record=(Document._meta.label_lower, made.pk, f"document {made.pk}"), verb="plan_document_added",
        by=by, permission=Permission.PLAN_DRAFT, now=now,
        new={"stage": stage.kind if stage else "", "sha256": made.sha256, "bytes": made.size, "kind": made.kind},
    )  # fmt: skip
    return made


@transaction.atomic
def document_withdraw(*, document: Document, reason: str, by: Any, now: dt.datetime) -> Document:
    """
    Withdraw a document with a reason. Its bytes go too, unless a panel or a version has seen the plan with it.

    :raises Refused: without a reason, or if it was withdrawn already
    """
    plan = base.locked(document.plan, Permission.PLAN_DRAFT, by)
    base.written(plan)
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.withdrawn_reason:
        raise Refused(f"This document was withdrawn already: {row.withdrawn_reason}", code="state")
    if not reason.strip():
        raise Refused("Say why the document is withdrawn.", code="reason", field="reason")
    row.withdrawn_reason = reason.strip()
    row.save(update_fields=["withdrawn_reason"])
    stored = StoredFile.objects.filter(sha256=row.sha256, discarded_at__isnull=True).first()
    if stored is not None:
        discard_if_unused(stored.pk, now)
    base.log(
        plan=plan, record=(Document._meta.label_lower, row.pk, f"document {row.pk}"), verb="plan_document_withdrawn",
        by=by, permission=Permission.PLAN_DRAFT, now=now, new={"sha256": row.sha256}, reason=row.withdrawn_reason,
    )  # fmt: skip
    return row


def document_open(*, document: Document, by: Any, now: dt.datetime) -> BinaryIO:
    """
    Return a document's file, open at its start, its bytes compared with its hash.

    :raises NotPermitted: if `by` may not read the plan
    :raises Refused: if it was withdrawn, waits for the scanner, or holds a virus
    :raises SpoiltFile: if the stored bytes are not those that were handed in
    """
    allow(by, Permission.PLAN_READ, document.plan)
    stored = StoredFile.objects.filter(sha256=document.sha256).first()
    closed = closed_because(document, stored)
    if closed:
        raise Refused(closed, code="closed")
    try:
        return config.store().open(document.sha256, document.size)
    except SpoiltFile as spoilt:
        if stored is not None:
            evidence.spoilt_note(stored_id=stored.pk, reason=spoilt.reason, now=now)
        raise


def closed_because(document: Document, stored: StoredFile | None) -> str:
    """Return why a document cannot be opened, in words; empty if it can."""
    if document.withdrawn_reason:
        return f"This document was withdrawn: {document.withdrawn_reason}"
    if stored is None or stored.discarded_at is not None:
        return "This file was removed, so there is nothing to open."
    if stored.spoilt:
        return SpoiltFile(stored.sha256, stored.spoilt).message
    if stored.scan == Scan.INFECTED:
        return VIRUS_FOUND.replace("Your return is not affected. ", "").split(" If you think")[0]
    return "" if may_be_opened(stored.scan, scanner_configured=config.scanner().configured) else why_not(stored.scan)


def mime_of(document: Document) -> str:
    """Return what a download says it is, whatever the browser said at the upload."""
    kind = types.KINDS.get(document.kind)
    return kind.mime if kind else "application/octet-stream"


def holders(sha256: str) -> set[int]:
    """Return the bodies whose plans need the bytes of a file: of documents that stand, or that somebody decided on."""
    rows = Document.objects.filter(sha256=sha256)
    seen = Q(plan__in=Sitting.objects.values("plan")) | Q(plan__in=PlanVersion.objects.values("plan"))
    return set(rows.filter(Q(withdrawn_reason="") | seen).values_list("plan__authority", flat=True))
