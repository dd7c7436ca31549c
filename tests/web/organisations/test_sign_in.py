"""Getting in: passwords, slow-down, the second factor as a duty, and sessions that end with a role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted
from commonweal_web.core.outbox import Message
from commonweal_web.organisations import second_factor, throttle
from commonweal_web.organisations.models import SignInEvent, SignInFailure, User
from commonweal_web.organisations.services import end_sessions, sign_in_without_password
from tests.web.world import NOON, PASSWORD, World

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _no_old_tries() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def code_of(user: User) -> str:
    """The code that the person's app shows now."""
    return code_for(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]))


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, list(totp.yield_hotp_counters_from_time())[1]))


def with_app(user: User) -> None:
    totp.TOTP.activate(user, totp.generate_totp_secret())


def test_a_password_is_enough_for_a_role_that_needs_no_second_factor(world: World) -> None:
    client = Client()
    assert sign_in(client, world.people["supplier"].email).status_code == 302
    assert client.get("/account/").status_code == 200
    event = SignInEvent.objects.get(user=world.people["supplier"])
    assert (event.kind, event.how) == ("signed_in", "password")


@pytest.mark.parametrize("key", ["director", "verifier", "administrator", "lead", "supplier administrator", "auditor"])
def test_whoever_needs_a_second_factor_sees_only_its_set_up(world: World, key: str) -> None:
    client = Client()
    sign_in(client, world.people[key].email)
    for page in ("/account/", "/permissions/", "/account/password/change/", "/account/sessions/"):
        response = client.get(page)
        assert (response.status_code, response["Location"]) == (302, "/account/second-factor/"), page
    page = client.get("/account/second-factor/")
    assert page.status_code == 200
    assert "until it is set up you see no other page" in page.content.decode()


def test_setting_up_an_app_lets_the_person_in_and_is_logged_once(world: World) -> None:
    user = world.people["director"]
    client = Client()
    sign_in(client, user.email)
    page = client.get("/account/2fa/totp/activate/", follow=True)
    if page.redirect_chain:
        client.post("/account/reauthenticate/?next=/account/2fa/totp/activate/", {"password": PASSWORD})
        client.get("/account/2fa/totp/activate/")
    code = code_for(client.session["mfa.totp.secret"])
    assert client.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert [event.verb for event in Event.objects.filter(actor_id=user.pk)] == ["sign_in.factor_added"]


def test_the_password_alone_does_not_let_in_somebody_with_an_app(world: World) -> None:
    user = world.people["director"]
    with_app(user)
    client = Client()
    assert "2fa/authenticate" in sign_in(client, user.email)["Location"]
    assert client.get("/account/").status_code == 302
    assert "_auth_user_id" not in client.session
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/account/2fa/authenticate/", {"code": code_of(user)}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert [event.kind for event in SignInEvent.objects.filter(user=user)] == ["signed_in", "failed"]
    assert SignInEvent.objects.get(kind="signed_in").how == "password, authenticator app"


