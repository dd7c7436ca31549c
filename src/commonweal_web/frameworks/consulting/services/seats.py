"""
Places at a session: booked by anybody, given up by a secret link, and passed on to whoever waits longest.

Only the mail says how a booking stands. The page answers alike whether or not somebody with that address had booked,
so nobody learns who comes. The session's row is locked for every change, so that a place is given once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from commonweal_web.core import outbox
from commonweal_web.core.errors import Refused
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.frameworks.consulting.phases import day_of
from commonweal_web.frameworks.consulting.services.comments import PUBLIC
from commonweal_web.frameworks.consulting.services.making import log
from commonweal_web.frameworks.models import DropIn, Seat

State = Seat.State
SYSTEM = "system"


@transaction.atomic
def book(*, drop_in: DropIn, name: str, email: str, arrived: dt.datetime) -> None:
    """
    Give somebody a place, or a turn on the waiting list, and mail them which; again with one address changes nothing.

    :raises Refused: once the session has begun, or it was cancelled or the consultation withdrawn
    """
    row = locked_session(drop_in)
    _refuse_too_late(row, arrived)
    email = email.strip().lower()
    seat = row.people.exclude(state=State.GIVEN_UP).filter(email_key=email_key(row, email)).first()
    if seat is None:
        seat = _seat(row, name.strip(), email, arrived)
    else:
        _remind(seat, arrived)
    log(
        row.consultation, "drop_in.booked", None, PUBLIC, arrived, about=row, new={"seat": seat.pk, "state": seat.state}
    )


@transaction.atomic
def give_up(*, token: str, now: dt.datetime) -> Seat:
    """
    Give up a place or a turn by its link; whoever waits longest moves up and is told. Twice changes nothing more.

    :raises Refused: if there is no such link, or the session has begun or was cancelled
    """
    found = find(token)
    if found is None:
        raise Refused("This link is not known. Copy it whole from the newest message.", code="unknown")
    row = locked_session(found.drop_in)
    seat = Seat.objects.select_for_update().get(pk=found.pk)
    seat.drop_in = row
    if seat.state == State.GIVEN_UP:
        return seat
    if row.starts_at <= now:
        raise Refused("The session has begun, so there is nothing to give up.", code="begun")
    if row.cancelled_at is not None:
        raise Refused("The session was cancelled, so there is nothing to give up.", code="cancelled")
    before = seat.state
    seat.state, seat.name, seat.email = State.GIVEN_UP, "", ""
    seat.save(update_fields=["state", "name", "email"])
    moved = _move_up(row, now) if before == State.PLACE else None
    new = {"seat": seat.pk, "from": before, "moved_up": moved.pk if moved else None}
    log(row.consultation, "drop_in.given_up", None, PUBLIC, now, about=row, new=new)
    return seat


@transaction.atomic
def forget_seats(*, now: dt.datetime) -> int:
    """Take names and addresses off the places of sessions that have ended, with the mails about them."""
    ended = DropIn.objects.filter(ends_at__lt=now, people__email__gt="").select_related("consultation").distinct()
    forgotten = 0
    for row in ended:
        people = list(row.people.exclude(email=""))
        for seat in people:
            seat.name, seat.email, seat.email_key = "", "", seat.token_hash
            seat.save(update_fields=["name", "email", "email_key"])
        outbox.Message.objects.filter(key__startswith=f"drop-in:{row.pk}:").delete()
        log(row.consultation, "drop_in.forgotten", None, SYSTEM, now, about=row, new={"seats": len(people)})
        forgotten += len(people)
    return forgotten


def find(token: str) -> Seat | None:
    """Return the seat that a link belongs to."""
    rows = Seat.objects.select_related("drop_in__consultation__body")
    return rows.filter(token_hash=hash_of(token)).first()


def position(seat: Seat) -> int:
    """Return the turn of somebody who waits, from 1."""
    waiting = Seat.objects.filter(drop_in=seat.drop_in_id, state=State.WAITING)
    earlier = waiting.filter(booked_at__lt=seat.booked_at) | waiting.filter(booked_at=seat.booked_at, pk__lte=seat.pk)
    return earlier.count()


def hash_of(token: str) -> str:
    """Return what is kept of a link's secret part."""
    return hashlib.sha256(token.encode()).hexdigest()


def email_key(drop_in: DropIn, email: str) -> str:
    """Return the keyed hash of an address at one session."""
    return salted_hmac("commonweal.drop_in", f"{drop_in.pk}:{email.strip().lower()}", algorithm="sha256").hexdigest()


