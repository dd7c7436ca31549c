"""Nobody learns from an answer, or from how long it took, whether a record or an account is there."""

from __future__ import annotations

import functools
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.door_records import records_of
from tests.web.doors import FOREIGN, NOWHERE, routes
from tests.web.world import World

pytestmark = pytest.mark.django_db
TRIES, ROUNDS, MOST = 60, 3, 1.2
PAGES = (
    "contracts:detail",
    "reports:contract",
    "delivery:return",
    "evidence:item",
    "organisations:body",
    "delivery:claim",
)


def masked(answer: Any, *own: str) -> str:
    """The body without what differs from one answer to the next anyway: tokens, nonces, and what was typed."""
    body = answer.content.decode()
    for text in own:
        body = body.replace(text, "TYPED")
    body = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", body)
    return re.sub(r'nonce="[^"]+"|value="[0-9a-f-]{32,}"', "MASKED", body)


def url(name: str, values: dict[str, Any]) -> str:
    route = next(route for route in routes() if route.name == name)
    return reverse(name, kwargs={key: values[key] for key in route.arguments})


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_record_of_others_looks_like_none(
    name: str, method: str, world: World, signed_in: Callable[[str], Client]
) -> None:
    values, client = records_of(world), signed_in("supplier")
    answers = []
    for place in (FOREIGN, NOWHERE):
        address = url(name, values[place])
        answer = getattr(client, method)(address)
        answers.append((answer.status_code, masked(answer, address), sorted(set(answer.headers) - {"X-Request-ID"})))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


REGISTER = {
    "organisation_name": "Harbourside Gardens CIC", "scheme": "GB-COH", "name": "Somebody New", "size": "small",
    "email": "somebody@new.example", "password": "a long new password 91",
}  # fmt: skip


def test_a_refused_registration_tells_nobody_whether_the_address_or_the_number_is_known(world: World) -> None:
    """The same answer to a known address and to a known number; the mail alone says more, to the owner."""
    answers = []
    for given in ({"email": world.people["supplier"].email}, {"number": "09876543"}):
        form = {**REGISTER, "number": "01239876", **given}
        answer = Client().post("/register/", form)
        answers.append((answer.status_code, answer.headers.get("Location"), masked(answer, *form.values())))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422


def medians(one: Callable[[], Any], other: Callable[[], Any]) -> float:
    """How much longer the slower of two takes, in the middle of many tries that alternate."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(TRIES):
        for act, times in zip((one, other), spent, strict=True):
            begin = time.perf_counter()
            act()
            times.append(time.perf_counter() - begin)
    middle = [statistics.median(times) for times in spent]
    return max(middle) / min(middle)


def steady(one: Callable[[], Any], other: Callable[[], Any]) -> float:
    """The best of some rounds: a busy machine makes one round differ, an oracle makes all of them."""
    best = float("inf")
    for _ in range(ROUNDS):
        best = min(best, medians(one, other))
        if best <= MOST:
            break
    return best


@pytest.mark.slow
def test_a_record_of_others_takes_as_long_as_none(world: World, signed_in: Callable[[str], Client]) -> None:
    values, client = records_of(world), signed_in("supplier")
    for name in ("contracts:detail", "evidence:item", "delivery:return"):
        there, gone = (functools.partial(client.get, url(name, values[place])) for place in (FOREIGN, NOWHERE))
        assert steady(there, gone) <= MOST, name


@pytest.mark.slow
@pytest.mark.parametrize(("address", "field"), [("/account/login/", "login"), ("/account/password/reset/", "email")])
def test_a_known_address_takes_as_long_as_an_unknown_one(address: str, field: str, world: World, settings: Any) -> None:
    """With the service's own hash, which is most of the time of signing in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    user = world.people["supplier"]
    user.set_password("a long test password")
    user.save(update_fields=["password"])

    def send(email: str) -> None:
        assert Client().post(address, {field: email, "password": "wrong"}).status_code in (200, 302, 422, 429)

    known, unknown = user.email, "nobody@harbourside.example"
    assert steady(lambda: send(known), lambda: send(unknown)) <= MOST
