"""The outbox: queued with the act, sent once, never lost, and never in the way."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
import threading

import pytest
from django.core import mail
from django.db import connection, transaction

from commonweal_web.core import outbox
from commonweal_web.core.errors import Refused
from commonweal_web.core.outbox import Drained, Message
from tests.web.core.processes import Processes, processes  # noqa: F401  # a fixture: found by its name

NOW = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def queue(key="contract 4, reminder 1, 2026-07-10", **changes):
    given = {"to": "lead@oakline.example", "subject": "Return due", "body": "Your return is due.", "now": NOW}
    return outbox.queue(key=key, **{**given, **changes})


class Server:
    """A mail server: `answers` are raised one after the other, None accepts."""

    def __init__(self, *answers, down=False):
        self.answers, self.down, self.accepted = list(answers), down, []

    def open(self):
        if self.down:
            raise ConnectionRefusedError("nobody listens")

    def close(self):
        pass

    def send_messages(self, messages):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.accepted += messages


@pytest.mark.django_db
def test_a_message_is_sent_once_when_it_is_due():
    queue(send_after=NOW + MINUTE)
    assert outbox.drain(NOW) == Drained()
    assert outbox.drain(NOW + MINUTE) == Drained(sent=1)
    assert outbox.drain(NOW + 2 * MINUTE) == Drained()
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["lead@oakline.example"], "Return due", "Your return is due.")
    kept = Message.objects.get()
    assert (kept.body, kept.subject, kept.to_address) == ("", "Return due", "lead@oakline.example")
    assert kept.body_hash == hashlib.sha256(sent.body.encode()).hexdigest()
    assert kept.sent_at is not None
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    assert Message.objects.get().sent_at == NOW + MINUTE


@pytest.mark.django_db
def test_the_same_key_queues_one_message():
    assert queue() == queue(subject="Another", now=NOW + MINUTE)
    assert Message.objects.get().subject == "Return due"


@pytest.mark.django_db
def test_an_act_that_is_rolled_back_sends_nothing():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert outbox.drain(NOW) == Drained()


@pytest.mark.django_db
@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\u2028", "\x85", "\0", "\x0b"])
def test_no_text_of_a_person_becomes_a_header(line):
    queue(subject=f"Hello{line}Bcc: other@else.example", body=f"One{line}Two")
    assert outbox.drain(NOW) == Drained(sent=1)
    message = mail.outbox[0].message()
    assert message["Subject"] == "Hello Bcc: other@else.example"
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == ["lead@oakline.example"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "A <a@b.example>"]
)
def test_an_address_is_one_plain_address(to):
    with pytest.raises(Refused, match="Enter an e-mail address"):
        queue(to=to)


@pytest.mark.django_db
def test_a_server_that_is_down_costs_no_attempt_and_loses_nothing():
    queue()
    assert outbox.drain(NOW, Server(down=True)) == Drained(server_down=True)
    assert Message.objects.get().attempts == 0
    assert outbox.drain(NOW + MINUTE) == Drained(sent=1)


@pytest.mark.django_db
def test_a_server_that_goes_away_ends_the_round():
    queue("1")
    queue("2")
    gone = smtplib.SMTPServerDisconnected("gone")
    assert outbox.drain(NOW, Server(gone)) == Drained(failed=1, server_down=True)
    assert outbox.drain(NOW + MINUTE) == Drained(sent=2)


@pytest.mark.django_db
def test_a_message_that_is_refused_waits_longer_each_time_and_lets_the_others_pass():
    queue("1")
    queue("2")
    refused = smtplib.SMTPRecipientsRefused({"lead@oakline.example": (550, b"no such\r\nperson")})
    server = Server(refused)
    assert outbox.drain(NOW, server) == Drained(sent=1, failed=1)
    message = Message.objects.get(key="1")
    assert "no such" in message.last_error
    waits = []
    for _ in range(12):
        waits.append(message.send_after)
        outbox.drain(message.send_after, Server(refused))
        message.refresh_from_db()
    steps = [int((b - a) / MINUTE) for a, b in zip([NOW, *waits], waits, strict=False)]
    assert steps == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert list(outbox.waiting(NOW + dt.timedelta(days=2))) == [message]
    assert outbox.drain(message.send_after) == Drained(sent=1)
    assert Message.objects.get(key="1").last_error == ""


@pytest.mark.django_db
def test_a_message_another_worker_holds_is_left_to_it():
    queue()
    taken = outbox._take(NOW)
    assert outbox.drain(NOW + 9 * MINUTE) == Drained()
    assert outbox.drain(taken.taken_until) == Drained(sent=1)


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: BEGIN IMMEDIATE")
    for number in range(40):
        queue(str(number))
    servers = [Server() for _ in range(4)]

    def work(server):
        outbox.drain(NOW, server)
        connection.close()

    threads = [threading.Thread(target=work, args=[server]) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [message.extra_headers["Message-ID"] for server in servers for message in server.accepted]
    assert len(ids) == len(set(ids)) == 40


KILLED_WHILE_SENDING = """
    import datetime as dt, os
    from django.core.mail.backends import filebased
    from commonweal_web.core import outbox
    now = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)
    outbox.queue(key="k", to="lead@oakline.example", subject="Due", body="b", now=now)
    send = filebased.EmailBackend.send_messages
    def and_die(self, messages):
        if {sent}:
            send(self, messages)
        os.kill(os.getpid(), 9)
    filebased.EmailBackend.send_messages = and_die
    outbox.drain(now)
"""
LATER = """
    import datetime as dt
    from commonweal_web.core import outbox
    now = dt.datetime(2026, 7, 8, 12, {minute}, tzinfo=dt.UTC)
    drained = outbox.drain(now)
    print(json.dumps([drained.sent, outbox.Message.objects.get().attempts]))
"""


@pytest.mark.parametrize(("sent", "mails"), [(False, 1), (True, 2)])
def test_a_worker_killed_while_it_sends_loses_nothing(processes: Processes, sent, mails):  # noqa: F811
    processes.run_until_killed(KILLED_WHILE_SENDING.format(sent=sent))
    assert processes.run(LATER.format(minute=5)) == [0, 1]
    assert processes.run(LATER.format(minute=10)) == [1, 2]
    texts = [file.read_text() for file in (processes.home / "mail").iterdir()]
    names = [line for text in texts for line in text.splitlines() if line.startswith("Message-ID")]
    assert len(names) == mails  # killed after the sending and before the note of it: twice, with one Message-ID
    assert len(set(names)) == 1
