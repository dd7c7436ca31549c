"""
A pack on its way: drafted from a checked file, proposed with its licence, published by somebody else.

Who drafted or proposed a pack never publishes it; the database refuses that too. A published pack is never changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.frameworks import kept, selectors
from commonweal_web.frameworks.keeping import again
from commonweal_web.frameworks.keeping.checking import Checked
from commonweal_web.frameworks.keeping.services.common import allow, log
from commonweal_web.frameworks.keeping.services.telling import tell_deciders
from commonweal_web.frameworks.models import Pack
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission

OPEN = (Pack.State.DRAFT, Pack.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is said of a pack when it is proposed: the licence as it reads, that the body holds it, who may see it."""

    licence_text: str
    confirmed: bool
    shown: bool = False


@transaction.atomic
def pack_draft(
    *, body: Organisation, checked: Checked, by: Any, now: dt.datetime, replaces: str = "", title: str = ""
) -> Pack:
    """
    Keep a checked file as a draft of the body.

    :raises NotPermitted: if `by` may not draft for the body
    :raises Refused: if the file has errors, or the body has a pack of this key already
    """
    allow(by, Permission.MEASURE_DRAFT, body)
    Organisation.objects.select_for_update().get(pk=body.pk)
    if not checked.sound:
        raise Refused("The file has errors, so nothing of it was kept.", code="errors", field="file")
    key = _key(body, checked)
    _refuse_twin(body, checked.kind, key)
    pack = Pack.objects.create(
        body=body,
        kind=checked.kind,
        key=key,
        title=(title or checked.title)[:200],
        file_name=checked.file_name[:255],
        document=checked.document,
        sha256=hashlib.sha256(checked.document.encode()).hexdigest(),
        prices=checked.prices,
        replaces=_replaced(body, checked, replaces),
        licence=checked.licence[:200],
        drafted_by=by,
        drafted_at=now,
    )
    new = {"kind": pack.kind, "key": pack.key, "sha256": pack.sha256, "upload": checked.upload_sha256}
    _log(pack, "pack_drafted", Permission.MEASURE_DRAFT, by, now, new={**new, "things": checked.things})
    return pack


def _key(body: Organisation, checked: Checked) -> str:
    """The key of a new pack: for links of a pair that the body has published before, with a number behind it."""
    if checked.kind != Pack.Kind.LINKS:
        return checked.key
    before = [row for row in kept.stamp() if row.kind == Pack.Kind.LINKS and kept.pair_of(row.key) == checked.key]
    return f"{checked.key}@{len(before) + 1}" if before else checked.key


def _replaced(body: Organisation, checked: Checked, chosen: str) -> str:
    if checked.kind != Pack.Kind.LINKS:
        return (chosen or checked.replaces)[:120]
    before = [row.key for row in kept.stamp() if row.body == body.pk and kept.pair_of(row.key) == checked.key]
    return before[-1] if before else ""


def _refuse_twin(body: Organisation, kind: str, key: str) -> None:
    twin = Pack.objects.filter(key=key).exclude(state=Pack.State.LEFT)
    mine = twin.filter(body=body, state__in=OPEN).first()
    if mine is not None:
        raise Refused(
            f"There is a {mine.get_state_display()} called {key} already. Open it, or give it up first.",
            code="duplicate",
            field="key",
        )
    values = {pack for pack, _ in selectors.value_packs()} if kind == Pack.Kind.VALUES else set()
    if key in values or twin.filter(state=Pack.State.PUBLISHED).exists():
        raise Refused(
            f"A pack called {key} is published. A release never changes: give this one a key of its own.",
            code="taken",
            field="key",
        )


@transaction.atomic
def pack_propose(*, pack: Pack, proposal: Proposal, by: Any, now: dt.datetime, shown: int | None = None) -> Pack:
    """
    Propose a draft for publication, with the licence that the body holds; whoever may publish it gets a mail.

    :raises StaleVersion: if it changed since the page was opened
    :raises Refused: if it is no draft, or the licence is not confirmed
    """
    row = _locked(pack, Permission.MEASURE_DRAFT, by, shown)
    _in_state(row, Pack.State.DRAFT, "proposed")
    text = proposal.licence_text.strip()
    if not text:
        raise Refused(
            "Give the licence in words. For measures of your own, say so.", code="licence", field="licence_text"
        )
    if not proposal.confirmed:
        raise Refused(
            "Confirm that you hold the pack under this licence and may use it.", code="confirm", field="confirmed"
        )
    row.licence_text, row.licence_confirmed_by, row.licence_confirmed_at = text, by, now
    row.licence = row.licence or " ".join(text.split())[:200]
    row.shown = proposal.shown and row.kind != Pack.Kind.VALUES
    row.state, row.proposed_by, row.proposed_at, row.decision_reason = Pack.State.PROPOSED, by, now, ""
    row.touch()
    row.save()
    tell_deciders(row, now)
    new = {"state": row.state, "shown": row.shown, "licence": row.licence, "version": row.version}
    _log(row, "pack_proposed", Permission.MEASURE_DRAFT, by, now, new=new)
    return row


