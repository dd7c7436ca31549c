"""A session is moved or cancelled with a reason: places stay, everybody who booked is told, the public page says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import outbox
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.frameworks.consulting import services
from commonweal_web.frameworks.models import Consultation, DropIn
from tests.web.frameworks.consulting import makers
from tests.web.frameworks.consulting.makers import AFTER, DURING, get, post
from tests.web.frameworks.consulting.test_sessions import book, link, states, url
from tests.web.world import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[str], Client]
MOVED = {
    "day_day": "11", "day_month": "9", "day_year": "2026", "starts": "10:00", "ends": "11:30",
    "where": "Town Hall", "reason": "The library floods",
}  # fmt: skip


@pytest.fixture
def asked(world: World) -> Consultation:
    return makers.consultation(world)


@pytest.fixture
def session(world: World, asked: Consultation) -> DropIn:
    found = makers.drop_in(world, asked)
    book(found, "a", "b", "c")
    return found


@pytest.fixture
def lead(signed_in: SignedIn) -> Client:
    return signed_in("lead")


def office(session: DropIn, act: str) -> str:
    return reverse(f"frameworks:consulting_{act}", args=[session.consultation_id, session.pk])


def public(session: DropIn) -> str:
    return get(reverse("frameworks:consultation", args=[session.consultation_id])).content.decode()


def mails(name: str) -> list[str]:
    found = Message.objects.filter(to_address=f"{name}@x.example").order_by("pk")
    return [f"{one.subject}\n{one.body}" for one in found]


def test_a_moved_session_keeps_its_places_and_tells_everybody(session: DropIn, lead: Client) -> None:
    known, old = Event.objects.count(), link("a")
    sent = post(office(session, "move"), DURING, lead, version="1", **MOVED)
    assert sent.status_code == 303
    session.refresh_from_db()
    assert session.starts_at == dt.datetime(2026, 9, 11, 9, tzinfo=dt.UTC)
    assert states(session) == ["place", "place", "waiting"]
    for name in "abc":
        assert "A session has moved" in mails(name)[-1]
        assert "4 September 2026 at 2:00pm, Central Library, room 2" in mails(name)[-1]
        assert "11 September 2026 at 10:00am\nTown Hall" in mails(name)[-1]
        assert "The library floods" in mails(name)[-1]
    assert "You are number 1 on the waiting list" in mails("c")[-1]
    assert get(old).status_code == 404
    assert "You have a place" in get(link("a")).content.decode()
    assert Event.objects.count() == known + 1
    event = Event.objects.latest("pk")
    assert (event.verb, event.reason, event.new["told"]) == ("drop_in.moved", "The library floods", 3)
    page = public(session)
    assert "11 September 2026 at 10:00am to 11:30am" in page
    assert "Moved from 4 September 2026 at 2:00pm, Central Library, room 2: The library floods" in page
    assert "The library floods" in get(url(session)).content.decode()


def test_a_cancelled_session_says_why_and_takes_nobody(session: DropIn, lead: Client) -> None:
    known, seat = Event.objects.count(), link("a")
    home = reverse("frameworks:consulting_one", args=[session.consultation_id])
    sent = post(office(session, "cancel"), DURING, lead, version="1", reason="Nobody can open the room")
    assert sent.status_code == 303
    assert Event.objects.count() == known + 1
    assert Event.objects.latest("pk").verb == "drop_in.cancelled"
    for name in "abc":
        assert mails(name)[-1].startswith("A session is cancelled: Our measures for 2027")
        assert "Nobody can open the room" in mails(name)[-1]
    assert "Cancelled: Nobody can open the room" in public(session)
    assert "Book a place" not in public(session)
    assert "This session was cancelled" in post(url(session), name="D", email="d@x.example").content.decode()
    assert "This session is cancelled" in get(seat).content.decode()
    assert "nothing to give up" in post(seat).content.decode()
    assert states(session) == ["place", "place", "waiting"]
    again = post(office(session, "cancel"), DURING, lead, version="2", reason="Again")
    assert "not held any more" in again.content.decode()
    assert "Cancelled" in get(home, DURING, lead).content.decode()


def test_the_officer_finds_both_beside_the_session(session: DropIn, lead: Client) -> None:
    home = reverse("frameworks:consulting_one", args=[session.consultation_id])
    page = get(home, DURING, lead).content.decode()
    assert office(session, "move") in page
    assert office(session, "cancel") in page
    assert 'value="14:00"' in get(office(session, "move"), DURING, lead).content.decode()
    assert office(session, "move") not in get(home, session.starts_at, lead).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day_month": "8", "day_day": "19"}, "The day must be from now to 3 October 2026."),
        ({"day_month": "10", "day_day": "4"}, "The day must be from now to 3 October 2026."),
        ({"ends": "10:00"}, "The end must be after the start."),
        ({"reason": ""}, "Enter why."),
        ({"day_day": "4", "starts": "14:00", "ends": "16:00", "where": "Central Library, room 2"}, "already"),
    ],
)
def test_a_full_session_cannot_be_moved_to_times_that_cannot_be(
    session: DropIn, lead: Client, changed: dict[str, str], said: str
) -> None:
    known = (Event.objects.count(), Message.objects.count())
    answer = post(office(session, "move"), DURING, lead, version="1", **{**MOVED, **changed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (Event.objects.count(), Message.objects.count()) == known
    assert DropIn.objects.get().version == 1


@pytest.mark.parametrize("act", ["move", "cancel"])
def test_a_session_that_began_stays_as_it_was(session: DropIn, lead: Client, act: str) -> None:
    form = {**MOVED, "day_day": "20"} if act == "move" else {"reason": "Too late"}
    answer = post(office(session, act), session.starts_at, lead, version="1", **form)
    assert "This session began on 4 September 2026 at 2:00pm" in answer.content.decode()
    assert Message.objects.count() == 3


def test_a_second_tab_is_told_and_a_second_move_tells_again(session: DropIn, lead: Client) -> None:
    assert post(office(session, "move"), DURING, lead, version="1", **MOVED).status_code == 303
    assert post(office(session, "move"), DURING, lead, version="1", **{**MOVED, "where": "X"}).status_code == 409
    assert post(office(session, "move"), DURING, lead, version="2", **{**MOVED, "where": "X"}).status_code == 303
    assert len(mails("a")) == 3
    assert "at 10:00am, Town Hall" in mails("a")[-1]


def test_only_who_drafts_measures_at_the_body_does_either(world: World, session: DropIn, signed_in: SignedIn) -> None:
    for act in ("move", "cancel"):
        assert get(office(session, act), DURING, signed_in("eastholt lead")).status_code == 404
        assert get(office(session, act), DURING, signed_in("verifier")).status_code == 403
        other = reverse(f"frameworks:consulting_{act}", args=[session.consultation_id, session.pk + 99])
        assert get(other, DURING, signed_in("lead")).status_code == 404
    with pytest.raises(NotPermitted):
        services.cancel_drop_in(
            drop_in=session, reason="x", version=None, by=world.people["eastholt lead"], now=DURING
        )  # fmt: skip
    with pytest.raises(Refused, match="Enter why"):
        services.cancel_drop_in(drop_in=session, reason=" ", version=None, by=world.people["lead"], now=DURING)


def test_nothing_is_moved_when_a_mail_cannot_be_queued(
    world: World, session: DropIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(outbox, "queue", fails)
    with pytest.raises(OSError, match="disk"):
        services.cancel_drop_in(drop_in=session, reason="x", version=None, by=world.people["lead"], now=DURING)
    assert DropIn.objects.get().cancelled_at is None


def test_a_withdrawn_consultation_moves_nothing(world: World, session: DropIn) -> None:
    services.withdraw(
        consultation=session.consultation, reason="mistake", version=None, by=world.people["lead"], now=DURING
    )
    with pytest.raises(Refused, match="not held"):
        services.cancel_drop_in(drop_in=session, reason="x", version=None, by=world.people["lead"], now=DURING)


@pytest.mark.parametrize("column", ["cancelled_at", "moved_at"])
def test_the_database_asks_for_the_reason(session: DropIn, column: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE frameworks_dropin SET {column} = starts_at WHERE id = %s", [session.pk])


def test_units_are_shown_in_the_plural(world: World, asked: Consultation, lead: Client) -> None:
    page = get(reverse("frameworks:consultation", args=[asked.pk])).content.decode()
    assert "counted in hours" in page
    assert "counted in FTE-years" in page
    row = get(reverse("frameworks:consultation_row", args=[asked.pk, "NM2"])).content.decode()
    assert ">hours</dd>" in row
    said = makers.comment(asked, row="NM2")
    office_page = reverse("frameworks:consulting_comment", args=[asked.pk, said.pk])
    assert ">hours</dd>" in get(office_page, DURING, lead).content.decode()
    follow = makers.pack(world, makers.FRAMEWORK.replace("unit: hour", "unit: tonne"), key="nm-2028", drafted_at=DURING)
    follow.replaces = "nm-2027"
    follow.save()
    services.answer_comment(comment=said, outcome="noted", answer="x", version=None, by=world.people["lead"], now=AFTER)
    services.publish(consultation=asked, summary="x", version=None, by=world.people["lead"], now=AFTER)
    results = get(reverse("frameworks:consultation_results", args=[asked.pk]), AFTER).content.decode()
    assert "hours" in results
    assert "tonnes" in results