def locked_session(drop_in: DropIn) -> DropIn:
    """Return a session with its row locked."""
    rows = DropIn.objects.select_for_update(of=("self",)).select_related("consultation__body")
    return rows.get(pk=drop_in.pk)


def _refuse_too_late(row: DropIn, arrived: dt.datetime) -> None:
    if row.consultation.withdrawn_at is not None:
        raise Refused("This consultation was withdrawn, so the session is not held.", code="withdrawn")
    if row.cancelled_at is not None:
        raise Refused("This session was cancelled. Choose another one.", code="cancelled")
    if row.starts_at <= arrived:
        raise Refused(f"This session began on {moment(row.starts_at)}. Choose another one.", code="begun")


def _seat(row: DropIn, name: str, email: str, now: dt.datetime) -> Seat:
    taken = row.people.filter(state=State.PLACE).count()
    token = secrets.token_urlsafe(32)
    seat = Seat.objects.create(
        drop_in=row,
        name=name,
        email=email,
        email_key=email_key(row, email),
        token_hash=hash_of(token),
        state=State.PLACE if taken < row.seats else State.WAITING,
        booked_at=now,
    )
    _mail(seat, token, "booked", now)
    return seat


def _remind(seat: Seat, now: dt.datetime) -> None:
    """Mail how it stands with a new link, once a day: the old link is kept as a hash only and cannot be sent again."""
    key = f"again-{day_of(now)}"
    if seat.booked_at.date() == now.date() or outbox.Message.objects.filter(key=_key(seat, key)).exists():
        return
    _mail(seat, _new_token(seat), key, now)


def _move_up(row: DropIn, now: dt.datetime) -> Seat | None:
    seat = row.people.filter(state=State.WAITING).order_by("booked_at", "pk").first()
    if seat is not None:
        seat.drop_in, seat.state = row, State.PLACE
        seat.save(update_fields=["state"])
        _mail(seat, _new_token(seat), "moved-up", now)
    return seat


def _new_token(seat: Seat) -> str:
    token = secrets.token_urlsafe(32)
    seat.token_hash = hash_of(token)
    seat.save(update_fields=["token_hash"])
    return token


def tell_moved(seat: Seat, now: dt.datetime) -> None:
    """Mail somebody with a place or a turn when and where the session is now, with a new link."""
    row = seat.drop_in
    first = (
        f"The session has moved. It was to be held: {row.moved_from}.\nWhy: {row.moved_reason}\n\n"
        "You need not book again.\n\n"
    )
    _mail(seat, _new_token(seat), f"moved-{row.version}", now, first=first, title="A session has moved")


def tell_cancelled(seat: Seat, now: dt.datetime) -> None:
    """Mail somebody with a place or a turn that the session is not held."""
    row = seat.drop_in
    page = f"{settings.BASE_URL}{reverse('frameworks:consultation', args=[row.consultation_id])}"
    outbox.queue(
        key=_key(seat, "cancelled"),
        to=seat.email,
        subject=f"A session is cancelled: {row.consultation.title}",
        body=(
            f"This session is not held:\n\n{moment(row.starts_at)}\n{row.where}\n\nWhy: {row.cancelled_reason}\n\n"
            f"It was about “{row.consultation.title}” by {row.consultation.body}. You need not do anything. "
            f"Other sessions, and the form for comments, are here:\n{page}"
        ),
        now=now,
        organisation_id=row.consultation.body_id,
    )


def _key(seat: Seat, what: str) -> str:
    return f"drop-in:{seat.drop_in_id}:{seat.pk}:{what}"


def _mail(seat: Seat, token: str, what: str, now: dt.datetime, *, first: str = "", title: str = "") -> None:
    row = seat.drop_in
    link = f"{settings.BASE_URL}{reverse('frameworks:seat', args=[token])}"
    has_place = seat.state == State.PLACE
    stands = "You have a place" if has_place else f"You are number {position(seat)} on the waiting list"
    thing = "place" if has_place else "turn"
    later = "" if has_place else " If a place comes free for you, we write again."
    outbox.queue(
        key=_key(seat, what),
        to=seat.email,
        subject=f"{title or stands}: {row.consultation.title}",
        body=(
            f"{first}{stands} at this session:\n\n{moment(row.starts_at)}\n{row.where}\n\n"
            f"It is about “{row.consultation.title}” by {row.consultation.body}.{later}\n\n"
            f"If you cannot come, give up your {thing} here, so that somebody else can have it:\n{link}\n\n"
            "Links in earlier messages about this session no longer work. "
            "If it was not you who booked, use the link, too."
        ),
        now=now,
        organisation_id=row.consultation.body_id,
    )
