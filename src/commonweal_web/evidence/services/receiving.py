"""Take in what somebody uploads: each file becomes evidence, is held to be redacted, or is refused with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from commonweal.errors import CommonwealError
from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract
from commonweal_web.core.errors import Refused
from commonweal_web.evidence import config, redaction, types
from commonweal_web.evidence.models import EvidenceItem, HeldUpload
from commonweal_web.evidence.services.common import note_contract, role_of
from commonweal_web.evidence.services.held import hold
from commonweal_web.evidence.services.intake import Received, VirusFound, file_receive
from commonweal_web.evidence.services.items import item_add
from commonweal_web.evidence.store import StoreUnavailable
from commonweal_web.evidence.types import FileRefused
from commonweal_web.organisations.models import User
from commonweal_web.organisations.policies import Permission


@dataclass(slots=True)
class Added:
    """What became of an upload: the items, what was refused and why, and the spreadsheet of people that waits."""

    items: list[EvidenceItem] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    held: HeldUpload | None = None


def files_add(
    *,
    contract: Contract,
    files: Sequence[tuple[str, Iterable[bytes]]],
    note: str,
    period_starts: dt.date | None,
    people: str,
    go_to: str = "",
    by: User,
    now: dt.datetime,
) -> Added:
    """
    Add uploaded files, each on its own: what is refused does not take the others with it.

    :param files: names and their bytes in pieces
    :param people: "none", "agreed", "needed", or "redact"; a spreadsheet that seems to name people is held in any
        case but "needed", and its owner asked
    :raises NotPermitted: if `by` may not add evidence to this contract
    """
    allow(by, Permission.EVIDENCE_UPLOAD, contract)
    done = Added()
    for name, pieces in files:
        try:
            received = file_receive(pieces=pieces, name=name)
        except VirusFound as refused:
            _note_virus(contract, by, now)
            done.refused.append(refused)
            continue
        except StoreUnavailable:
            raise
        except Refused as refused:
            done.refused.append(refused)
            continue
        _settle(done, received, contract, note, period_starts, people, go_to, by, now)
    return done


def _settle(
    done: Added,
    received: Received,
    contract: Contract,
    note: str,
    period_starts: dt.date | None,
    people: str,
    go_to: str,
    by: User,
    now: dt.datetime,
) -> None:
    """Make an item of what was received, or hold it to be redacted, one at a time."""
    try:
        if people != "needed" and _tells_of_people(received, people):
            if done.held is not None:
                raise FileRefused(
                    f"{received.name} was not added: it seems to name people too. Add such spreadsheets one at a time."
                )
            done.held = hold(
                received=received,
                contract=contract,
                note=note,
                period_starts=period_starts,
                go_to=go_to,
                by=by,
                now=now,
            )
            return
        done.items.append(
            item_add(
                contract=contract,
                received=received,
                note=note,
                period_starts=period_starts,
                has_people=people in ("agreed", "needed"),
                consent=people == "agreed",
                by=by,
                now=now,
            )
        )
    except StoreUnavailable:
        raise
    except Refused as refused:
        done.refused.append(refused)
    finally:
        if done.held is None or done.held.received != received.incoming.path.name:
            config.store().drop(received.incoming)


def _tells_of_people(received: Received, people: str) -> bool:
    if received.kind.id not in types.TABLES:
        if people == "redact":
            raise FileRefused(
                f"{received.name} was not added: names can be taken out here of spreadsheets only (xlsx, ods, CSV). "
                f"Take them out yourself, or say that the file names people and is needed so."
            )
        return False
    try:
        found = redaction.look(received.incoming.path.read_bytes(), received.name)
    except CommonwealError as error:
        raise FileRefused(error.message) from None
    return people == "redact" or found.tells_of_people


@transaction.atomic
def _note_virus(contract: Contract, by: Any, now: dt.datetime) -> None:
    note_contract(
        contract=contract,
        verb="evidence_refused_virus",
        by=by,
        role=role_of(by, Permission.EVIDENCE_UPLOAD),
        now=now,
    )


def item_replace(
    *,
    item: EvidenceItem,
    name: str,
    pieces: Iterable[bytes],
    note: str,
    people: str,
    by: User,
    now: dt.datetime,
) -> EvidenceItem:
    """
    Put an uploaded file in the place of an item.

    :raises FileRefused: if it is not taken, or is a spreadsheet that names people and is not said to be needed so
    :raises Refused: if something that was handed in or checked rests on the item
    """
    allow(by, Permission.EVIDENCE_UPLOAD, item.contract)
    try:
        received = file_receive(pieces=pieces, name=name)
    except VirusFound:
        _note_virus(item.contract, by, now)
        raise
    try:
        if people != "needed" and _tells_of_people(received, people):
            raise FileRefused(
                f"{received.name} seems to name people. Add it on its own, where the people can be taken out, and "
                f"withdraw this one afterwards."
            )
        return item_add(
            contract=item.contract,
            received=received,
            note=note,
            period_starts=item.period_starts,
            has_people=people in ("agreed", "needed"),
            consent=people == "agreed",
            replaces=item,
            by=by,
            now=now,
        )
    finally:
        config.store().drop(received.incoming)
