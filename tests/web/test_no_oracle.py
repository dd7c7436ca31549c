"""
Nobody learns from an answer, or from the work that it took, whether a record or an account is there.

The work is counted here: hashes and statements. `bench/case17_no_oracle.py` takes the time.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.door_records import records_of
from tests.web.doors import FOREIGN, NOWHERE, routes
from tests.web.world import World

pytestmark = pytest.mark.django_db
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


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[[Callable[[], Any]], Counter[str]]:
    """Count the passwords hashed and the statements of each kind in an act, with the service's own hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    hashed: list[str] = []
    encode = ScryptPasswordHasher.encode
    monkeypatch.setattr(ScryptPasswordHasher, "encode", lambda *args: hashed.append("hash") or encode(*args))

    def count(act: Callable[[], Any]) -> Counter[str]:
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            act()
        return Counter([*hashed, *(query["sql"].split()[0] for query in queries.captured_queries)])

    return count


def test_a_record_of_others_takes_as_much_work_as_none(
    world: World, signed_in: Callable[[str], Client], work: Callable[[Callable[[], Any]], Counter[str]]
) -> None:
    values, client = records_of(world), signed_in("supplier")
    for name in ("contracts:detail", "evidence:item", "delivery:return"):
        client.get(url(name, values[NOWHERE]))
        there, gone = (work(functools.partial(client.get, url(name, values[place]))) for place in (FOREIGN, NOWHERE))
        assert there == gone, name
        assert there["SELECT"]


@pytest.mark.parametrize(
    ("address", "field", "hashes"), [("/account/login/", "login", 1), ("/account/password/reset/", "email", 0)]
)
def test_a_known_address_takes_as_much_work_as_an_unknown_one(
    address: str, field: str, hashes: int, world: World, work: Callable[[Callable[[], Any]], Counter[str]]
) -> None:
    user = world.people["supplier"]
    user.set_password("a long test password")
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)

    def send(email: str) -> None:
        assert Client().post(address, {field: email, "password": "wrong"}).status_code in (200, 302)

    known, unknown = (work(lambda email=email: send(email)) for email in (user.email, "nobody@harbourside.example"))
    assert known["hash"] == unknown["hash"] == hashes
    assert known["INSERT"] == unknown["INSERT"] > 0
    assert abs(known.pop("SELECT") - unknown.pop("SELECT")) <= 1, "the library finds a known address by one read less"
    assert known == unknown
