"""A form that is sent twice is dealt with once."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from dataclasses import dataclass

import pytest
from django.db import connection
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from commonweal_web.core import idempotency
from commonweal_web.core.errors import Refused
from commonweal_web.core.idempotency import Outcome, Submission, idempotent

NOW = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)


@dataclass
class Person:
    pk: int = 5


def send(act, key="key-1", body_hash="hash", user=None):
    return idempotent(user=user or Person(), key=key, body_hash=body_hash, act=act, now=NOW)


@pytest.mark.django_db
def test_the_second_send_gets_the_first_answer():
    done: list[int] = []

    def act():
        done.append(1)
        return f"/returns/{len(done)}"

    assert send(act) == Outcome("/returns/1", first=True)
    assert send(act) == Outcome("/returns/1", first=False)
    assert len(done) == 1


@pytest.mark.django_db
def test_keys_belong_to_a_person_and_a_page():
    assert send(lambda: 1).first
    assert send(lambda: 2, key="key-2").first
    assert send(lambda: 3, user=Person(6)).first


@pytest.mark.django_db
def test_an_act_that_was_refused_can_be_sent_again():
    def act():
        raise Refused("Not now.")

    with pytest.raises(Refused):
        send(act)
    assert send(lambda: "done") == Outcome("done", first=True)


@pytest.mark.django_db
def test_one_key_stands_for_one_content():
    send(lambda: "done")
    with pytest.raises(Refused, match="sent before with other answers"):
        send(lambda: "again", body_hash="other")


@pytest.mark.django_db
def test_a_form_without_a_key_is_simply_dealt_with():
    assert [send(lambda: "done", key="").first for _ in range(2)] == [True, True]
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_a_key_has_at_most_255_characters():
    assert send(lambda: "done", key="k" * 255).first
    with pytest.raises(Refused, match="at most 255"):
        send(lambda: "done", key="k" * 256)


def test_the_hash_is_of_what_was_filled_in():
    one = idempotency.form_hash(QueryDict("a=1&b=2&b=3&csrfmiddlewaretoken=x&form_key=y"))
    same = idempotency.form_hash(QueryDict("b=2&b=3&a=1&csrfmiddlewaretoken=z"))
    assert one == same
    assert one != idempotency.form_hash(QueryDict("a=1&b=3&b=2"))


@pytest.mark.django_db
def test_old_keys_are_forgotten():
    send(lambda: "done")
    assert idempotency.forget(NOW + dt.timedelta(days=29)) == 0
    assert idempotency.forget(NOW + dt.timedelta(days=31)) == 1


def test_the_tag_makes_a_key_and_keeps_the_one_of_a_form_shown_again():
    template = engines["django"].from_string("{% load form_key %}{% form_key %}")

    def key(request):
        return re.fullmatch(r'<input type="hidden" name="form_key" value="(.*)">', template.render({}, request))[1]

    factory = RequestFactory()
    first, second = key(factory.get("/")), key(factory.get("/"))
    assert first != second
    assert 20 < len(first) < 255
    assert key(factory.post("/", {"form_key": first})) == first
    assert key(factory.post("/", {"form_key": '"><b>'})) == "&quot;&gt;&lt;b&gt;"


@pytest.mark.django_db(transaction=True)
def test_of_eight_sends_at_once_one_acts_and_all_get_its_answer():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: BEGIN IMMEDIATE")
    done: list[int] = []
    answers: list[Outcome] = []

    def act():
        done.append(1)
        time.sleep(0.3)
        return "/returns/1"

    def work():
        answers.append(send(act))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]
    assert sorted(answer.first for answer in answers) == [False] * 7 + [True]
    assert {answer.reference for answer in answers} == {"/returns/1"}
