"""Items of evidence: added, replaced, described and withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.evidence import config, hooks
from commonweal_web.evidence.models import EvidenceItem, StoredFile
from commonweal_web.evidence.policies import VIRUS_FOUND, Scan
from commonweal_web.evidence.services import common
from commonweal_web.evidence.services.discarding import REMOVED_NAME, discard_if_unused
from commonweal_web.evidence.services.intake import Received
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import SUPPLIER_ROLES

MIB = 1024 * 1024


@transaction.atomic
def item_add(
    *,
    contract: Contract,
    received: Received,
    note: str,
    period_starts: dt.date | None,
    has_people: bool,
    consent: bool = False,
    is_redacted: bool = False,
    redacted_from: EvidenceItem | None = None,
    replaces: EvidenceItem | None = None,
    by: User,
    now: dt.datetime,
) -> EvidenceItem:
    """
    Make a received file an item of evidence; the file is in its place before this returns.

    The same file given again for the same contract and period is the item that is there already.

    :raises NotPermitted: if `by` may not add evidence to this contract
    :raises Refused: if the period has too many files or bytes, or the replaced item is frozen
    """
    allow(by, Permission.EVIDENCE_UPLOAD, contract)
    Contract.objects.select_for_update().get(pk=contract.pk)
    supplier = supplier_of(by, contract)
    there = _live(contract, period_starts).filter(file__sha256=received.incoming.sha256, supplier=supplier).first()
    if there is not None and there.pk != getattr(replaces, "pk", None):
        return there
    _check_room(contract, period_starts, received)
    if replaces is not None:
        replaces = _locked_own(replaces, by, "replaced")
    stored = file_keep(received=received, now=now)
    item = EvidenceItem.objects.create(
        contract=contract,
        supplier=supplier,
        file=stored,
        name=received.name,
        note=note,
        period_starts=period_starts,
        has_people=has_people,
        consent=consent,
        is_redacted=is_redacted,
        redacted_from=redacted_from,
        replaces=replaces,
        uploaded_by=by,
        uploaded_at=now,
    )
    if replaces is not None:
        _let_go(replaces, now)
        hooks.replaced(old=replaces, new=item, by=by, now=now)
    new = {"sha256": stored.sha256, "bytes": stored.size, "kind": received.kind.id, "people": has_people}
    new |= {"redacted": is_redacted, "scan": stored.scan, "replaces": getattr(replaces, "pk", None)}
    role = common.role_of(by, Permission.EVIDENCE_UPLOAD)
    common.note(item=item, verb="evidence_added", by=by, role=role, now=now, new=new)
    return item


def supplier_of(user: Any, contract: Contract) -> Organisation | None:
    """Return the supplier of the contract for which `user` acts; None for anybody else, such as a beneficiary."""
    own = selectors.memberships(user).filter(role__in=SUPPLIER_ROLES).values("organisation")
    day = in_force(clock.today())
    row = contract.contract_suppliers.filter(day, supplier__in=own).select_related("supplier").order_by("pk").first()
    return row.supplier if row else None


def _live(contract: Contract, period_starts: dt.date | None) -> Any:
    return EvidenceItem.objects.live().filter(contract=contract, period_starts=period_starts)


def _check_room(contract: Contract, period_starts: dt.date | None, received: Received) -> None:
    there = _live(contract, period_starts).aggregate(files=Count("pk"), size=Sum("file__size"))
    if there["files"] >= config.return_files():
        raise Refused(
            f"{received.name} was not added: this period has {there['files']} files, the most that one may have. "
            f"Put several pages into one PDF, or withdraw a file that is not needed.",
            code="too_many_files",
            field="file",
        )
    if (there["size"] or 0) + received.incoming.size > config.return_bytes():
        raise Refused(
            f"{received.name} was not added: the files of this period would have more than "
            f"{config.return_bytes() // MIB} MB together. Save pictures smaller, or withdraw one that is not needed.",
            code="too_many_bytes",
            field="file",
        )


def file_keep(*, received: Received, now: dt.datetime) -> StoredFile:
    """
    Return the row of a received file's bytes, locked, with the bytes in their place; call it in a transaction.

    :raises Refused: if a virus was found in these bytes before
    """
    incoming = received.incoming
    row = StoredFile(
        sha256=incoming.sha256, size=incoming.size, media_type=received.kind.mime, scan=received.scan, stored_at=now
    )
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    stored = StoredFile.objects.select_for_update().get(sha256=incoming.sha256)
    if stored.scan == Scan.INFECTED:
        raise Refused(f"{received.name} was not added. {VIRUS_FOUND}", code="virus_found", field="file")
    config.store().adopt(incoming)
    if received.scan == Scan.CLEAN and stored.scan != Scan.CLEAN:
        stored.scan = Scan.CLEAN
    if stored.scan == Scan.CLEAN and stored.scanned_at is None:
        stored.scanned_at = now
    stored.discarded_at, stored.spoilt = None, ""
    stored.size, stored.media_type = incoming.size, received.kind.mime
    stored.save(update_fields=["scan", "scanned_at", "discarded_at", "spoilt", "size", "media_type"])
    return stored


@transaction.atomic
def item_note(*, item: EvidenceItem, note: str, by: User, now: dt.datetime) -> EvidenceItem:
    """
    Say what a file shows.

    :raises NotPermitted: if it is not an item of the own organisation
    """
    item = _own(item, by, "described")
    if item.note == note:
        return item
    item.note = note
    item.save(update_fields=["note"])
    role = common.role_of(by, Permission.EVIDENCE_UPLOAD)
    common.note(item=item, verb="evidence_described", by=by, role=role, now=now)
    return item


@transaction.atomic
def item_withdraw(*, item: EvidenceItem, reason: str, by: User, now: dt.datetime) -> EvidenceItem:
    """
    Withdraw an item. Where nothing ever rested on it, its file and name are deleted too.

    :raises NotPermitted: if it is not an item of the own organisation
    :raises Refused: if something that was handed in or checked rests on it
    """
    item = _locked_own(item, by, "withdrawn")
    used = bool(hooks.uses_of(item))
    _let_go(item, now)
    hooks.withdrawn(item=item, by=by, now=now)
    if not used:
        item.name, item.note = REMOVED_NAME, ""
        item.save(update_fields=["name", "note"])
        discard_if_unused(item.file_id, now)
    role = common.role_of(by, Permission.EVIDENCE_UPLOAD)
    common.note(
        item=item, verb="evidence_withdrawn", by=by, role=role, now=now, new={"file_deleted": not used}, reason=reason
    )
    return item


def _let_go(item: EvidenceItem, now: dt.datetime) -> None:
    item.withdrawn_at = now
    item.save(update_fields=["withdrawn_at"])


def _own(item: EvidenceItem, by: User, done: str) -> EvidenceItem:
    """Lock the contract and then the item, and see that it is the person's, or their organisation's."""
    allow(by, Permission.EVIDENCE_UPLOAD, item.contract)
    Contract.objects.select_for_update().get(pk=item.contract_id)
    item = EvidenceItem.objects.select_for_update(of=("self",)).select_related("contract", "file").get(pk=item.pk)
    supplier = supplier_of(by, item.contract)
    if item.uploaded_by_id != by.pk and (supplier is None or item.supplier_id != supplier.pk):
        raise NotPermitted(f"This file was added by somebody else, so it can be {done} by them only.")
    if item.withdrawn_at is not None:
        raise Refused(
            f"This file was withdrawn on {item.withdrawn_at.astimezone(LONDON):%-d %B %Y}, so it cannot be {done}. "
            f"Add it again if it is needed.",
            code="withdrawn",
        )
    return item


def _locked_own(item: EvidenceItem, by: User, done: str) -> EvidenceItem:
    item = _own(item, by, done)
    frozen = [use.words for use in hooks.uses_of(item) if use.frozen]
    if frozen:
        raise Refused(
            f"This file cannot be {done}: {'; '.join(frozen)} rests on it. Add the other file beside it, and say in "
            f"the return what it corrects.",
            code="frozen",
        )
    return item
