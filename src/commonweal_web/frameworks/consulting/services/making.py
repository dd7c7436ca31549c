"""Making a consultation from a draft, and what can be changed: everything before it opens, then a later end only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks.consulting import drafts
from commonweal_web.frameworks.consulting.phases import WORDS, Phase, day_of, phase_of
from commonweal_web.frameworks.models import Consultation, DropIn, Pack
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.services.common import acting_role, said

MOST_SEATS = 1_000


@transaction.atomic
def create(
    *,
    pack: Pack,
    title: str,
    introduction: str,
    opens: dt.date,
    closes: dt.date,
    by: Any,
    now: dt.datetime,
) -> Consultation:
    """
    Put a draft to comment between two days, with its rows as they are now.

    :raises NotPermitted: for whoever does not draft measures at the body
    :raises Refused: if it is no draft, cannot be read, or the days are not in order
    """
    role = acting_role(by, Permission.MEASURE_DRAFT, pack.body)
    if pack.state not in (Pack.State.DRAFT, Pack.State.PROPOSED):
        raise Refused("Only a draft can be put to comment. This one is published or was left.", code="state")
    _in_order(opens, closes, now)
    made = Consultation.objects.create(
        body=pack.body,
        pack=pack,
        title=title.strip(),
        introduction=introduction.strip(),
        opens=opens,
        closes=closes,
        rows=drafts.rows_of(pack),
        created_by=by,
        created_at=now,
    )
    log(made, "consultation.created", by, role, now, new=_facts(made) | {"pack": pack.pk, "sha256": pack.sha256})
    return made


@transaction.atomic
def edit(
    *,
    consultation: Consultation,
    title: str,
    introduction: str,
    opens: dt.date,
    closes: dt.date,
    version: int | None,
    by: Any,
    now: dt.datetime,
) -> Consultation:
    """
    Change words and days before it opens; the rows are taken from the draft again, as it is now.

    :raises NotPermitted, Refused: as `create`, and once it is open
    :raises StaleVersion: if somebody else changed it since
    """
    row, role = locked(consultation, by)
    row.expect(version)
    _in_phase(row, now, Phase.COMING, "Its words and its first day can be changed only before it opens")
    _in_order(opens, closes, now)
    old = _facts(row)
    row.title, row.introduction, row.opens, row.closes = title.strip(), introduction.strip(), opens, closes
    if row.pack.state in (Pack.State.DRAFT, Pack.State.PROPOSED):
        row.rows = drafts.rows_of(row.pack)
    row.touch()
    row.save(update_fields=["title", "introduction", "opens", "closes", "rows", "version"])
    log(row, "consultation.changed", by, role, now, old=old, new=_facts(row))
    return row


@transaction.atomic
def extend(*, consultation: Consultation, closes: dt.date, version: int | None, by: Any, now: dt.datetime) -> None:
    """
    Let an open consultation close on a later day; never on an earlier one.

    :raises NotPermitted, Refused, StaleVersion: as `edit`
    """
    row, role = locked(consultation, by)
    row.expect(version)
    _in_phase(row, now, Phase.OPEN, "Only an open consultation can be extended")
    if closes <= row.closes:
        raise Refused(
            f"The last day must be after {said(row.closes)}, which people were told.", code="shorter", field="closes"
        )
    old = {"closes": row.closes}
    row.closes = closes
    row.touch()
    row.save(update_fields=["closes", "version"])
    log(row, "consultation.extended", by, role, now, old=old, new={"closes": closes})


@transaction.atomic
def withdraw(*, consultation: Consultation, reason: str, version: int | None, by: Any, now: dt.datetime) -> None:
    """
    End a consultation without answers, such as one made by mistake; its page says why.

    :raises NotPermitted, Refused, StaleVersion: as `edit`; and once its answers are published
    """
    row, role = locked(consultation, by)
    row.expect(version)
    if phase_of(row, day_of(now)) in (Phase.ANSWERED, Phase.WITHDRAWN):
        raise Refused("Its answers are published, or it was withdrawn already.", code="phase")
    row.withdrawn_at, row.withdrawn_reason = now, reason.strip()
    row.touch()
    row.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
    log(row, "consultation.withdrawn", by, role, now, reason=reason)


@transaction.atomic
def add_drop_in(
    *,
    consultation: Consultation,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    where: str,
    seats: int,
    by: Any,
    now: dt.datetime,
) -> DropIn:
    """
    Add a session at which people can ask, with so many places.

    :raises NotPermitted: as `create`
    :raises Refused: for one in the past, that ends before it begins, or after the consultation has closed
    """
    row, role = locked(consultation, by)
    if phase_of(row, day_of(now)) not in (Phase.COMING, Phase.OPEN):
        raise Refused("Sessions can be added until the consultation closes.", code="phase")
    refuse_times(row, starts_at, ends_at, now)
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(f"Give from 1 to {MOST_SEATS:,} places.", code="seats", field="seats")
    made = DropIn.objects.create(
        consultation=row, starts_at=starts_at, ends_at=ends_at, where=where.strip(), seats=seats
    )
    new = {"starts_at": starts_at, "ends_at": ends_at, "where": made.where, "seats": seats}
    log(row, "drop_in.added", by, role, now, new=new, about=made)
    return made


def refuse_times(consultation: Consultation, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> None:
    """
    Refuse the times of a session that cannot be.

    :raises Refused: in the past, ending before it begins, or after the consultation has closed
    """
    if ends_at <= starts_at:
        raise Refused("The end must be after the start.", code="times", field="ends")
    if starts_at <= now or day_of(starts_at) > consultation.closes:
        raise Refused(f"The day must be from now to {said(consultation.closes)}.", code="day", field="day")


def locked(consultation: Consultation, by: Any) -> tuple[Consultation, str]:
    """
    Return the consultation with its row locked, and the role in which `by` keeps it.

    :raises NotPermitted: for whoever does not draft measures at the body
    """
    role = acting_role(by, Permission.MEASURE_DRAFT, consultation.body)
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("body", "pack")
    return rows.get(pk=consultation.pk), role


def log(
    consultation: Consultation,
    verb: str,
    by: Any,
    role: str,
    now: dt.datetime,
    *,
    about: Any = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the one row of an act into the chain of the body that consults."""
    audit.record(
        organisation_id=consultation.body_id,
        by=by,
        role=role,
        verb=verb,
        record=about or consultation,
        now=now,
        old=old,
        new=new,
        reason=reason.strip(),
    )


def _in_order(opens: dt.date, closes: dt.date, now: dt.datetime) -> None:
    if opens < day_of(now):
        raise Refused("The first day must be today or later.", code="past", field="opens")
    if closes < opens:
        raise Refused("The last day must be on or after the first day.", code="order", field="closes")


def _in_phase(consultation: Consultation, now: dt.datetime, wanted: Phase, words: str) -> None:
    phase = phase_of(consultation, day_of(now))
    if phase is not wanted:
        raise Refused(f"{words}. This one is {WORDS[phase]}.", code="phase")


def _facts(row: Consultation) -> dict[str, Any]:
    names = ("title", "introduction", "opens", "closes")
    return {name: getattr(row, name) for name in names} | {"rows": len(row.rows)}
