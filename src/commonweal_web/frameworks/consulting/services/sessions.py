"""
A session that people were told of is moved or cancelled: with a reason, and everybody who booked is told by mail.

Places and turns stay as they are. The mails are queued in the transaction of the act, so nobody is told of a move that
did not happen, and no move happens of which nobody is told.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.core.errors import Refused
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.frameworks.consulting.services import seats
from commonweal_web.frameworks.consulting.services.making import locked, log, refuse_times
from commonweal_web.frameworks.models import DropIn, Seat


@transaction.atomic
def move_drop_in(
    *,
    drop_in: DropIn,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    where: str,
    reason: str,
    version: int | None,
    by: Any,
    now: dt.datetime,
) -> DropIn:
    """
    Hold a session at another time or place; whoever has a place or waits keeps it and is told.

    :raises NotPermitted: for whoever does not draft measures at the body
    :raises Refused: once it has begun or is not held, to times that cannot be, or without a change or a reason
    :raises StaleVersion: if somebody else changed it since
    """
    row, role = _held(drop_in, version, by, now)
    refuse_times(row.consultation, starts_at, ends_at, now)
    if (starts_at, ends_at, where.strip()) == (row.starts_at, row.ends_at, row.where):
        raise Refused("That is its time and place already. Change one of them.", code="same", field="starts")
    old = _facts(row)
    row.moved_from, row.moved_reason, row.moved_at = f"{moment(row.starts_at)}, {row.where}", _said(reason), now
    row.starts_at, row.ends_at, row.where = starts_at, ends_at, where.strip()
    row.touch()
    row.save(update_fields=[*old, "moved_at", "moved_from", "moved_reason", "version"])
    told = _told(row)
    for seat in told:
        seats.tell_moved(seat, now)
    new = _facts(row) | {"told": len(told)}
    log(row.consultation, "drop_in.moved", by, role, now, about=row, old=old, new=new, reason=reason)
    return row


@transaction.atomic
def cancel_drop_in(*, drop_in: DropIn, reason: str, version: int | None, by: Any, now: dt.datetime) -> DropIn:
    """
    Say that a session is not held; whoever has a place or waits is told why.

    :raises NotPermitted, Refused, StaleVersion: as `move_drop_in`
    """
    row, role = _held(drop_in, version, by, now)
    row.cancelled_at, row.cancelled_reason = now, _said(reason)
    row.touch()
    row.save(update_fields=["cancelled_at", "cancelled_reason", "version"])
    told = _told(row)
    for seat in told:
        seats.tell_cancelled(seat, now)
    new = {"told": len(told)}
    log(row.consultation, "drop_in.cancelled", by, role, now, about=row, old=_facts(row), new=new, reason=reason)
    return row


def _held(drop_in: DropIn, version: int | None, by: Any, now: dt.datetime) -> tuple[DropIn, str]:
    """Return a session that is still to be held, with its row locked, and the role in which `by` acts."""
    consultation, role = locked(drop_in.consultation, by)
    row = seats.locked_session(drop_in)
    row.expect(version)
    row.consultation = consultation
    if row.cancelled_at is not None or consultation.withdrawn_at is not None:
        raise Refused("This session is not held any more.", code="cancelled")
    if row.starts_at <= now:
        raise Refused(f"This session began on {moment(row.starts_at)}, so it stays as it was.", code="begun")
    return row, role


def _told(row: DropIn) -> list[Seat]:
    found = list(row.people.exclude(state=Seat.State.GIVEN_UP).exclude(email=""))
    for seat in found:
        seat.drop_in = row
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("Enter why. Everybody who booked is told.", code="reason", field="reason")
    return reason.strip()


def _facts(row: DropIn) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("starts_at", "ends_at", "where")}
