"""A spreadsheet of people on its way to evidence: choose columns, keep the redacted copy, the file, or both."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from commonweal.errors import CommonwealError
from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract
from commonweal_web.core.errors import Refused
from commonweal_web.evidence import config, redaction, types
from commonweal_web.evidence.models import EvidenceItem, HeldUpload
from commonweal_web.evidence.people_columns import Treat
from commonweal_web.evidence.policies import Scan
from commonweal_web.evidence.services import common
from commonweal_web.evidence.services.intake import Received, file_receive
from commonweal_web.evidence.services.items import item_add
from commonweal_web.evidence.store import Incoming
from commonweal_web.organisations.models import User
from commonweal_web.organisations.policies import Permission

DEFAULT_NAME = "Redacted spreadsheet"
KEPT_HOURS = 24


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found in a held spreadsheet, and the copy by the choices so far."""

    found: redaction.Look
    copy: redaction.Copy

    @property
    def headings(self) -> list[int]:
        """The row of the headings in each sheet of the copy, from 0; -1 where there is none."""
        return [sheet.heading_row for sheet in self.found.sheets if not sheet.hidden]


def hold(
    *,
    received: Received,
    contract: Contract,
    note: str,
    period_starts: dt.date | None,
    go_to: str,
    by: User,
    now: dt.datetime,
) -> HeldUpload:
    """Keep a received spreadsheet for a day, until its owner decided. It is no evidence yet, and no state changes."""
    return HeldUpload.objects.create(
        key=secrets.token_urlsafe(24),
        contract=contract,
        by=by,
        name=received.name,
        note=note,
        period_starts=period_starts,
        kind=received.kind.id,
        received=received.incoming.path.name,
        sha256=received.incoming.sha256,
        size=received.incoming.size,
        scan=received.scan,
        go_to=go_to,
        at=now,
    )


def held_redact(*, held: HeldUpload) -> Preview:
    """
    Read a held spreadsheet and make the copy by its choices.

    :raises Refused: if the file is gone after a day, or nothing would be left of it
    """
    path = config.store().incoming / held.received
    try:
        found = redaction.look(path.read_bytes(), held.name)
        return Preview(found, redaction.redact(found, _choices(held)))
    except FileNotFoundError:
        raise gone() from None
    except CommonwealError as error:
        raise Refused(error.message, code="nothing_left") from None


def held_look(*, held: HeldUpload) -> redaction.Look:
    """
    Read a held spreadsheet.

    :raises Refused: if the file is gone after a day
    """
    try:
        return redaction.look((config.store().incoming / held.received).read_bytes(), held.name)
    except FileNotFoundError:
        raise gone() from None


def held_choose(*, held: HeldUpload, choices: Mapping[tuple[int, int], Treat]) -> HeldUpload:
    """
    Keep what its owner chose for each column.

    :raises Refused: if nothing would be left of the spreadsheet
    """
    held.choices = {f"{sheet}:{column}": treat.value for (sheet, column), treat in choices.items()}
    held_redact(held=held)
    held.save(update_fields=["choices"])
    return held


def _choices(held: HeldUpload) -> dict[tuple[int, int], Treat]:
    found = {}
    for place, treat in held.choices.items():
        sheet, _, column = place.partition(":")
        found[int(sheet), int(column)] = Treat(treat)
    return found


def held_finish(*, held: HeldUpload, keep: str, name: str, by: User, now: dt.datetime) -> EvidenceItem:
    """
    Keep the redacted copy alone, or both files; the held file is gone afterwards.

    With "redacted" nothing of the original stays: neither its bytes nor its name nor its hash.

    :param keep: "redacted" or "both"
    :param name: what to call the copy; names of people in it are masked as in the copy
    :raises Refused: as `item_add`
    """
    preview = held_redact(held=held)
    csv = held.kind == "csv"
    data = redaction.write_csv(preview.copy) if csv else redaction.write_xlsx(preview.copy)
    title = redaction.masked_title(preview.found, name.strip() or DEFAULT_NAME)
    received = file_receive(pieces=[data], name=f"{title}.{'csv' if csv else 'xlsx'}")
    try:
        return _finish(held, received, redaction.masked_title(preview.found, held.note), keep, by, now)
    finally:
        config.store().drop(received.incoming)


@transaction.atomic
def _finish(held: HeldUpload, received: Received, note: str, keep: str, by: User, now: dt.datetime) -> EvidenceItem:
    original = _original(held, by, now) if keep == "both" else None
    item = item_add(
        contract=held.contract,
        received=received,
        note=note,
        period_starts=held.period_starts,
        has_people=False,
        is_redacted=True,
        redacted_from=original,
        by=by,
        now=now,
    )
    _forget(held)
    return item


@transaction.atomic
def held_as_it_is(*, held: HeldUpload, has_people: bool, by: User, now: dt.datetime) -> EvidenceItem:
    """
    Keep the file as it was given, because the names are needed or because there are none.

    :raises Refused: as `item_add`, or if the file is gone after a day
    """
    item = _original(held, by, now, has_people=has_people)
    _forget(held)
    return item


def _original(held: HeldUpload, by: User, now: dt.datetime, *, has_people: bool = True) -> EvidenceItem:
    incoming = Incoming(config.store().incoming / held.received, held.sha256, held.size)
    if not incoming.path.is_file():
        raise gone()
    return item_add(
        contract=held.contract,
        received=Received(incoming, types.KINDS[held.kind], held.name, Scan(held.scan)),
        note=held.note,
        period_starts=held.period_starts,
        has_people=has_people,
        by=by,
        now=now,
    )


@transaction.atomic
def held_drop(*, held: HeldUpload, by: User, now: dt.datetime) -> None:
    """Give up: nothing of the file is kept."""
    allow(by, Permission.EVIDENCE_UPLOAD, held.contract)
    role = common.role_of(by, Permission.EVIDENCE_UPLOAD)
    common.note_contract(contract=held.contract, verb="evidence_given_up", by=by, role=role, now=now)
    _forget(held)


def _forget(held: HeldUpload) -> None:
    """Delete the row, and the bytes once that is committed; the sweep of the next day takes what is left."""
    path = config.store().incoming / held.received
    held.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def gone() -> Refused:
    """The refusal when a held file was given up or is older than a day."""
    return Refused(
        f"This spreadsheet is no longer here: it is kept for {KEPT_HOURS} hours while you decide, and then deleted. "
        f"Add it again.",
        code="held_gone",
    )
