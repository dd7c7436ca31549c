"""Needs that community groups post: looked at by an officer, shown or kept off the list, filled by offers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from commonweal.catalogue.words import unit_words
from commonweal.quantities import plain
from commonweal_web.core import outbox
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.frameworks.consulting import guard
from commonweal_web.organisations.models import Organisation
from commonweal_web.planning import base
from commonweal_web.planning.listening import selectors
from commonweal_web.planning.listening.services.common import allow_at, digest, log, once
from commonweal_web.planning.models import Need, NeedOffer, PlanMeasure


@dataclass(frozen=True, slots=True)
class PostedFields:
    """What a community group says it needs, and where an officer reaches it."""

    group: str
    email: str
    title: str
    place: str = ""
    text: str = ""
    quantity: Decimal | None = None
    unit: str = ""


def need_post(
    *, body: Organisation, fields: PostedFields, arrived: dt.datetime, trapped: bool = False, key: str = ""
) -> Need:
    """
    Keep what a community group posts; nobody sees it before an officer looked at it.

    One that is `trapped` looks like a robot's: it is kept closed and hidden.

    :raises Refused: without a group, or with a quantity of nothing known
    """

    def act() -> int:
        return _keep(body, fields, arrived, trapped).pk

    said = (fields.group, fields.email, fields.title, fields.place, fields.text, str(fields.quantity), fields.unit)
    content = digest(str(body.pk), *said)
    return Need.objects.select_related("body").get(pk=once(key=key, content=content, act=act, now=arrived))


@transaction.atomic
def need_show(*, need: Need, version: int | None, by: Any, now: dt.datetime) -> Need:
    """
    Put a need on the public list, and tell the group that posted it.

    :raises NotPermitted: for who drafts no plans of the body
    :raises Refused: if it is there already, or was closed
    :raises StaleVersion: if somebody else changed it since
    """
    row = _locked(need, version, by)
    robot = row.hidden_reason == guard.TRAPPED
    if row.shown or (row.closed_on is not None and not robot):
        raise Refused("It is on the public list already, or was closed.", code="shown")
    old = {"shown": row.shown, "hidden": row.hidden_reason}
    row.shown, row.hidden_reason = True, ""
    if robot:
        row.closed_on = None
    row.touch()
    row.save(update_fields=["shown", "hidden_reason", "closed_on", "version"])
    _tell(row, f"shown-{row.version}", "Your need is on the public list", "Everybody can see it now.", now)
    log(body=row.body_id, record=row, verb="need_shown", by=by, now=now, old=old, new={"shown": True, "hidden": ""})
    return row


@transaction.atomic
def need_hide(*, need: Need, reason: str, version: int | None, by: Any, now: dt.datetime) -> Need:
    """
    Keep a need off the public list, with the reason.

    :raises NotPermitted, StaleVersion: as `need_show`
    :raises Refused: without a reason
    """
    row = _locked(need, version, by)
    if not reason.strip():
        raise Refused("Enter why it is not shown.", code="reason", field="reason")
    old = {"shown": row.shown, "hidden": row.hidden_reason}
    row.shown, row.hidden_reason = False, reason.strip()
    row.touch()
    row.save(update_fields=["shown", "hidden_reason", "version"])
    new = {"shown": False, "hidden": row.hidden_reason}
    log(body=row.body_id, record=row, verb="need_hidden", by=by, now=now, old=old, new=new, reason=row.hidden_reason)
    return row


@transaction.atomic
def offer_record(
    *, need: Need, quantity: Decimal, measure: PlanMeasure | None, note: str, by: Any, now: dt.datetime
) -> NeedOffer:
    """
    Record that so much of a need is filled: by a measure of a plan, or as the note says.

    :raises NotPermitted: as `need_show`
    :raises Refused: for more than is left, for nothing, or with neither a measure nor a note
    """
    row = _locked(need, None, by)
    left = selectors.left_of(row)
    if left is None:
        raise Refused("This need does not say how much is needed. Change it first, then record the offer.", code="much")
    if row.closed_on is not None:
        raise Refused("This need is closed, so nothing more is offered on it.", code="closed")
    if not 0 < quantity <= left:
        said = f"{plain(left)} {unit_words(row.unit)} are left to fill. Offer more than 0 and no more than that."
        raise Refused(said, code="left", field="quantity")
    if measure is not None and not selectors.measures_for(by, row).filter(pk=measure.pk).exists():
        raise NotPermitted("That measure is of no plan that you draft, or counts in another unit.")
    if measure is None and not note.strip():
        raise Refused("Choose a measure, or say in words who fills it.", code="note", field="note")
    made = NeedOffer.objects.create(need=row, measure=measure, quantity=quantity, note=note.strip(), by=by, at=now)
    new = {"need": row.pk, "quantity": plain(quantity), "measure": measure.pk if measure else None, "note": made.note}
    words = f"{plain(quantity)} {unit_words(row.unit)} offered."
    _tell(row, f"offer-{made.pk}", "Somebody fills part of your need", words, now)
    log(body=row.body_id, record=row, verb="need_offer_recorded", by=by, now=now, new=new)
    return made


def _keep(body: Organisation, fields: PostedFields, arrived: dt.datetime, trapped: bool) -> Need:
    if not body.is_authority:
        raise Refused("Choose a council from the list.", code="body", field="body")
    if not fields.group.strip() or not fields.title.strip():
        raise Refused("Say who you are and what you need.", code="who", field="group")
    unit = frameworks.known_unit(fields.unit) if fields.quantity is not None else ""
    if fields.quantity is not None and (fields.quantity <= 0 or not unit):
        raise Refused("Give a number above zero and its unit, or leave both empty.", code="unit", field="unit")
    made = Need.objects.create(
        body=body,
        place=fields.place.strip(),
        title=fields.title.strip(),
        text=fields.text.strip(),
        group=fields.group.strip(),
        email=fields.email.strip(),
        quantity=fields.quantity,
        unit=unit,
        created_at=arrived,
        hidden_reason=guard.TRAPPED if trapped else "",
        closed_on=base.day_of(arrived) if trapped else None,
    )
    new = {"title": made.title, "group": made.group, "place": made.place}
    log(body=body.pk, record=made, verb="need_posted", by=None, now=arrived, new=new)
    return made


def _locked(need: Need, version: int | None, by: Any) -> Need:
    allow_at(need.body, by)
    row = Need.objects.select_for_update(of=("self",)).select_related("body").get(pk=need.pk)
    if version is not None:
        row.expect(version)
    return row


def _tell(row: Need, what: str, subject: str, words: str, now: dt.datetime) -> None:
    """Mail the group that posted a need; one of the body's own has nobody to write to."""
    if not row.email:
        return
    page = f"{settings.BASE_URL}{reverse('planning:listening_need', args=[row.pk])}"
    outbox.queue(
        key=f"need:{row.pk}:{what}",
        to=row.email,
        subject=f"{subject}: {row.title}",
        body=f"{words}\n\n{page}\n\nYou posted it at {row.body} for {row.group}.",
        now=now,
        organisation_id=row.body_id,
    )