def test_a_session_that_got_past_the_second_factor_is_ended(world: World) -> None:
    user = world.people["director"]
    with_app(user)
    client = Client()
    client.force_login(user)
    assert client.get("/account/")["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_a_note_about_one_person_lets_no_other_in(world: World) -> None:
    client = Client()
    client.force_login(world.people["director"])
    session = client.session
    second_factor.note(session, world.people["verifier"], second_factor.TEST)
    session.save()
    assert client.get("/account/")["Location"] == "/account/second-factor/"


@override_settings(MODE="deployment")
def test_the_note_of_a_test_counts_in_tests_only(world: World, signed_in: Callable[[str], Client]) -> None:
    assert signed_in("director").get("/account/")["Location"] == "/account/second-factor/"


def test_a_duty_cannot_be_dropped_but_a_spare_factor_can(world: World) -> None:
    user = world.people["director"]
    with_app(user)
    client = Client()
    sign_in(client, user.email)
    client.post("/account/2fa/authenticate/", {"code": code_of(user)})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/2fa/totp/deactivate/")
    assert second_factor.has_one(user)


def failures(client: Client, email: str, count: int) -> Any:
    return [sign_in(client, email, "wrong") for _ in range(count)][-1]


@pytest.mark.parametrize("email", ["supplier@harbourside.example", "nobody@harbourside.example"])
def test_the_sixth_try_waits_a_minute_even_with_the_right_password(world: World, email: str) -> None:
    client = Client()
    assert "is not right" in failures(client, email, 5).content.decode()
    answer = sign_in(client, email)
    assert answer.status_code == 200
    assert "Wait 1 minute, then try again" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_after_the_pause_the_right_password_lets_in_and_forgets_the_failures(world: World) -> None:
    email = world.people["supplier"].email
    client = Client()
    failures(client, email, 5)
    with clock.fixed(NOON + dt.timedelta(seconds=61)):
        assert sign_in(client, email).status_code == 302
    assert not SignInFailure.objects.filter(key=throttle.key("account", email)).exists()


def test_the_pause_doubles_up_to_a_quarter_of_an_hour(db: None) -> None:
    moment, pauses = NOON, []
    for _ in range(12):
        left = throttle.try_now(moment, account="a@b.example")
        if left:
            pauses.append(int(left.total_seconds() // 60))
            moment += left
            assert throttle.try_now(moment, account="a@b.example") == dt.timedelta()
    assert pauses == [1, 2, 4, 8, 15, 15, 15]


def test_an_address_slows_down_whatever_accounts_are_tried(world: World) -> None:
    client = Client()
    for number in range(20):
        sign_in(client, f"n{number}@harbourside.example", "wrong")
    answer = sign_in(client, "fresh@harbourside.example", "wrong")
    assert "Wait 1 minute" in answer.content.decode()


def test_codes_slow_down_as_passwords_do(world: World) -> None:
    user = world.people["director"]
    with_app(user)
    client = Client()
    sign_in(client, user.email)
    answers = []
    for _ in range(6):
        cache.clear()
        answers.append(client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode())
    assert "is not right" in answers[4]
    assert "Wait 1 minute" in answers[5]


def strip(body: str, email: str) -> str:
    """Leave out what differs from page to page anyway: keys, nonces and the address typed."""
    import re

    body = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", body.replace(email, "EMAIL"))
    return re.sub(r'nonce="[^"]+"', "nonce", body)


@pytest.mark.parametrize(("address", "field"), [(LOGIN, "login"), ("/account/password/reset/", "email")])
def test_an_address_that_is_known_and_one_that_is_not_get_the_same_answer(
    world: World, address: str, field: str
) -> None:
    answers = []
    for email in (world.people["supplier"].email, "nobody@harbourside.example"):
        answer = Client().post(address, {field: email, "password": "wrong"})
        body = strip(answer.content.decode(), email)
        answers.append((answer.status_code, answer.headers.get("Location"), body))
    assert answers[0] == answers[1]


def test_a_reset_sends_one_mail_either_way(world: World) -> None:
    for email in (world.people["supplier"].email, "nobody@harbourside.example"):
        Client().post("/account/password/reset/", {"email": email})
        assert Message.objects.filter(to_address=email).count() == 1


def test_a_reset_by_mail_lets_in_past_the_slow_down_and_ends_other_sessions(world: World) -> None:
    user = world.people["supplier"]
    old = Client()
    sign_in(old, user.email)
    client = Client()
    failures(client, user.email, 6)
    client.post("/account/password/reset/", {"email": user.email})
    body = Message.objects.get(to_address=user.email).body
    link = next(word for word in body.split() if "/password/reset/key/" in word)
    page = client.get(link.partition("testserver")[2], follow=True)
    new = "another long password 7"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert old.get("/account/").status_code == 302, "the old session is void"
    assert sign_in(client, user.email, new).status_code == 302
    assert client.get("/account/").status_code == 200
    assert Event.objects.filter(actor_id=user.pk, verb="sign_in.password_reset").count() == 1


def test_the_secret_of_an_app_is_not_in_the_database_in_clear(world: World) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(world.people["director"], secret)
    stored = str(Authenticator.objects.get(user=world.people["director"]).data)
    assert secret not in stored


def test_nobody_signs_up_by_typing_an_address(db: None) -> None:
    for page in ("/account/signup/", "/account/3rdparty/signup/"):
        answer = Client().post(page, {"email": "x@y.example", "password1": "z" * 20, "password2": "z" * 20})
        assert "Register your organisation" in answer.content.decode()
    assert not User.objects.exists()


def test_ended_sessions_are_void_at_once(world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("manager")
    other = signed_in("verifier")
    end_sessions(user=world.people["manager"], why="role changed", now=NOON)
    assert "/account/login/" in client.get("/account/")["Location"]
    assert other.get("/account/").status_code == 200
    assert not UserSession.objects.filter(user=world.people["manager"]).exists()


def test_a_closed_account_does_not_get_in(world: World) -> None:
    User.objects.filter(pk=world.people["supplier"].pk).update(is_active=False)
    client = Client()
    sign_in(client, world.people["supplier"].email)
    assert "_auth_user_id" not in client.session


def test_one_click_signs_in_only_in_the_demo(world: World, client: Client) -> None:
    request = RequestFactory().get("/")
    request.session = client.session
    with pytest.raises(NotPermitted, match="demo only"):
        sign_in_without_password(request, world.people["director"])
    with override_settings(DEMO=True, DEPLOYED=True), pytest.raises(NotPermitted):
        sign_in_without_password(request, world.people["director"])


@override_settings(DEMO=True, MODE="demo")
def test_one_click_counts_as_the_second_factor_in_the_demo(world: World) -> None:
    client = Client()
    request = RequestFactory().get("/")
    request.session = client.session
    sign_in_without_password(request, world.people["director"])
    request.session.save()
    request.user = world.people["director"]
    assert second_factor.done(request)
    with override_settings(DEMO=False, MODE="deployment"):
        assert not second_factor.done(request)
