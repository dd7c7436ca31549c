"""Writing events: what is kept, in which transaction, and what the database refuses afterwards."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from enum import Enum

import pytest
import structlog
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from commonweal_web.audit import append_only
from commonweal_web.audit.canonical import GENESIS, canonical, plain
from commonweal_web.audit.models import ChainHead, Event
from commonweal_web.audit.services import record, record_refusal, verify

NOW = dt.datetime(2026, 7, 8, 12, 0, 0, 5, tzinfo=dt.UTC)
BODY = 7


class Person:
    """Stands for an account: the log needs its id and its name."""

    pk = 31

    def __str__(self) -> str:
        return "Ana Ruiz"


def write(**changes):
    given = {
        "organisation_id": BODY,
        "by": Person(),
        "role": "contract manager",
        "verb": "verified",
        "record": ("delivery.claim", 12, "NT17, June 2026"),
        "now": NOW,
        **changes,
    }
    with transaction.atomic():
        return record(**given)


@pytest.mark.django_db
def test_an_event_holds_who_what_when_and_why():
    with structlog.contextvars.bound_contextvars(request_id="req-1"):
        written = write(old={"hours": Decimal("0.50")}, new={"hours": Decimal("60")}, reason="Seen", contract_id=4)
    event = Event.objects.get(pk=written.pk)
    assert (event.chain, event.seq, event.at) == (BODY, 1, NOW)
    assert (event.actor_id, event.actor_name, event.role) == (31, "Ana Ruiz", "contract manager")
    assert (event.record_type, event.record_id, event.record_label) == (
        "delivery.claim",
        12,
        "NT17, June 2026",
    )
    assert (event.old, event.new) == ({"hours": "0.50"}, {"hours": "60"})
    assert (event.reason, event.request_id, event.contract_id) == ("Seen", "req-1", 4)
    assert event.previous_hash == GENESIS
    assert event.hash == event.computed_hash() == ChainHead.objects.get(chain=BODY).hash


@pytest.mark.django_db
def test_the_system_acts_without_a_person_and_a_model_is_a_record():
    head = ChainHead(chain=99)
    event = write(by=None, role="system", record=head)
    assert (event.actor_id, event.actor_name) == (None, "")
    assert (event.record_type, event.record_id) == ("audit.chainhead", 99)


@pytest.mark.django_db
def test_each_organisation_has_a_chain_of_its_own():
    first, other, second = write(), write(organisation_id=8), write()
    assert (first.seq, other.seq, second.seq) == (1, 1, 2)
    assert (second.previous_hash, other.previous_hash) == (first.hash, GENESIS)


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_in_a_transaction_only():
    with pytest.raises(TransactionManagementError, match=r"transaction\.atomic"):
        record(organisation_id=BODY, by=None, role="", verb="x", record=("a.b", 1, "it"), now=NOW)
    with transaction.atomic():
        record(organisation_id=BODY, by=None, role="", verb="x", record=("a.b", 1, "it"), now=NOW)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


class Colour(Enum):
    RED = "red"


def test_values_have_one_spelling():
    zone = dt.timezone(dt.timedelta(hours=1))
    given = {
        "pounds": Decimal("1E+2"),
        "day": dt.date(2026, 7, 8),
        "at": dt.datetime(2026, 7, 8, 13, tzinfo=zone),
        "colour": Colour.RED,
        "all": {3, 1, 2},
        "text": "a\0b\ud800",
        "none": None,
        "parts": (True, 1),
    }
    assert plain(given) == {
        "pounds": "100",
        "day": "2026-07-08",
        "at": "2026-07-08T12:00:00.000000+00:00",
        "colour": "red",
        "all": [1, 2, 3],
        "text": "a\ufffdb?",
        "none": None,
        "parts": [True, 1],
    }
    assert canonical({"b": "£", "a": [1]}) == '{"a":[1],"b":"£"}'


@pytest.mark.parametrize("value", [0.1, b"x", object()])
def test_what_has_no_clear_spelling_is_refused(value):
    with pytest.raises(TypeError, match="The log cannot keep a"):
        plain({"value": value})


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "a\0b", "\ud800", "£ é 漢 \U0001f600", '"\\\n\t', "x" * 5000])
def test_any_text_can_be_read_again_with_its_hash(text):
    write(reason=text, record=("a.b", 1, text), new={text: text}, old={"n": 10**30})
    assert verify() == []


REFUSED = [
    "UPDATE audit_event SET verb = 'nothing'",
    "UPDATE audit_event SET actor_name = ''",
    "DELETE FROM audit_event",
    "DELETE FROM audit_chainhead",
    "UPDATE audit_chainhead SET seq = 5",
    "UPDATE audit_chainhead SET hash = 'x'",
    "UPDATE audit_chainhead SET chain = 9, seq = seq + 1",
]
TRUNCATED = ["TRUNCATE audit_event", "TRUNCATE audit_chainhead"]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", REFUSED + TRUNCATED)
def test_the_database_refuses_to_change_the_log(sql):
    if sql in TRUNCATED and connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    write()
    with pytest.raises(DatabaseError, match=r"only appended to|only moves on|never deleted"), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute(sql)
    assert verify() == []


@pytest.mark.django_db
def test_the_orm_is_refused_too():
    event = write()
    event.reason = "other"
    for act in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(DatabaseError, match="only appended to"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_two_events_never_have_one_number():
    event = write()
    event.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save(force_insert=True)


@pytest.mark.django_db
def test_a_lost_trigger_is_missed_and_put_back():
    assert append_only.missing(connection) == []
    on = " ON audit_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_event_no_update{on}")
    assert append_only.missing(connection) == ["audit_event_no_update"]
    append_only.restore(connection)
    assert append_only.missing(connection) == []


@pytest.mark.django_db
def test_a_rule_with_a_condition_holds_only_the_rows_that_meet_it():
    rule = append_only.Rule("frozen_thing", "It's approved.", when="OLD.status = 'approved'")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE frozen_thing (id integer, status varchar(20))")
        for statement in rule.create(connection.vendor):
            cursor.execute(statement)
        cursor.execute("INSERT INTO frozen_thing VALUES (1, 'draft'), (2, 'approved')")
        cursor.execute("UPDATE frozen_thing SET status = 'checked' WHERE id = 1")
        for sql in ("UPDATE frozen_thing SET status = 'draft'", "DELETE FROM frozen_thing WHERE id = 2"):
            with pytest.raises(DatabaseError, match="It's approved"), transaction.atomic():
                cursor.execute(sql)
        cursor.execute("DELETE FROM frozen_thing WHERE id = 1")
        for statement in rule.drop(connection.vendor):
            cursor.execute(statement)
        cursor.execute("DELETE FROM frozen_thing")


def test_the_operation_is_written_into_a_migration_as_it_was_given():
    operation = append_only.AppendOnly("t", "words", when="OLD.frozen", delete=False)
    name, args, kwargs = operation.deconstruct()
    assert getattr(append_only, name)(*args, **kwargs).rule == operation.rule
    assert "corrects this one" in append_only.AppendOnly("t").rule.message


@pytest.mark.django_db(transaction=True)
def test_after_a_test_that_commits_the_triggers_stand():
    write()
    assert append_only.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_one_chain_make_one_chain():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: BEGIN IMMEDIATE")

    def writer() -> None:
        for _ in range(10):
            write()
        connection.close()

    threads = [threading.Thread(target=writer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 61))
    assert verify() == []


@pytest.mark.django_db
def test_refusals_are_noted_up_to_ten_a_minute_for_each_person():
    def refuse(now, by=None):
        about = ("contracts.contract", 1, "C1")
        return record_refusal(
            organisation_id=BODY, by=by, role="", verb="approve", about=about, now=now, reason="Not yours"
        )

    noted = [refuse(NOW) for _ in range(12)]
    assert [event is not None for event in noted] == [True] * 10 + [False] * 2
    assert noted[0].new == {"act": "approve"}
    assert noted[9].new["note"] == "Further refusals of this minute are not noted."
    assert refuse(NOW, by=Person()) is not None
    assert refuse(NOW + dt.timedelta(seconds=61)) is not None
