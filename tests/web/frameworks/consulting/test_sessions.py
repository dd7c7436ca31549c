"""Places at a drop-in session: given once, passed on, told by mail alone, and forgotten afterwards."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import jobs
from commonweal_web.core.errors import Refused
from commonweal_web.core.logs import address
from commonweal_web.core.outbox import Message
from commonweal_web.frameworks.consulting import services
from commonweal_web.frameworks.consulting.services import seats
from commonweal_web.frameworks.models import Consultation, DropIn, Seat
from tests.web.frameworks.consulting import makers
from tests.web.frameworks.consulting.makers import DURING, get, post
from tests.web.world import World, make_world

pytestmark = pytest.mark.django_db
ENDED = dt.datetime(2026, 9, 5, 3, 40, tzinfo=dt.UTC)


@pytest.fixture
def asked(world: World) -> Consultation:
    return makers.consultation(world)


@pytest.fixture
def session(world: World, asked: Consultation) -> DropIn:
    return makers.drop_in(world, asked)


def url(session: DropIn, name: str = "drop_in_book") -> str:
    return reverse(f"frameworks:{name}", args=[session.consultation_id, session.pk])


def book(session: DropIn, *names: str, now: dt.datetime = DURING) -> None:
    for number, name in enumerate(names):
        moment = now + dt.timedelta(minutes=number)
        services.book(drop_in=session, name=name, email=f"{name}@x.example", arrived=moment)


def link(name: str) -> str:
    """The address of the newest mail to somebody, without the server's name."""
    body = Message.objects.filter(to_address=f"{name}@x.example").latest("pk").body
    return re.search(rf"{re.escape(settings.BASE_URL)}(/consultations/places/\S+)", body)[1]  # type: ignore[index]


def states(session: DropIn) -> list[str]:
    return list(session.people.order_by("pk").values_list("state", flat=True))


def test_the_page_of_a_consultation_lists_sessions_in_london_time(asked: Consultation, session: DropIn) -> None:
    page = get(reverse("frameworks:consultation", args=[asked.pk])).content.decode()
    assert "4 September 2026 at 2:00pm to 4:00pm" in page
    assert "Central Library, room 2" in page
    assert "Book a place" in page
    book(session, "a", "b")
    assert "Join the waiting list" in get(reverse("frameworks:consultation", args=[asked.pk])).content.decode()
    assert "This session is over" in get(reverse("frameworks:consultation", args=[asked.pk]), ENDED).content.decode()


def test_a_booking_is_answered_by_mail_with_a_secret_link(session: DropIn) -> None:
    known = Event.objects.count()
    answer = post(url(session), name="Ann", email="Ann@X.example")
    assert answer["Location"] == url(session, "drop_in_asked")
    assert "Look at your e-mail" in get(answer["Location"]).content.decode()
    mail = Message.objects.get()
    assert mail.to_address == "ann@x.example"
    assert mail.subject.startswith("You have a place")
    seat = Seat.objects.get()
    token = link("ann").rstrip("/").rpartition("/")[2]
    assert token not in str(Seat.objects.values().get())
    assert seat.token_hash != token
    assert "[token]" in address(link("ann"))
    assert "You have a place" in get(link("ann")).content.decode()
    assert Event.objects.count() == known + 1
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor_id) == ("drop_in.booked", None)
    assert "ann" not in str(event.new).lower()


def test_those_after_the_last_place_wait_in_turn(session: DropIn) -> None:
    book(session, "a", "b", "c", "d")
    assert states(session) == ["place", "place", "waiting", "waiting"]
    assert Message.objects.get(to_address="d@x.example").subject.startswith("You are number 2 on the waiting list")
    assert "You are number 2 on the waiting list" in get(link("d")).content.decode()


def test_giving_up_a_place_moves_the_first_waiting_up_and_tells_them(session: DropIn) -> None:
    book(session, "a", "b", "c", "d")
    old, known = link("c"), Event.objects.count()
    answer = post(link("a"))
    assert answer.status_code == 303
    assert "You gave up your booking" in get(answer["Location"]).content.decode()
    assert states(session) == ["given_up", "place", "place", "waiting"]
    told = Message.objects.filter(to_address="c@x.example").latest("pk")
    assert told.subject.startswith("You have a place")
    assert "You have a place" in get(link("c")).content.decode()
    assert get(old).status_code == 404
    assert "You are number 1" in get(link("d")).content.decode()
    gone = session.people.get(state="given_up")
    assert (gone.name, gone.email) == ("", "")
    assert Event.objects.count() == known + 1
    post(link("a"))
    assert states(session) == ["given_up", "place", "place", "waiting"]
    assert Event.objects.count() == known + 1


def test_leaving_the_waiting_list_moves_nobody(session: DropIn) -> None:
    book(session, "a", "b", "c", "d")
    post(link("c"))
    assert states(session) == ["place", "place", "given_up", "waiting"]
    assert "You are number 1" in get(link("d")).content.decode()


def test_a_place_given_up_can_be_booked_again(session: DropIn) -> None:
    book(session, "a")
    post(link("a"))
    book(session, "a", now=DURING + dt.timedelta(hours=1))
    assert states(session) == ["given_up", "place"]