@transaction.atomic
def pack_publish(*, pack: Pack, by: Any, now: dt.datetime, shown: int | None = None) -> Pack:
    """
    Publish a proposed pack; from now on it computes, and never changes.

    :raises NotPermitted: to whoever drafted or proposed it
    :raises StaleVersion: if it changed since the page was opened
    :raises Refused: if it is not proposed, its key was taken meanwhile, or it no longer fits what is published
    """
    row = _locked(pack, Permission.MEASURE_PUBLISH, by, shown)
    _in_state(row, Pack.State.PROPOSED, "published")
    _somebody_else(row, by)
    wrong = again.problems(row)
    if wrong:
        raise Invalid({"": wrong})
    row.state, row.published_by, row.published_at = Pack.State.PUBLISHED, by, now
    row.touch()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(
            f"Somebody published a pack called {row.key} meanwhile. Send this one back, to get a key of its own.",
            code="taken",
        ) from None
    new = {"state": row.state, "key": row.key, "sha256": row.sha256, "shown": row.shown, "version": row.version}
    _log(row, "pack_published", Permission.MEASURE_PUBLISH, by, now, new={**new, "replaces": row.replaces})
    kept.forget()
    transaction.on_commit(kept.forget)
    return row


@transaction.atomic
def pack_send_back(*, pack: Pack, reason: str, by: Any, now: dt.datetime, shown: int | None = None) -> Pack:
    """
    Send a proposed pack back to its drafter with the reason. Raises as `pack_publish`.
    """
    row = _locked(pack, Permission.MEASURE_PUBLISH, by, shown)
    _in_state(row, Pack.State.PROPOSED, "sent back")
    _somebody_else(row, by)
    if not reason.strip():
        raise Refused("Say why, so that the drafter can mend it.", code="reason", field="reason")
    row.state, row.decision_reason = Pack.State.DRAFT, reason.strip()
    row.touch()
    row.save()
    new = {"state": row.state, "version": row.version}
    _log(row, "pack_sent_back", Permission.MEASURE_PUBLISH, by, now, new=new, reason=row.decision_reason)
    return row


@transaction.atomic
def pack_leave(*, pack: Pack, by: Any, now: dt.datetime, shown: int | None = None) -> Pack:
    """
    Give a draft or a proposed pack up; it is kept as a record and its key is free again.

    :raises Refused: if it is published or was left
    """
    row = _locked(pack, Permission.MEASURE_DRAFT, by, shown)
    if row.state not in OPEN:
        raise Refused(f"{row} is {row.get_state_display()}, so it cannot be given up.", code="state")
    before, row.state = row.state, Pack.State.LEFT
    row.touch()
    row.save()
    old, new = {"state": before}, {"state": row.state, "version": row.version}
    _log(row, "pack_left", Permission.MEASURE_DRAFT, by, now, old=old, new=new)
    return row


def _locked(pack: Pack, permission: Permission, by: Any, shown: int | None) -> Pack:
    row = Pack.objects.select_for_update(of=("self",)).select_related("body").get(pk=pack.pk)
    allow(by, permission, row.body)
    row.expect(shown)
    return row


def _in_state(row: Pack, wanted: str, done: str) -> None:
    if row.state != wanted:
        who = f" by {row.published_by}" if row.published_by_id else ""
        raise Refused(f"{row} is {row.get_state_display()}{who}, so it cannot be {done} now.", code="state")


def _somebody_else(row: Pack, by: Any) -> None:
    if by.pk in (row.drafted_by_id, row.proposed_by_id):
        raise NotPermitted(
            "You drafted or proposed this pack, so somebody else has to look at it and decide. "
            "Ask another social value lead, or a strategic director.",
            code="own",
        )


def _log(row: Pack, verb: str, permission: Permission, by: Any, now: dt.datetime, **more: Any) -> None:
    log(body=row.body, record=row, verb=verb, permission=permission, by=by, now=now, **more)