def test_nobody_learns_from_the_answer_who_booked(session: DropIn) -> None:
    book(session, "known", "other")
    places = reverse("frameworks:consultation", args=[session.consultation_id])
    before = get(places).content
    answers = [
        post(url(session), name="N", email=email) for email in ("known@x.example", "KNOWN@x.example", "new@x.example")
    ]
    assert {(one.status_code, one["Location"], one.content) for one in answers} == {
        (303, url(session, "drop_in_asked"), b"")
    }
    after = get(places).content
    assert re.sub(rb'nonce="[^"]+"', b"", before) == re.sub(rb'nonce="[^"]+"', b"", after)
    assert session.people.filter(state="place").count() == 2
    assert session.people.count() == 3


def test_booking_again_on_another_day_sends_a_new_link_once_a_day(session: DropIn) -> None:
    book(session, "a")
    old = link("a")
    book(session, "a")
    assert link("a") == old
    later = DURING + dt.timedelta(days=1)
    book(session, "a", "a", now=later)
    assert Message.objects.filter(to_address="a@x.example").count() == 2
    assert get(old).status_code == 404
    assert "You have a place" in get(link("a")).content.decode()
    assert states(session) == ["place"]


def test_the_trap_keeps_nothing_and_answers_alike(session: DropIn) -> None:
    answer = post(url(session), name="Bot", email="b@x.example", leave_empty="x")
    assert answer["Location"] == url(session, "drop_in_asked")
    assert not Seat.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "email": "a@x.example"}, "Enter your name."),
        ({"name": "A", "email": "nowhere"}, "must be in the right form, like name@example.org."),
    ],
)
def test_what_is_missing_is_asked_for(session: DropIn, typed: dict[str, str], said: str) -> None:
    answer = post(url(session), **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_too_many_bookings_for_one_mailbox_wait(session: DropIn) -> None:
    for _ in range(6):
        assert post(url(session), name="A", email="a@x.example").status_code == 303
    slowed = post(url(session), name="Anna Long", email="a@x.example")
    assert slowed.status_code == 422
    assert "Wait 1 minute" in slowed.content.decode()
    assert "Anna Long" in slowed.content.decode()


def test_a_session_that_began_takes_nobody_and_gives_nothing_up(session: DropIn) -> None:
    book(session, "a")
    began = session.starts_at
    page = post(url(session), began, name="B", email="b@x.example").content.decode()
    assert "This session began on 4 September 2026 at 2:00pm" in page
    assert 'value="b@x.example"' in page
    assert "nothing to do here" in get(link("a"), began).content.decode()
    assert "nothing to give up" in post(link("a"), began).content.decode()
    assert states(session) == ["place"]


def test_an_unknown_link_says_what_to_do(session: DropIn) -> None:
    answer = get(f"/consultations/places/{'x' * 43}/")
    assert answer.status_code == 404
    assert "newest message" in answer.content.decode()
    with pytest.raises(Refused):
        services.give_up(token="x" * 43, now=DURING)


def test_names_and_addresses_are_forgotten_after_the_session(world: World, session: DropIn) -> None:
    later = makers.drop_in(world, session.consultation, day=dt.date(2026, 9, 20))
    book(session, "a", "b", "c")
    book(later, "a")
    kept, known = link("b"), Event.objects.count()
    assert services.forget_seats(now=session.ends_at) == 0
    services.forget_seats(now=ENDED)
    assert set(session.people.values_list("name", "email")) == {("", "")}
    assert not session.people.filter(email_key__in=[seats.email_key(session, "a@x.example")]).exists()
    assert later.people.get().email == "a@x.example"
    assert list(Message.objects.values_list("to_address", flat=True)) == ["a@x.example"]
    assert Event.objects.count() == known + 1
    assert get(kept, ENDED).status_code == 200
    assert services.forget_seats(now=ENDED) == 0
    assert Event.objects.count() == known + 1


def test_forgetting_is_a_daily_job() -> None:
    names = {job.name: job.says for job in jobs.registered()}
    assert names["frameworks.tasks.forget_seats"] == "daily at 03:40"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; return what each returned or raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            found[index] = act()
        except Exception as error:  # told to the test
            found[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_places_are_given_once_however_many_ask_at_once() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory has one connection; this needs PostgreSQL or a file")
    world = make_world()
    session = makers.drop_in(world, makers.consultation(world), seats=2)

    def asks(name: str) -> Callable[[], Any]:
        return lambda: services.book(drop_in=session, name=name, email=f"{name}@x.example", arrived=DURING)

    assert at_once(*map(asks, ("a", "b", "c", "d", "a", "e"))) == [None] * 6
    assert sorted(states(session)) == ["place", "place", "waiting", "waiting", "waiting"]
    for _ in range(2):
        holders = session.people.filter(state="place").values_list("email", flat=True)
        links = [link(email.partition("@")[0]) for email in holders]
        tokens = [one.rstrip("/").rpartition("/")[2] for one in links]
        gave = at_once(*(lambda token=token: services.give_up(token=token, now=DURING) for token in tokens))
        assert not [one for one in gave if isinstance(one, Exception)]
        left = sorted(one for one in states(session) if one != "given_up")
        assert left.count("place") == min(2, len(left))


def test_a_robot_that_asks_in_no_time_is_asked_again(session: DropIn) -> None:
    answer = Client().post(url(session), {"name": "A", "email": "a@x.example", "opened": ""})
    assert answer.status_code == 422
    assert 'value="a@x.example"' in answer.content.decode()
